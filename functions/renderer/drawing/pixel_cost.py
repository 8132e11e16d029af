"""What a pixel of a project costs, measured by drawing it, and how heavy that is for whoever opens the shader."""

from typing import Any

from functions.renderer.page.client import Page
from functions.renderer.plan.costs import Costs, StepCosts
from shared.renders.plan import STEPS

MEDIUM, HEAVY = 150e-9, 800e-9
"""Seconds of processor time a pixel from which on a shader is medium, and heavy.

What takes a core of a processor longer than the latter needs, in full HD at 60 frames a second, more than the graphics of
laptops and phones have.
"""
FIRST_STEPS = 3
"""Steps that are drawn to measure what one costs; twice as many each time to see whether they become dearer."""
LATE, MUCH = 2.0, 1e-6
"""Steps have become dearer where they cost so many times the first ones in a small picture, and so much more a pixel, in seconds.

Less is noise, or does not matter.
"""
Pixels = tuple[int, int]


class PixelCost:
    """costs: as far as they are known. seconds: of processor time a pixel, of the frames that were measured last."""

    def __init__(self, page: Page) -> None:
        self.costs = Costs()
        self.seconds = 0.0
        self._page = page

    async def sample(self, times: list[float], size: Pixels, rate: int, *wanted: str) -> dict[str, Any]:
        """Draws small frames (see Page.sample) and measures them. Raises BrowserLost."""
        before = self._page.browser.processor_seconds
        sampled = await self._page.sample(times, size, rate, *wanted)
        self.measure(self._page.browser.processor_seconds - before, int(sampled["frames"]), size)
        return sampled

    async def sample_steps(self, size: Pixels) -> None:
        """Draws the first steps and measures them. Raises BrowserLost."""
        reached, seconds = await self.advance(-1, FIRST_STEPS - 1, size, 1.0)
        self.costs.steps = StepCosts(seconds / (reached + 1) / (size[0] * size[1]))

    async def look_ahead(self, last: int, size: Pixels, seconds: float) -> None:
        """Steps small frames up to `last`, for no longer than that, to find out whether they become dearer. Raises BrowserLost."""
        reached, first, bound = -1, 0.0, FIRST_STEPS - 1
        while self.costs.steps and reached < last and seconds > 0:
            before = reached
            reached, spent = await self.advance(before, min(last, bound), size, seconds)
            each = spent / (reached - before) / (size[0] * size[1])
            first, seconds, bound = first or each, seconds - spent, 2 * bound
            more = each - first if each > max(LATE * first, first + MUCH) else 0.0
            _learn(self.costs.steps, before + 1, reached, self.costs.steps.total(1) + more)

    async def compare(self, times: list[float], size: Pixels) -> None:
        """Draws small frames, and raises the cost of one where those at later times are dearer than the first. Raises BrowserLost."""
        await self.sample(times[:1], size, STEPS)
        first = self.seconds
        await self.sample(times, size, STEPS)
        factor = self.seconds / max(1e-12, first)
        self.costs.image *= factor if factor > LATE else 1.0

    async def advance(self, reached: int, last: int, size: Pixels, seconds: float) -> tuple[int, float]:
        """Steps from the frame `reached` (-1: anew) towards `last`, for some seconds; the frame reached, and the time it took."""
        before = self._page.browser.processor_seconds
        now = await self._page.advance(last, size, STEPS, first=reached < 0, seconds=seconds)
        return now, self._page.browser.processor_seconds - before

    def measure(self, seconds: float, frames: int, size: Pixels) -> None:
        """Takes over what some frames of this size took."""
        self.seconds = seconds / max(1, frames) / (size[0] * size[1])

    def facts(self, width: int, height: int) -> dict[str, Any]:
        """`frame_ms`: of a picture of this size. `cost`: nanoseconds a pixel. `megapixel_seconds`: the same for a million of them.

        `weight`: light, medium or heavy.
        """
        each = self.costs.most
        weight = "heavy" if each >= HEAVY else "medium" if each >= MEDIUM else "light"
        return {
            "frame_ms": round(1000 * each * width * height, 2),
            "cost": float(f"{1e9 * each:.2g}"),
            "megapixel_seconds": float(f"{1e6 * each:.2g}"),
            "weight": weight,
        }


def _learn(steps: StepCosts, first: int, last: int, each: float) -> None:
    """Takes over what small pictures tell, where that is much; what was learnt in larger ones is more exact."""
    known = steps.average(first, last)
    if each > LATE * known or LATE * each < known:
        steps.learn(first, last, each)
