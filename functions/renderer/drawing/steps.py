"""The steps of one render attempt: compile, choose a size, draw the stills, look for motion, then draw the clip."""

import asyncio
from dataclasses import replace
from typing import Any

from functions.renderer.chromium.browser import Browser
from functions.renderer.clip.recording import OverBudget, Recording
from functions.renderer.drawing.job import CompileErrors, Job, Progress
from functions.renderer.drawing.loop_check import LoopCheck
from functions.renderer.drawing.pixel_cost import PixelCost
from functions.renderer.drawing.slow_motion import is_slow
from functions.renderer.glsl.instrument import Instrumented
from functions.renderer.page.client import Page
from functions.renderer.pictures.still import encode, is_cut, is_flat, measure, open_picture
from functions.renderer.plan.fit import (
    CLIP_SHARE,
    STILLS_SHARE,
    Fit,
    Size,
    TooHeavy,
    drawing_seconds,
    fit_clip,
    fit_stills,
)
from shared.renders.plan import PREVIEW, Clip, Still

SAMPLES = ((36, 20), (82, 46), (160, 90))
"""Sizes of sample frames, the smallest first; no powers of two, so that drivers compile once for all sizes."""
COST_SAMPLES = (*SAMPLES, SAMPLES[-1])
"""The largest twice: what disturbed one measurement must not make a picture smaller."""
SAMPLE_SHARE = 0.05
"""Of the stills' budget: what is slow to draw gets smaller samples."""
MOTION_POINTS = (0, 0.13, 0.29, 0.41, 0.59, 0.71, 0.83, 0.97)
"""Parts of a clip's length that are compared to find motion: uneven, so that nothing periodic hides between them."""
OTHER_TIMES = (0.25, 0.5, 1.64, 2.36, 2.84, 4.1, 6.3, 7.9)
"""Seconds at which a still is looked for where the time asked for shows nothing."""
FLAT = 2.0
"""Standard deviation of luma, 0-255, below which a picture shows nothing."""


