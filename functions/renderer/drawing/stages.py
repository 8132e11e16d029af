"""How long the stages of an attempt take, so that whoever wants it faster knows where to look."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from functions.renderer.chromium.browser import Browser


class Stages:
    """Seconds by stage: of the clock, and of processor time of the process that draws."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._seconds: dict[str, tuple[float, float]] = {}

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Counts a block; one within another counts for both."""
        clock, drawing = time.monotonic(), self._browser.processor_seconds
        try:
            yield
        finally:
            before = self._seconds.get(name, (0.0, 0.0))
            now = (time.monotonic() - clock, max(0.0, self._browser.processor_seconds - drawing))
            self._seconds[name] = (before[0] + now[0], before[1] + now[1])

    def document(self) -> dict[str, list[float]]:
        """Stage -> [seconds, processor seconds of what draws]."""
        return {name: [round(value, 4) for value in both] for name, both in self._seconds.items()}
