"""Draws the stills of a plan: finds the size that the deadline allows, steps up to each, and fits again where it becomes dearer."""

import asyncio
from dataclasses import dataclass

from functions.renderer.drawing.drawing import Drawing
from functions.renderer.drawing.loop_check import LoopCheck
from functions.renderer.drawing.still_output import StillOutput
from functions.renderer.pictures.still import is_cut, is_flat
from functions.renderer.plan.costs import StepCosts
from functions.renderer.plan.stills import TooHeavy, fit_stills
from shared.renders.plan import STEPS, Still, frame_at

SAMPLES = ((36, 20), (82, 46), (160, 90))
"""Sizes of sample frames, the smallest first; no powers of two, so that drivers compile once for all sizes."""
COST_SAMPLES = (*SAMPLES, SAMPLES[-1])
"""The largest twice: what disturbed one measurement must not make a picture smaller."""
SAMPLE_SHARE = 0.05
"""Of the stills' budget: what is slow to draw gets smaller samples."""
AHEAD_SHARE = 0.1
"""Of the stills' budget, for looking in a small picture whether later steps become dearer."""
WATCH_SECONDS = 0.3
"""Between two looks at what stepping costs."""
TOLERANCE = 2.0
"""Stills that will take more than so many times their budget are fitted again: a busy machine takes one and a half times it."""
OTHER_TIMES = (0.25, 0.5, 1.65, 2.35, 2.85, 4.1, 6.3, 7.9)
"""Seconds at which a still is looked for where the time asked for shows nothing."""
FLAT = 2.0
"""Standard deviation of luma, 0-255, below which a picture shows nothing."""


class _Dearer(Exception):
    """Drawing turned out so much dearer that the stills have to be fitted again."""


@dataclass(slots=True)
class _Course:
    """Where drawing the stills stands. reached: the frame that the buffers hold, -1: they start anew. before: processor time at the start."""

    budget: float
    before: float
    reached: int = -1
    size: tuple[int, int] = (0, 0)


