"""Which Chromium to start: its program, user, flags and environment."""

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

USER = "nobody"
"""The account that Chromium runs as where the service is root."""
NAMES = ("chromium-headless-shell", "chromium")
"""Programs that are looked for on the path, in this order."""
INSTALL = "No Chromium found: install one with `apt-get install chromium-headless-shell`, or set CHROMIUM_PATH."

BACKENDS = {
    "llvmpipe": ("--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"),
    "swiftshader": ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
    "gpu": ("--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"),
}
"""Flags by back end. Mesa llvmpipe through EGL is 2-4 times cheaper than SwiftShader, and its sine is that of real GPUs."""
SOFTWARE = ("llvmpipe", "swiftshader", "softpipe")
"""What WebGL's name for a software rasteriser holds."""
FLAGS = (
    "--disable-gpu-watchdog",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
)
"""Flags of every back end. The dead proxy without local exceptions is for kernels where the launcher cannot unshare the network."""


class ChromiumError(Exception):
    """Chromium is missing or does not start; the text says which setting or package to change."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """How to start the browser.

    path: the program. user: who it runs as, "" for the present one.
    """

    path: str
    user: str
    backend: str
    sandbox: bool
    raster_threads: int

    @property
    def arguments(self) -> list[str]:
        """The command line, beside what Playwright adds."""
        return [*BACKENDS[self.backend], *FLAGS]

    def is_drawn_with(self, webgl: str) -> bool:
        """Whether WebGL's name of its driver is that of the back end: Chromium falls back without an error."""
        found = [name for name in SOFTWARE if name in webgl.lower()]
        return found == ([] if self.backend == "gpu" else [self.backend])

    def environment(self, home: Path) -> dict[str, str | float | bool]:
        """The whole environment of the browser: no variable of the service reaches it."""
        software = {
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GALLIUM_DRIVER": "llvmpipe",
            "LP_NUM_THREADS": str(self.raster_threads),
        }
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "MESA_SHADER_CACHE_DISABLE": "true",
            **({} if self.backend == "gpu" else software),
        }


def find_chromium(setting: str, playwrights_own: str, user: str) -> str:
    """The path of Chromium: the setting, else the system's, else Playwright's own. Raises ChromiumError, which says what to do."""
    if setting and not shutil.which(setting):
        raise ChromiumError(f"CHROMIUM_PATH is {setting!r}, which is not a program.")
    found = setting or next(filter(None, map(shutil.which, NAMES)), "")
    if not found and Path(playwrights_own).exists():
        found = playwrights_own
    if not found:
        raise ChromiumError(INSTALL)
    path = Path(shutil.which(found) or found).resolve()
    if user and not open_to_all(path):
        raise ChromiumError(f"{path} cannot be reached by the user {user!r}: install a system-wide Chromium.")
    return str(path)


def open_to_all(path: Path) -> bool:
    """Whether every account may search all folders of a path."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def browser_user() -> str:
    """The account that Chromium runs as, "" for the present one: its sandbox refuses root."""
    return USER if os.geteuid() == 0 else ""
