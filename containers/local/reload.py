"""Watches the source files, and tells which functions have to be restarted after a change."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from watchfiles import watch

from containers.manifest import functions
from containers.runtime.reload import SourceFilter


class Watcher:
    """Watches functions/ and shared/ from a thread while its block runs."""

    def __init__(self, root: Path):
        self._root = root
        self._stop = threading.Event()
        self._watching = threading.Event()
        self._queue: queue.Queue[set[str]] = queue.Queue()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        self._watching.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()

    def _watch(self) -> None:
        folders = (self._root / "functions", self._root / "shared")
        for changes in watch(
            *folders,
            watch_filter=SourceFilter(),
            stop_event=self._stop,
            raise_interrupt=False,
            rust_timeout=500,
            yield_on_timeout=True,
        ):
            self._watching.set()  # the first timeout tells that the watch stands
            if changes:
                self._queue.put({path for _, path in changes})

    def changes(self, seconds: float) -> Iterator[set[str]]:
        """Waits so long for changes; yields the names of the functions that they concern."""
        try:
            paths = self._queue.get(timeout=seconds)
        except queue.Empty:
            return
        names = concerned(self._root, paths)
        if names:
            yield names


def concerned(root: Path, paths: set[str]) -> set[str]:
    """The functions whose process holds any of these files: all of them for shared/, else the folder's own."""
    running = {item.name for item in functions() if item.kind != "static"}
    names: set[str] = set()
    for path in paths:
        parts = Path(path).relative_to(root).parts
        if parts[:2] == ("shared", "player"):
            names.add("renderer")
        elif parts[0] == "shared":
            names |= running
        else:
            names.add(parts[1])
    return names & running