class Stills:
    """The stills of one attempt."""

    def __init__(self, drawing: Drawing, loop_check: LoopCheck, compile_ms: float) -> None:
        self._drawing, self._loop_check = drawing, loop_check
        self._page, self._cost, self._plan = drawing.page, drawing.cost, drawing.job.plan
        self._output = StillOutput(drawing, compile_ms)
        self._course = _Course(0.0, 0.0)
        self._watched = drawing.job.fit is None

    async def make(self) -> None:
        """Fits and draws them all. Raises TooHeavy, EndlessLoop, BrowserLost."""
        budget = self._drawing.stills_budget
        if self._watched:
            with self._drawing.progress.stages.stage("measure"):
                await self._sample()
            self._fit(budget)
        elif self._drawing.builds:
            self._cost.costs.steps = StepCosts(0.0)  # to be learnt as they are drawn
        while True:
            try:
                return await self._draw_all(budget)
            except _Dearer:
                await self._output.wait()
                budget, before = self._drawing.remaining_stills_budget, self._drawing.fit
                self._fit(budget)
                self._watched = self._drawing.fit != before  # else it is carried out, whatever it takes

    def _fit(self, budget: float) -> None:
        scale, times = fit_stills(self._plan, self._cost.costs, budget)
        self._drawing.settle(scale=scale, times=times)

    async def _sample(self) -> None:
        """Measures what a pixel costs in small frames, then in larger ones while the stills do not fit as they were asked for."""
        stills = self._plan.stills
        frames = [frame / STEPS for frame in range(3)] if self._drawing.builds else [stills[0].time]
        drawn = 3 * len(frames) if self._drawing.builds else 1
        measured: dict[tuple[int, int], float] = {}
        costs = self._cost.costs
        for size in COST_SAMPLES:
            if costs.most * size[0] * size[1] * drawn > SAMPLE_SHARE * self._drawing.stills_budget:
                break
            await self._cost.sample(frames, size, STEPS)
            seconds = measured[size] = min(self._cost.seconds, measured.get(size, self._cost.seconds))
            if self._drawing.builds:
                await self._cost.sample_steps(size)
            costs.take(0, seconds)
            if self._fits_as_asked():
                break
        await self._look_ahead()

    async def _look_ahead(self) -> None:
        """Finds out in a small picture whether later frames are dearer than the first."""
        times = [still.time for still in self._plan.stills]
        if self._drawing.builds:
            share = AHEAD_SHARE * self._drawing.stills_budget
            await self._cost.look_ahead(frame_at(times[-1]), SAMPLES[0], share)
        elif len(times) > 1:
            await self._cost.compare(times, SAMPLES[0])

    def _fits_as_asked(self) -> bool:
        try:
            return fit_stills(self._plan, self._cost.costs, self._drawing.stills_budget) == (1.0, {})
        except TooHeavy:
            return False

    async def _draw_all(self, budget: float) -> None:
        """Draws the next picture while the last one is encoded."""
        self._course = _Course(budget, self._drawing.browser.processor_seconds)
        # What steps cost is measured as they are drawn; what a single frame costs may be half of what it seems in a small one.
        self._drawing.expect(self._cost.costs.seconds(self._fitted) / (1 if self._drawing.builds else 2))
        for number, asked in enumerate(self._plan.stills):
            still, data = await self._draw_or_seek(asked, number)
            while await self._loop_check.is_cut_short(is_cut(data), still.time):
                self._course = _Course(budget, self._drawing.browser.processor_seconds)
                still, data = await self._draw_or_seek(asked, number)
            await self._output.send(asked, still, data)
            self._watch(number + 1)
        await self._output.wait()

    @property
    def _fitted(self) -> list[Still]:
        return [self._drawing.fit.still(asked) for asked in self._plan.stills]

    async def _draw_or_seek(self, asked: Still, number: int) -> tuple[Still, bytes]:
        """Draws a still, and again at another time if it shows nothing and may be moved."""
        fit = self._drawing.fit
        still = fit.still(asked)
        data = await self._draw(still, number)
        seeking = asked.seek and self._drawing.job.fit is None and await asyncio.to_thread(is_flat, data, FLAT)
        if seeking and (time := await self._find_time(still)) is not None:
            self._drawing.settle(times={**fit.times, asked.name: time})
            still = self._drawing.fit.still(asked)
            data = await self._draw(still, number)
        return still, data

    async def _find_time(self, still: Still) -> float | None:
        """The time with the most contrast, of those at which the still itself is affordable too; None where none is better."""
        costs = self._cost.costs
        times = sorted({still.time, *OTHER_TIMES})
        if self._drawing.builds:
            latest = costs.latest_frame([still], self._drawing.stills_budget)
            times = [time for time in times if time == still.time or frame_at(time) <= latest]
        frames = frame_at(times[-1]) if self._drawing.builds else len(times)
        each = costs.most * SAMPLES[0][0] * SAMPLES[0][1]
        if each * frames > 2 * SAMPLE_SHARE * self._drawing.stills_budget:
            return None
        sampled = await self._cost.sample(times, SAMPLES[0], STEPS, "contrast")
        self._course.reached = -1
        contrast, time = max(zip(sampled["contrasts"], times, strict=True))
        return time if contrast >= FLAT and time != still.time else None

    async def _draw(self, still: Still, number: int) -> bytes:
        """The pixels of a still. What a frame costs is measured where it is the first one."""
        size, course = (still.width, still.height), self._course
        length = still.width * still.height * 4
        at = length * (number % 2)
        if size != course.size or frame_at(still.time) <= course.reached:
            course.reached, course.size = -1, size
        if self._drawing.builds:
            with self._drawing.progress.stages.stage("step"):
                await self._step_up_to(frame_at(still.time), number)
        before = self._drawing.browser.processor_seconds
        with self._drawing.progress.stages.stage("draw"):
            await self._page.still(still.time, size, STEPS, at=at, first=course.reached < 0)
        course.reached = frame_at(still.time)
        if number == 0:
            self._cost.measure(self._drawing.browser.processor_seconds - before, 1, size)
            self._cost.costs.take(course.reached, self._cost.seconds)
        return await asyncio.to_thread(self._drawing.browser.read, length, at)

    async def _step_up_to(self, frame: int, number: int) -> None:
        """Steps up to the frame before a still, watching what that costs."""
        course, steps = self._course, self._cost.costs.steps
        while course.reached < frame - 1:
            before = course.reached
            course.reached, seconds = await self._cost.advance(before, frame - 1, course.size, WATCH_SECONDS)
            if steps:
                each = seconds / (course.reached - before) / (course.size[0] * course.size[1])
                steps.learn(before + 1, course.reached, each)
                self._watch(number)

    def _watch(self, number: int) -> None:
        """Compares what is spent and what remains, from the still of that number on, with the budget. Raises _Dearer."""
        stills = self._fitted[number:]
        if not self._watched or not stills:
            return
        course, costs = self._course, self._cost.costs
        remaining = costs.seconds(stills)
        if costs.steps:
            remaining -= costs.steps.total(course.reached + 1) * max(still.width * still.height for still in stills)
        spent = self._drawing.browser.processor_seconds - course.before
        if spent + remaining > TOLERANCE * course.budget:
            raise _Dearer
