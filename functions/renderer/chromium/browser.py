"""One Chromium with its page: started, warmed up, used for one job after the other, killed."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (the types that Playwright ships are partial)

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright, Route

from functions.renderer.chromium.launcher import MAX_CPU_SECONDS
from functions.renderer.chromium.program import Chromium, ChromiumError
from functions.renderer.chromium.site import ORIGIN, Site
from functions.renderer.chromium.usage import data_bytes_of, find_gpu_process, processor_seconds_of

LAUNCHER = Path(__file__).with_name("launcher.py")
START_SECONDS = 12.0
"""The longest timeout of a start."""
PIXEL_FILE_BYTES = (1 << 24) + os.getpid() % 4096
"""Size at first of the file that the page writes pixels to, which it is found by; a larger picture makes it longer."""


class BrowserLost(Exception):
    """Chromium, its GPU process or its page ended in the middle of a job."""


class Browser:
    """One browser for the jobs of one owner, one at a time.

    folder: what the launcher and Chromium use; gone after `kill`. number: its name. lost: set when it is dead.
    owner, jobs: whose jobs it was given, and how many. clean: the last of them ended in a way that leaves nothing behind.
    end_reason: why the pool ended it. compile_ms: milliseconds that compiling took, by a digest of the source.
    info: what the page reported once it was warm: {"webgl": the driver's name, "drawn": whether the canary was right}.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.info: dict[str, Any] = {}
        self.version = ""
        self._alive = -1
        self._group = 0
        self._in_software = True
        self._gpu_process = 0
        self._processor_seconds = 0.0
        self._pixel_file = -1
        self._page: Page | None = None
        self.lost = asyncio.Event()
        self.owner = ""
        self.jobs = 0
        self.clean = False
        self.end_reason = ""
        self.compile_ms: dict[str, float] = {}

    async def start(
        self, playwright: Playwright, chromium: Chromium, site: Site, seconds: float = START_SECONDS
    ) -> None:
        """Starts, loads the page and draws once with it, within so many seconds. Raises ChromiumError."""
        try:
            async with asyncio.timeout(seconds):
                context = await self._launch(playwright, chromium)
                await self._open(context, site)
        except TimeoutError as error:
            self.kill()
            raise ChromiumError(f"Chromium did not start within {seconds:.1f} s.") from error
        except Exception as error:  # of any kind: where Chromium dies, Playwright raises many
            self.kill()
            raise error if isinstance(error, ChromiumError) else ChromiumError(explain(error)) from error
        except BaseException:
            self.kill()
            raise

    async def _launch(self, playwright: Playwright, chromium: Chromium) -> BrowserContext:
        self._alive = prepare(self.folder, chromium)
        context = await playwright.chromium.launch_persistent_context(
            self.folder / "profile",
            executable_path=self.folder / "chromium",
            artifacts_dir=self.folder / "artifacts",
            args=chromium.arguments,
            env=chromium.environment(self.folder / "profile"),
            chromium_sandbox=chromium.sandbox,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            accept_downloads=False,
            service_workers="block",
            viewport={"width": 64, "height": 64},
        )
        self._group = int((self.folder / "group").read_text())
        self._in_software = chromium.backend != "gpu"
        context.on("close", lambda _: self.lost.set())
        browser = context.browser
        self.version = browser.version if browser else ""
        return context

    async def _open(self, context: BrowserContext, site: Site) -> None:
        async def answer(route: Route) -> None:
            await site.answer(route)

        page = context.pages[0]
        page.on("crash", lambda _: self.lost.set())
        await context.route("**/*", answer)
        await page.goto(f"{ORIGIN}/")
        self.info = await page.evaluate("size => renderer.warm(size)", PIXEL_FILE_BYTES)
        # Opened before the first job: until then only our own page has written to the profile.
        self._pixel_file = open_pixel_file(self.folder / "profile")
        self._gpu_process = await asyncio.to_thread(find_gpu_process, self._group) if self._in_software else 0
        self._page = page

    @property
    def number(self) -> int:
        """Counted from the start of the service."""
        return int(self.folder.name)

    @property
    def processor_seconds(self) -> float:
        """Seconds of processor time that the GPU process has used, as far as it lives; wall-clock seconds where a GPU draws."""
        if not self._gpu_process:
            return time.monotonic()
        with contextlib.suppress(OSError):
            self._processor_seconds = processor_seconds_of(self._gpu_process)
        return self._processor_seconds

    @property
    def seconds_left(self) -> float:
        """Of processor time that the kernel allows the GPU process."""
        return MAX_CPU_SECONDS - self.processor_seconds if self._gpu_process else float("inf")

    @property
    def data_bytes(self) -> int:
        """Bytes of memory that the GPU process holds; 0 where there is none, or none any more."""
        with contextlib.suppress(OSError):
            return data_bytes_of(self._gpu_process) if self._gpu_process else 0
        return 0

    def read(self, size: int, at: int) -> bytes:
        """`size` bytes of pixels that the page has written, from offset `at`. Blocking. Raises BrowserLost when there are fewer."""
        data = os.pread(self._pixel_file, size, at) if self._pixel_file >= 0 else b""
        if len(data) != size:
            raise BrowserLost(f"the page wrote {len(data)} bytes of {size}")
        return data

    async def call(self, function: str, argument: Any = None) -> Any:
        """Calls a function of the page's `renderer`. Raises BrowserLost.

        Has no deadline of its own: the caller kills the browser.
        """
        if self._page is None:
            raise BrowserLost("the browser has not been started")
        try:
            return await self._page.evaluate(f"argument => renderer.{function}(argument)", argument)
        except Exception as error:  # of any kind: where Chromium dies, Playwright raises many
            raise BrowserLost((str(error) or repr(error)).splitlines()[0]) from error

    async def answers(self, function: str, seconds: float) -> bool:
        """Whether a function of the page returns true in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self.call(function) is True
        except (BrowserLost, TimeoutError):
            return False

    def kill(self) -> None:
        """Kills the process group, and closes the fifo, whereupon the launcher's watchdog removes the folder."""
        if self._alive >= 0:
            with contextlib.suppress(OSError):
                if self._group and self.folder.exists():
                    os.killpg(self._group, signal.SIGKILL)
            os.close(self._alive)
            self._alive = -1
        if self._pixel_file >= 0:
            os.close(self._pixel_file)
            self._pixel_file = -1
        self.lost.set()

    @property
    def usable(self) -> bool:
        """Whether it is warm and alive."""
        return bool(self.info) and not self.lost.is_set()


def prepare(folder: Path, chromium: Chromium) -> int:
    """Makes a browser's folder; returns the file descriptor that keeps it alive. Blocking, for a few system calls."""
    for part, mode in ((folder, 0o711), (folder / "profile", 0o700), (folder / "artifacts", 0o700)):
        part.mkdir()
        part.chmod(mode)  # whatever the umask says: Chromium's user passes through
    if chromium.user:
        shutil.chown(folder / "profile", chromium.user)
    program = folder / "chromium"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -I -S "{LAUNCHER}" "{folder}" "{chromium.user}" "{chromium.path}" "$@"\n'
    )
    program.chmod(0o755)
    os.mkfifo(folder / "alive", 0o600)
    # Read-write: opening does not wait for the launcher. Python's descriptors are not inherited, so only we hold it.
    return os.open(folder / "alive", os.O_RDWR)


def open_pixel_file(profile: Path) -> int:
    """A file descriptor of the file that the page writes pixels to. Raises ChromiumError where there is none."""
    for path in profile.rglob("File System/**/*"):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and about.st_size == PIXEL_FILE_BYTES:
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    raise ChromiumError("Chromium has no file system for its page: this version cannot hand pictures out.")


def explain(error: Exception) -> str:
    """A failed start in one line for the operator."""
    text = str(error)
    if "No usable sandbox" in text:
        return (
            "Chromium's sandbox cannot start here (no user namespaces): allow them, or set RENDERER_SANDBOX=off, "
            "or auto to go without only where it must."
        )
    lines = [line for line in text.splitlines() if line.strip()]
    return f"Chromium does not start: {' | '.join(lines[:2] + lines[-2:])[:600]}"
