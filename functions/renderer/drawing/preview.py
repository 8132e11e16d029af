"""Draws the clip of a plan: looks for motion, chooses a size, and a smaller one where it becomes dearer."""

import asyncio

from functions.renderer.clip.recording import OverBudget, Recording
from functions.renderer.drawing.drawing import Drawing
from functions.renderer.drawing.slow_motion import is_slow
from functions.renderer.drawing.stills import AHEAD_SHARE, SAMPLE_SHARE, SAMPLES
from functions.renderer.plan.clips import Size, clip_too_heavy, drawing_seconds, fit_clip, frame_cost
from functions.renderer.plan.costs import Costs, StepCosts
from shared.renders.plan import PREVIEW, STEPS, Clip, frame_at
from shared.renders.warnings import Code, warning

MOTION_POINTS = (0, 0.13, 0.29, 0.41, 0.59, 0.71, 0.83, 0.97)
"""Parts of a clip's length that are compared to find motion: uneven, so that nothing periodic hides between them."""


class Preview:
    """The clip of one attempt, and whether anything moves."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing, self._page = drawing, drawing.page
        self._clip = drawing.job.plan.clip

    async def make(self) -> bool:
        """Tells whether anything moves, and makes the clip; False when there is none although one was wanted.

        Raises TooHeavy where one was asked for that does not fit, BrowserLost, BadOutput.
        """
        if self._drawing.fit.moves is None:
            await self._fit()
        self._drawing.progress.send_facts({"moves": self._drawing.fit.moves})
        if self._clip is None or (self._clip.unless_still and not self._drawing.fit.moves):
            return True
        made = await self._record(self._clip)
        if not made and not self._clip.unless_still:
            raise clip_too_heavy(self._clip, self._drawing.cost.costs, self._drawing.clip_budget)
        return made

    async def _fit(self) -> None:
        """Finds out whether anything moves, and which size of a clip the budget allows."""
        clip = self._clip
        if clip and self._drawing.builds:
            last, share = frame_at(clip.start + clip.duration), AHEAD_SHARE * self._drawing.clip_budget
            await self._drawing.cost.look_ahead(last, SAMPLES[0], share)
        moves = await self._find_motion(clip or PREVIEW)
        wanted = clip and (moves or not clip.unless_still)
        self._drawing.settle(moves=moves, clip=await self._find_size(clip) if clip and wanted else None)

    async def _find_size(self, clip: Clip) -> Size | None:
        """The size that the budget allows, with half the frames where those are enough."""
        size = self._smaller(clip)
        may_halve = size and clip.sparse and not self._drawing.builds and size.fps == clip.fps
        if size and may_halve and await is_slow(self._page, clip, size):
            size = self._smaller(clip, below=size)
        return size

    def _smaller(self, clip: Clip, below: Size | None = None) -> Size | None:
        return fit_clip(clip, self._drawing.cost.costs, self._drawing.clip_budget, below=below)

    async def _find_motion(self, clip: Clip) -> bool:
        costs, builds = self._drawing.cost.costs, self._drawing.builds
        frames = (clip.start + clip.duration) * STEPS if builds else len(MOTION_POINTS)
        affordable = SAMPLE_SHARE * self._drawing.stills_budget / frames
        size = next((size for size in reversed(SAMPLES) if size[0] * size[1] * costs.most <= affordable), None)
        if not size:
            return self._drawing.uses["time"] is True
        times = [clip.start + point * clip.duration for point in MOTION_POINTS]
        sampled = await self._drawing.cost.sample(times, size, STEPS, "stop")
        if not builds:  # the smaller a frame, the more of its cost is not its pixels'
            costs.image = min(costs.image, self._drawing.cost.seconds)
        return sampled["moves"] is True

    async def _record(self, clip: Clip) -> bool:
        drawing, size = self._drawing, self._drawing.fit.clip
        settled = drawing.job.fit is not None and drawing.job.fit.moves is not None
        while size:
            costs = drawing.cost.costs
            drawing.expect(drawing_seconds(clip, size, costs))
            each = frame_cost(clip, size, costs)
            recording = await asyncio.to_thread(Recording, self._page, clip, size, each)
            try:
                header, facts, video = await recording.run(None if settled else drawing.clip_budget)
            except OverBudget as error:
                _raise(costs, error.cost / each)
                size = self._smaller(clip, below=size)
                drawing.settle(clip=size)
                continue
            # Before the clip, so that nobody has it without knowing whether it flashes.
            drawing.progress.send_facts(facts)
            told = {
                "start": frame_at(clip.start) / STEPS,
                "steps_per_second": size.steps,
                "warnings": _warnings(clip, size),
            }
            drawing.progress.send_clip(clip.name, {**header, **told}, video)
            return True
        return False


def _raise(costs: Costs, factor: float) -> None:
    """Takes over that frames cost so many times what they seemed to."""
    costs.image *= factor
    costs.steps = StepCosts(costs.steps.latest * factor) if costs.steps else None


def _warnings(clip: Clip, size: Size) -> list[dict[str, str]]:
    found = list[dict[str, str]]()
    if size.width < clip.width:
        asked = {"asked_width": clip.width, "asked_height": clip.height}
        found.append(warning(Code.SMALLER, width=size.width, height=size.height, **asked))
    if size.steps < STEPS:
        found.append(warning(Code.STEPS_SKIPPED, steps=size.steps))
    return found
