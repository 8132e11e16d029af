"""Refuses projects whose loops iterate more often than the driver allows: the driver would draw something else than the code says.

Draws the project with its loops counted (see glsl/instrument.py): before anything else where a loop is not plainly bounded,
and after the first picture where its pixels were expensive enough for so many iterations.
"""

from functions.renderer.drawing.job import EndlessLoop
from functions.renderer.glsl.instrument import Instrumented
from functions.renderer.page.client import Page
from functions.renderer.plan.stills import TooHeavy
from shared.renders.plan import Plan, Still

SIZE = (36, 20)
"""Pixels of what is drawn before anything else."""
SUSPICIOUS = 1.5e-6
"""Seconds a pixel. The driver's limit of iterations takes some 8e-6, so here a fifth of the pixels may reach it."""
DUBIOUS = 2.5e-6
"""The same for loops that cannot be counted: a third of the pixels."""
HIDDEN = "Its pixels cost as much as with endless loops, and macros hide some of its loops from being counted: write them out."
COUNTING = 1.5
"""How many times as much a pixel costs with its loops counted."""
COUNTING_SHARE = 0.15
"""Of the deadline, for counting after the first picture."""
DIVISORS = (1, 2, 4, 8)
"""Parts of the picture's size in which loops may be counted, the largest that is affordable."""


class LoopCheck:
    """The check of one project."""

    def __init__(self, page: Page, instrumented: Instrumented, deadline: float) -> None:
        self._page, self._instrumented = page, instrumented
        self._complete = instrumented.complete
        self._budget = COUNTING_SHARE * deadline

    async def before_drawing(self, plan: Plan) -> None:
        """Checks loops that are not plainly bounded: some drivers never return from an endless one.

        Raises EndlessLoop, TooHeavy, BrowserLost.
        """
        clip = plan.clip
        times = {still.time for still in plan.stills} | ({clip.start, clip.start + clip.duration} if clip else set())
        await self._count(self._instrumented.urgent, sorted(times), SIZE)

    async def after_drawing(self, cost: float, still: Still) -> None:
        """Checks all loops at the size of a picture, where its pixels were expensive. cost: seconds a pixel. Raises as above."""
        if cost < SUSPICIOUS:
            return
        probes = len(self._instrumented.probes)
        counting = COUNTING * cost * probes
        sizes = [(still.width // divisor, still.height // divisor) for divisor in DIVISORS]
        if size := next((size for size in sizes if counting * size[0] * size[1] < self._budget), None):
            await self._count(probes, [still.time], size)
        if cost > DUBIOUS and not self._complete:
            raise TooHeavy(HIDDEN)

    async def _count(self, probes: int, times: list[float], size: tuple[int, int]) -> None:
        if not probes:
            return
        found = await self._page.check_loops(self._instrumented.probes[:probes], times, size)
        self._complete &= found["whole"] is True
        if number := int(found["loop"]):
            loops = self._instrumented.loops
            loop = loops[number - 1] if 0 < number <= len(loops) else None
            raise TooHeavy(loop.among_others) if loop and found["together"] else EndlessLoop(loop)
