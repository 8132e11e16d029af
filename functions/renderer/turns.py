"""How often a project's loops turn: too often, and what the driver draws is not what the code says. See loops.py."""

from .browser import Browser
from .fit import TooHeavy
from .job import EndlessLoop
from .loops import Counted
from .plan import Plan, Still

SIZE = (36, 20)
# Seconds a pixel. The driver's limit of turns takes some 8e-6, so this is where a fifth of the pixels may reach it.
SUSPICIOUS = 1.5e-6
# The same for loops that cannot be counted: a third of the pixels.
DUBIOUS = 2.5e-6
HIDDEN = "Its pixels cost as much as with endless loops, and macros hide some of its loops from being counted: write them out."
# How much dearer a pixel is with its loops counted, and the share of the deadline that may go into that.
COUNTING = 1.5
COUNTING_SHARE = 0.15
PARTS = (1, 2, 4, 8)


class Turns:
    """Of one project."""

    def __init__(self, browser: Browser, counted: Counted, deadline: float) -> None:
        self._browser, self._counted = browser, counted
        self._whole = counted.whole
        self._budget = COUNTING_SHARE * deadline

    async def before_drawing(self, plan: Plan) -> None:
        """Loops that are not plainly bounded: some drivers never come back from an endless one.

        Raises EndlessLoop, TooHeavy, BrowserLost.
        """
        clip = plan.clip
        times = {still.time for still in plan.stills} | ({clip.start, clip.start + clip.duration} if clip else set())
        await self._count(self._counted.first, sorted(times), SIZE)

    async def after_drawing(self, cost: float, still: Still) -> None:
        """All loops, at the size of a picture, where its pixels were dear enough. cost: seconds a pixel. Raises like the other."""
        if cost < SUSPICIOUS:
            return
        dear = COUNTING * cost * len(self._counted.probes)
        sizes = [(still.width // part, still.height // part) for part in PARTS]
        if size := next((size for size in sizes if dear * size[0] * size[1] < self._budget), None):
            await self._count(len(self._counted.probes), [still.time], size)
        if cost > DUBIOUS and not self._whole:
            raise TooHeavy(HIDDEN)

    async def _count(self, probes: int, times: list[float], size: tuple[int, int]) -> None:
        if not probes:
            return
        task = {"probes": self._counted.probes[:probes], "times": times, "width": size[0], "height": size[1]}
        found = await self._browser.call("loops", task)
        self._whole &= found["whole"] is True
        if number := int(found["loop"]):
            loops = self._counted.loops
            loop = loops[number - 1] if 0 < number <= len(loops) else None
            raise TooHeavy(loop.among_others) if loop and found["together"] else EndlessLoop(loop)
