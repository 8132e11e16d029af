"""Calls the functions of the page in a browser, each under its own name and with typed parameters; see main.js.

Every method raises BrowserLost. Times are in seconds, sizes in pixels, rates in steps a second; `first` makes everything
start again from frame 0, `at` is the offset in the file of pixels, which the browser's `read` reads.
"""

from collections.abc import Sequence
from typing import Any

from functions.renderer.chromium.browser import Browser


class Page:
    """The page of one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def load(self, project: dict[str, Any], *, guarded: bool = False) -> dict[str, Any]:
        """Compiles a project; `{"errors": [...]}`, or `{"uses": {...}, "warnings": [...]}`: what it makes use of, and what is odd about it.

        guarded: so that it shows where the driver ends loops.
        """
        return await self.browser.call("load", {"project": project, "guarded": guarded})

    async def start(self, time: float) -> None:
        """Draws the first frame, very small: the driver compiles with it what it has not compiled yet."""
        await self.browser.call("start", {"time": time})

    @property
    def driver_ends_loops(self) -> bool:
        """Whether the driver ends the loops of a pixel after so many iterations, endless ones too."""
        return self.browser.info.get("endsLoops") is True

    async def find_cut(self, times: list[float], size: tuple[int, int]) -> bool:
        """Draws the guarded project; whether the driver ended loops of a pixel."""
        return await self.browser.call("findCut", {"times": times, "width": size[0], "height": size[1]}) is True

    async def has_cut_buffers(self) -> bool:
        """Whether it did in the frame of a buffer that was drawn last."""
        return await self.browser.call("hasCutBuffers") is True

    async def check_loops(
        self, probes: list[dict[str, Any]], times: list[float], size: tuple[int, int]
    ) -> dict[str, Any]:
        """Draws projects whose loops are counted: `{"loop": number or 0, "together": bool, "whole": bool}`.

        loop: the one that reached the limit of iterations; together: only with those around it; whole: all probes compiled.
        """
        task = {"probes": probes, "times": times, "width": size[0], "height": size[1]}
        return await self.browser.call("checkLoops", task)

    async def sample(self, times: list[float], size: tuple[int, int], rate: int, *wanted: str) -> dict[str, Any]:
        """Draws small frames and compares them: `{"frames", "moves", "contrasts", "jump"}`, as sampling.js has it.

        wanted: of `stop`, `contrast` and `jump`.
        """
        task = {"times": times, "width": size[0], "height": size[1], "rate": rate, **dict.fromkeys(wanted, True)}
        return await self.browser.call("sample", task)

    async def advance(self, frame: int, size: tuple[int, int], rate: int, *, first: bool, seconds: float) -> int:
        """Steps up to a frame that nobody looks at, beginning no step after some seconds; the last frame that was drawn."""
        about = {"frame": frame, "width": size[0], "height": size[1]}
        return int(await self.browser.call("advance", {**about, "rate": rate, "first": first, "seconds": seconds}))

    async def still(self, time: float, size: tuple[int, int], rate: int, *, at: int, first: bool) -> None:
        """Draws one picture into the file, RGBA, its bottom row first."""
        task = {"time": time, "width": size[0], "height": size[1], "rate": rate, "at": at, "first": first}
        await self.browser.call("still", task)

    async def frames(self, times: Sequence[float], size: tuple[int, int], rate: int, *, at: int, first: bool) -> None:
        """Draws frames into the file, one behind the other, each like a still."""
        task = {"times": times, "width": size[0], "height": size[1], "rate": rate, "at": at, "first": first}
        await self.browser.call("frames", task)
