"""Watches the renderer's processes and folders, and samples their memory twice a second."""

import contextlib
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from functions.renderer.chromium.starter import PREFIX
from tests.renderer.rendering import Process, Service, processes

BROWSERS = 2
SECONDS = 0.5
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024
MB = 1024


@dataclass(slots=True)
class Browser:
    """One process group. peak, largest: MB of all its processes and of one of them; seen: when it last was."""

    peak: float = 0.0
    largest: float = 0.0
    seen: float = 0.0


class Monitor(threading.Thread):
    """Samples until `end`."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self.service, self.worker = service, service.worker
        self.browsers = dict[int, Browser]()
        self.mark = f"{tempfile.gettempdir()}/{PREFIX}{self.worker}-"
        self._ended = threading.Event()
        self._helpers = len(self.belonging().helpers)

    def run(self) -> None:
        """Until the end."""
        while not self._ended.wait(SECONDS):
            self.sample()

    def end(self) -> None:
        """Samples no more."""
        self._ended.set()
        self.join()

    def sample(self) -> None:
        """Memory of every browser that there is."""
        groups, now = dict[int, list[float]](), time.monotonic()
        everything = processes()
        mains = {process.group for process in everything if self._is_main(process)}
        for process in everything:
            if process.group in mains:
                groups.setdefault(process.group, []).append(memory(process.pid))
        for group, sizes in groups.items():
            browser = self.browsers.setdefault(group, Browser())
            browser.peak, browser.largest = max(browser.peak, sum(sizes)), max(browser.largest, *sizes)
            browser.seen = now

    def peak(self, ended: float) -> float | None:
        """The peak of the browser that was last seen just before a job ended; two may share a moment."""
        near = [item for item in self.browsers.values() if -0.2 < ended - item.seen < 1.5 * SECONDS]
        return max((item.peak for item in near), default=None)

    def left(self) -> tuple[list[str], list[Path]]:
        """Commands and folders beyond those of the browsers that wait and of what the service began with."""
        found = self.belonging()
        strays = [process.command for process in found.browsers if not self._waits(process, found.idle)]
        extra = found.helpers[self._helpers :]
        folders = [folder for folder in self.folders() if str(folder) not in found.idle.values()]
        return strays + [process.command for process in extra], folders

    def folders(self) -> list[Path]:
        """The browsers' own."""
        return [item for top in Path(self.mark).parent.glob(f"{Path(self.mark).name}*") for item in top.iterdir()]

    def belonging(self) -> "Belonging":
        """Every process of the service: of its browsers, and its helpers."""
        everything = processes()
        mains = {process.group: self._folder(process) for process in everything if self._is_main(process)}
        groups = self.browsers.keys() | mains.keys()
        browsers = [item for item in everything if self.mark in item.command or _is_of(item, groups)]
        others = {item.pid for item in everything} - {item.pid for item in browsers}
        family = {self.service.process.pid}
        for _ in range(3):
            family |= {item.pid for item in everything if item.parent in family and item.pid in others}
        return Belonging(browsers, [item for item in everything if item.pid in family], newest(mains))

    def _waits(self, process: Process, idle: dict[int, str]) -> bool:
        return process.group in idle or self._folder(process) in idle.values()

    def _is_main(self, process: Process) -> bool:
        return f"--user-data-dir={self.mark}" in process.command and not re.search(
            r"--type=|launcher\.py", process.command
        )

    def _folder(self, process: Process) -> str:
        found = re.search(re.escape(self.mark) + r"[^/ ]*/\d+", process.command)
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Belonging:
    """idle: folders of the browsers that may wait, by their process group."""

    browsers: list[Process]
    helpers: list[Process]
    idle: dict[int, str]


def newest(folders: dict[int, str]) -> dict[int, str]:
    """As many browsers as may wait; an older one beside them was used, and is one too many."""
    numbered = sorted(folders.items(), key=lambda item: int(item[1].rpartition("/")[2] or 0))
    return dict(numbered[-BROWSERS:])


def _is_of(process: Process, groups: set[int]) -> bool:
    # A group's number may have been given to somebody else since.
    return process.group in groups and "chrom" in process.command


def memory(pid: int) -> float:
    """MB that a process has to itself, with its part of what it shares; without the shared where PSS is not told."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / MB
    with contextlib.suppress(OSError):
        _, resident, shared, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
        return (resident - shared) * PAGE_KB / MB
    return 0.0


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB / MB
