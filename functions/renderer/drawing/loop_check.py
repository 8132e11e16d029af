"""Refuses projects whose loops do not end, or iterate more often than the driver allows: it would draw something else than the code says.

Where the driver ends loops, what is drawn tells (guarded projects, loop-guard.js of the player): nothing is compiled twice. A
project whose loops it ended is drawn with its loops taking several iterations at a time (glsl/long_loops.py). Where that does not
do, and on drivers that never return from an endless loop, the project is drawn with its loops counted (glsl/instrument.py).
"""

from typing import Any

from functions.renderer.drawing.job import EndlessLoop
from functions.renderer.glsl.instrument import Instrumented
from functions.renderer.page.client import Page
from functions.renderer.plan.stills import SMALLEST, TooHeavy
from shared.renders.plan import Plan

SIZES = ((36, 20), (144, 80))
"""Pixels of what is drawn to find loops that do not end, and those of a picture that only some of its pixels have."""
MANY = "Its loops take more iterations for a pixel than are drawn here"
HIDDEN = f"{MANY}, and macros hide some of them, so that it cannot be said which: write them out."


class LoopCheck:
    """The check of one project. was_cut: the driver ended loops of it, which may have been drawn some other way since."""

    def __init__(self, page: Page, project: dict[str, Any], instrumented: Instrumented) -> None:
        self._page, self._project, self._instrumented = page, project, instrumented
        self._complete = instrumented.complete
        self.was_cut = False
        self._cost = 0.0
        self._is_long = False
        self._driver_ends = page.driver_ends_loops
        self._guarded = self._driver_ends and instrumented.has_loops

    async def load(self) -> dict[str, Any]:
        """Compiles the project, so that what the driver ends is marked; what the page answers (Page.load). Raises BrowserLost."""
        opened = self._instrumented.opened if self._guarded else None
        if opened is None or self._instrumented.as_it_is:
            loaded = await self._page.load(self._project, guarded=self._guarded)
            if opened is None or loaded.get("errors"):
                return loaded
        loaded = await self._page.load(opened, guarded=True)
        return await self._page.load(self._project, guarded=True) if loaded.get("errors") else loaded

    async def before_drawing(self, plan: Plan) -> None:
        """Counts loops that are not plainly bounded where the driver would never return from an endless one.

        Raises EndlessLoop, TooHeavy, BrowserLost.
        """
        if not self._driver_ends:
            await self._count(self._instrumented.urgent, _times(plan), SIZES[0])

    async def after_start(self, plan: Plan) -> None:
        """Sees in small frames whether the driver ends loops. Raises EndlessLoop, TooHeavy, BrowserLost."""
        if not self._guarded:
            return
        times, seconds = _times(plan), self._page.browser.processor_seconds
        if await self._page.find_cut(times, SIZES[0]):
            self._cost = self._page.browser.processor_seconds - seconds
            await self._lengthen(times)
            if await self._page.find_cut(times, SIZES[0]):
                await self._refuse(times)

    async def is_cut_short(self, marked: bool, time: float) -> bool:
        """Whether a picture has to be drawn again. marked: whether pixels of it are. Raises as above."""
        if not self._guarded or not (marked or await self._page.has_cut_buffers()):
            return False
        await self._lengthen([time])
        return True

    async def _lengthen(self, times: list[float]) -> None:
        """Gives the page the project for long loops, once."""
        self.was_cut = True
        long, self._is_long = None if self._is_long else self._instrumented.long, True
        if long is None or (await self._page.load(long, guarded=True)).get("errors"):
            await self._refuse(times)

    async def _refuse(self, times: list[float]) -> None:
        for size in SIZES:
            await self._count(len(self._instrumented.probes), times, size)
        raise self._too_heavy(MANY) if self._complete else EndlessLoop(None, HIDDEN)

    async def _count(self, probes: int, times: list[float], size: tuple[int, int]) -> None:
        if not probes:
            return
        found = await self._page.check_loops(self._instrumented.probes[:probes], times, size)
        self._complete &= found["whole"] is True
        if number := int(found["loop"]):
            loops = self._instrumented.loops
            loop = loops[number - 1] if 0 < number <= len(loops) else None
            late = loop and (found["together"] or loop.ends)
            raise self._too_heavy(loop.among_others) if loop and late else EndlessLoop(loop)

    def _too_heavy(self, what: str) -> TooHeavy:
        """What a picture costs up to where the driver ends it."""
        seconds = self._cost * SMALLEST[0] * SMALLEST[1] / (SIZES[0][0] * SIZES[0][1])
        cost = f": a picture of {SMALLEST[0]} x {SMALLEST[1]} would take more than {seconds:.2g} s of processor time"
        return TooHeavy(f"{what}{cost if seconds else ''}. Fewer would help.")


def _times(plan: Plan) -> list[float]:
    clip = plan.clip
    return sorted({still.time for still in plan.stills} | ({clip.start, clip.start + clip.duration} if clip else set()))