class Steps:
    """The steps of one attempt, and what is known so far."""

    def __init__(self, browser: Browser, job: Job, progress: Progress, instrumented: Instrumented) -> None:
        self._browser, self._job, self._progress = browser, job, progress
        self._page = Page(browser)
        self._loop_check = LoopCheck(self._page, job.project, instrumented)
        self._cost = PixelCost(self._page)
        self._seconds_before = browser.processor_seconds
        self._fit = job.fit or Fit()
        self._uses: dict[str, Any] = {}
        self._compile_ms = 0.0
        self._restart = True  # the buffers have to start again with the next frame

    async def go(self) -> bool:
        """Makes everything; False when there is no clip although one was wanted.

        Raises CompileErrors, EndlessLoop, TooHeavy, BrowserLost, BadOutput.
        """
        await self._compile()
        if self._job.fit is None:
            await self._fit_stills()
        await self._make_stills()
        await self._fit_clip()
        return await self._make_clip()

    async def _compile(self) -> None:
        before = self._browser.processor_seconds
        loaded = await self._loop_check.load()
        if loaded.get("errors"):
            raise CompileErrors(loaded["errors"])
        self._uses = loaded["uses"]
        compiled = self._browser.processor_seconds - before
        await self._loop_check.before_drawing(self._job.plan)
        before = self._browser.processor_seconds
        await self._page.start(self._job.plan.stills[0].time)
        self._compile_ms = round(1000 * (compiled + self._browser.processor_seconds - before), 2)
        await self._loop_check.after_start(self._job.plan)

    async def _fit_stills(self) -> None:
        """Measures what a pixel costs in small frames, then in larger ones while the stills do not fit as they were asked for."""
        plan, budget = self._job.plan, self._stills_budget
        times = [0, 1 / 30, 2 / 30] if self._has_buffers else [plan.stills[0].time]
        best = (0.0, 0)
        measured: dict[tuple[int, int], float] = {}
        for size in COST_SAMPLES:
            if self._cost.seconds * size[0] * size[1] * len(times) > SAMPLE_SHARE * budget:
                break
            await self._cost.sample(times, size, self._fit.rate)
            self._cost.seconds = measured[size] = min(self._cost.seconds, measured.get(size, self._cost.seconds))
            try:
                best = fit_stills(plan, self._cost.seconds, self._has_buffers, budget)
            except TooHeavy:
                continue
            if best == (1.0, self._fit.rate):
                break
        scale, rate = best if best[0] else fit_stills(plan, self._cost.seconds, self._has_buffers, budget)
        self._settle(scale=scale, rate=rate)

    async def _make_stills(self) -> None:
        """Draws the next picture while the last one is encoded."""
        encoding: asyncio.Task[None] | None = None
        self._expect(self._stills_seconds() / 2)
        for number, asked in enumerate(self._job.plan.stills):
            still, data = await self._draw_or_seek(asked, number)
            while await self._loop_check.is_cut_short(is_cut(data), still.time):
                self._restart = True
                still, data = await self._draw_or_seek(asked, number)
            if encoding:
                await encoding
            encoding = asyncio.create_task(self._send_still(still, data))
        if encoding:
            await encoding

    def _stills_seconds(self) -> float:
        """Seconds of processor time that drawing all stills takes."""
        stills = [self._fit.still(asked) for asked in self._job.plan.stills]
        sizes = [still.width * still.height for still in stills]
        frames = max(still.time for still in stills) * self._fit.rate + 1
        return (frames * max(sizes) if self._has_buffers else sum(sizes)) * self._cost.seconds

    async def _draw_or_seek(self, asked: Still, number: int) -> tuple[Still, bytes]:
        """Draws a still, and again at another time if it shows nothing and may be moved."""
        still = self._fit.still(asked)
        data = await self._draw(still, number)
        seeking = asked.seek and self._job.fit is None and await asyncio.to_thread(is_flat, data, FLAT)
        if seeking and (time := await self._find_time(asked, still)):
            self._settle(times={**self._fit.times, asked.name: time})
            still = self._fit.still(asked)
            data = await self._draw(still, number)
        return still, data

    async def _find_time(self, asked: Still, still: Still) -> float | None:
        """The time with the most contrast, of those at which the still itself is affordable too; None where none is better."""
        drawn, rate = self._cost.seconds, self._fit.rate
        times = sorted({asked.time, *OTHER_TIMES})
        if self._has_buffers:
            most = self._stills_budget / max(1e-12, drawn * still.width * still.height)  # frames
            times = [time for time in times if time == asked.time or time * rate + 1 <= most]
        frames = times[-1] * rate if self._has_buffers else len(times)
        if drawn * SAMPLES[0][0] * SAMPLES[0][1] * frames > 2 * SAMPLE_SHARE * self._stills_budget:
            return None
        sampled = await self._cost.sample(times, SAMPLES[0], rate, "contrast")
        self._cost.seconds, self._restart = drawn, True
        contrast, time = max(zip(sampled["contrasts"], times, strict=True))
        return time if contrast >= FLAT and time != asked.time else None

    async def _draw(self, still: Still, number: int) -> bytes:
        """The pixels of a still. Its cost is measured where it is the first one, without the frames that lead to it."""
        size, rate = (still.width, still.height), self._fit.rate
        length = still.width * still.height * 4
        at = length * (number % 2)
        if self._has_buffers and number == 0:
            await self._page.advance(still.time, size, rate, first=self._restart)
            self._restart = False
        before = self._browser.processor_seconds
        await self._page.still(still.time, size, rate, at=at, first=self._restart)
        self._restart = False
        if number == 0:
            self._cost.measure(self._browser.processor_seconds - before, 1, size)
        return await asyncio.to_thread(self._browser.read, length, at)

    async def _send_still(self, still: Still, data: bytes) -> None:
        picture = await asyncio.to_thread(open_picture, still, data)
        self._progress.send_still(still, await asyncio.to_thread(encode, still, picture))
        if still.name == self._job.plan.stills[0].name:
            self._progress.add_facts(await asyncio.to_thread(measure, picture, data))
            self._progress.add_facts({"compile_ms": self._compile_ms, **self._cost.facts(still.width, still.height)})

    async def _fit_clip(self) -> None:
        """Finds out whether anything moves, and which size of a clip the budget allows."""
        if self._fit.moves is None:
            clip = self._job.plan.clip
            moves = await self._find_motion(clip or PREVIEW)
            size = None
            if clip and (moves or not clip.unless_still):
                size = await self._find_size(clip)
            self._settle(moves=moves, clip=size)
        self._progress.send_facts({"moves": self._fit.moves})

    async def _find_size(self, clip: Clip) -> Size | None:
        """The size that the budget allows, with half the frames where those are enough.

        Buffers are stepped once a frame, so with half the frames they would hold something else.
        """
        size = fit_clip(clip, self._cost.seconds, self._has_buffers, self._clip_budget)
        may_halve = size and clip.sparse and not self._has_buffers and size.fps == clip.fps
        if size and may_halve and await is_slow(self._page, clip, size):
            size = fit_clip(clip, self._cost.seconds, self._has_buffers, self._clip_budget, below=size)
        return size

    async def _find_motion(self, clip: Clip) -> bool:
        frames = (clip.start + clip.duration) * clip.fps if self._has_buffers else len(MOTION_POINTS)
        affordable = SAMPLE_SHARE * self._stills_budget / frames
        fitting = (size for size in reversed(SAMPLES) if size[0] * size[1] * self._cost.seconds <= affordable)
        size = next(fitting, None)
        if not size:
            return self._uses["time"] is True
        drawn = self._cost.seconds
        times = [clip.start + point * clip.duration for point in MOTION_POINTS]
        sampled = await self._cost.sample(times, size, clip.fps, "stop")
        # The smaller a frame, the more of its cost is not its pixels'; frames that lead to another are drawn without the image.
        self._cost.seconds = drawn if self._has_buffers else min(drawn, self._cost.seconds)
        return sampled["moves"] is True

    async def _make_clip(self) -> bool:
        clip, size = self._job.plan.clip, self._fit.clip
        if clip is None or (clip.unless_still and not self._fit.moves):
            return True
        settled = self._job.fit is not None and self._job.fit.moves is not None
        while size:
            self._expect(drawing_seconds(clip, size, self._cost.seconds, self._has_buffers))
            recording = await asyncio.to_thread(Recording, self._page, clip, size, self._cost.seconds)
            try:
                header, facts, video = await recording.run(None if settled else self._clip_budget)
            except OverBudget as error:
                size = fit_clip(clip, error.cost, self._has_buffers, self._clip_budget, below=size)
                self._settle(clip=size)
                continue
            # Before the clip, so that nobody has it without knowing whether it flashes.
            self._progress.send_facts(facts)
            self._progress.send_clip(clip.name, header, video)
            return True
        return False

    def _expect(self, seconds: float) -> None:
        """Seconds of drawing from here on."""
        self._progress.expected = self._browser.processor_seconds - self._seconds_before + seconds

    def _settle(self, **changes: Any) -> None:
        """Changes the fit, and sends it."""
        self._fit = replace(self._fit, **changes)
        self._progress.send_fit(self._fit)

    @property
    def _has_buffers(self) -> bool:
        """Whether frames build on each other."""
        return self._uses["buffers"] is True

    @property
    def _stills_budget(self) -> float:
        return STILLS_SHARE * self._job.deadline

    @property
    def _clip_budget(self) -> float:
        return CLIP_SHARE * self._job.deadline
