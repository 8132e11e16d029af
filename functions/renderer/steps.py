"""The way from a project to its pictures, step by step: compile, fit, draw, look around, shoot."""

import asyncio
from dataclasses import replace
from typing import Any

from .browser import Browser
from .costs import Costs
from .fit import CLIP_SHARE, STILLS_SHARE, Fit, Size, TooHeavy, drawing, fit_clip, fit_stills
from .job import CompileErrors, Job, Progress
from .likeness import is_slow
from .loops import Counted
from .pictures import encode, is_flat, measure, open_picture
from .plan import Clip, Still
from .shoot import Shoot, TooDear
from .turns import Turns

# Sizes of looks, the smallest first; no powers of two, so that drivers compile once for all sizes.
LOOKS = ((36, 20), (82, 46), (160, 90))
# The closest once more: what disturbed one look shall not make a picture smaller.
COST_LOOKS = (*LOOKS, LOOKS[-1])
# Of the stills' budget: what is slow to draw is looked at less closely.
LOOK_SHARE = 0.05
# Where a clip is looked at for motion, as parts of its length: uneven, so that nothing periodic hides between them.
POINTS = (0, 0.13, 0.29, 0.41, 0.59, 0.71, 0.83, 0.97)
# Seconds at which a picture is looked for where the one asked for shows nothing.
OTHER_TIMES = (0.25, 0.5, 1.64, 2.36, 2.84, 4.1, 6.3, 7.9)
FLAT = 2.0  # standard deviation of luma, 0-255
ANY_CLIP = Clip("", 0, 4, 30, 480, 270, "mp4", unless_still=True)


class Steps:
    """Of one attempt."""

    def __init__(self, browser: Browser, job: Job, progress: Progress, counted: Counted) -> None:
        self._browser, self._job, self._progress = browser, job, progress
        self._turns = Turns(browser, counted, job.deadline)
        self._costs = Costs(browser)
        self._spent_before = browser.spent
        self._fit = job.fit or Fit()
        self._uses: dict[str, Any] = {}
        self._compile_ms = 0.0
        self._anew = True  # the buffers have to begin again

    async def go(self) -> bool:
        """Makes everything; False when there is no clip although one was wanted.

        Raises CompileErrors, EndlessLoop, TooHeavy, BrowserLost, BadOutput.
        """
        await self._compile()
        if self._job.fit is None:
            await self._fit_stills()
        await self._make_stills()
        await self._look_around()
        return await self._make_clip()

    async def _compile(self) -> None:
        before = self._browser.spent
        loaded = await self._browser.call("load", self._job.project)
        if loaded.get("errors"):
            raise CompileErrors(loaded["errors"])
        self._uses = loaded["uses"]
        compiled = self._browser.spent - before
        await self._turns.before_drawing(self._job.plan)
        before = self._browser.spent
        await self._browser.call("start", {"time": self._job.plan.stills[0].time})
        self._compile_ms = round(1000 * (compiled + self._browser.spent - before), 2)

    async def _fit_stills(self) -> None:
        """A look as small as possible says how large the pictures may be; a closer one, if that is not as asked."""
        plan, budget = self._job.plan, self._stills_budget
        times = [0, 1 / 30, 2 / 30] if self._steps else [plan.stills[0].time]
        best = (0.0, 0)
        seen: dict[tuple[int, int], float] = {}
        for size in COST_LOOKS:
            if self._costs.pixel * size[0] * size[1] * len(times) > LOOK_SHARE * budget:
                break
            await self._costs.glance(times, size, self._fit.rate)
            self._costs.pixel = seen[size] = min(self._costs.pixel, seen.get(size, self._costs.pixel))
            try:
                best = fit_stills(plan, self._costs.pixel, self._steps, budget)
            except TooHeavy:
                continue
            if best == (1.0, self._fit.rate):
                break
        scale, rate = best if best[0] else fit_stills(plan, self._costs.pixel, self._steps, budget)
        self._settle(scale=scale, rate=rate)

    async def _make_stills(self) -> None:
        """The next picture is drawn while the last one is encoded."""
        encoding: asyncio.Task[None] | None = None
        stills = [self._fit.still(asked) for asked in self._job.plan.stills]
        sizes = [still.width * still.height for still in stills]
        frames = max(still.time for still in stills) * self._fit.rate + 1
        self._expect((frames * max(sizes) if self._steps else sum(sizes)) * self._costs.pixel / 2)
        for number, asked in enumerate(self._job.plan.stills):
            still, data = await self._draw_well(asked, number)
            if number == 0:
                await self._turns.after_drawing(self._costs.pixel, still)
            if encoding:
                await encoding
            encoding = asyncio.create_task(self._hand_out(still, data))
        if encoding:
            await encoding

    async def _draw_well(self, asked: Still, number: int) -> tuple[Still, bytes]:
        """The picture, or a better one if it shows nothing and another time will do."""
        still = self._fit.still(asked)
        data = await self._draw(still, number)
        seeking = asked.seek and self._job.fit is None and await asyncio.to_thread(is_flat, data, FLAT)
        if seeking and (time := await self._find_time(asked, still)):
            self._settle(times={**self._fit.times, asked.name: time})
            still = self._fit.still(asked)
            data = await self._draw(still, number)
        return still, data

    async def _find_time(self, asked: Still, still: Still) -> float | None:
        """When there is most to see, of the times at which there is time for the picture, too."""
        drawn, rate = self._costs.pixel, self._fit.rate
        times = sorted({asked.time, *OTHER_TIMES})
        if self._steps:
            most = self._stills_budget / max(1e-12, drawn * still.width * still.height)  # frames
            times = [time for time in times if time == asked.time or time * rate + 1 <= most]
        frames = times[-1] * rate if self._steps else len(times)
        if drawn * LOOKS[0][0] * LOOKS[0][1] * frames > 2 * LOOK_SHARE * self._stills_budget:
            return None
        seen = await self._costs.glance(times, LOOKS[0], rate, "contrast")
        self._costs.pixel, self._anew = drawn, True
        contrast, time = max(zip(seen["contrasts"], times, strict=True))
        return time if contrast >= FLAT and time != asked.time else None

    async def _draw(self, still: Still, number: int) -> bytes:
        size = still.width * still.height * 4
        at = size * (number % 2)
        task = {"time": still.time, "width": still.width, "height": still.height, "rate": self._fit.rate, "at": at}
        if self._steps and number == 0:
            await self._browser.call("lead", {**task, "first": self._anew})
            self._anew = False
        before = self._browser.spent
        await self._browser.call("still", {**task, "first": self._anew})
        self._anew = False
        if number == 0:
            self._costs.note(self._browser.spent - before, 1, (still.width, still.height))
        return await asyncio.to_thread(self._browser.read, size, at)

    async def _hand_out(self, still: Still, data: bytes) -> None:
        picture = await asyncio.to_thread(open_picture, still, data)
        self._progress.still(still, await asyncio.to_thread(encode, still, picture))
        if still.name == self._job.plan.stills[0].name:
            self._progress.note(await asyncio.to_thread(measure, picture, data))
            self._progress.note({"compile_ms": self._compile_ms, **self._costs.facts(still.width, still.height)})

    async def _look_around(self) -> None:
        """Whether anything moves, and in which size there is time for that."""
        if self._fit.moves is None:
            clip = self._job.plan.clip
            moves = await self._find_motion(clip or ANY_CLIP)
            size = None
            if clip and (moves or not clip.unless_still):
                size = await self._find_size(clip)
            self._settle(moves=moves, clip=size)
        self._progress.facts({"moves": self._fit.moves})

    async def _find_size(self, clip: Clip) -> Size | None:
        """What there is time for, and no more frames than it takes. Buffers would go other ways with other steps."""
        size = fit_clip(clip, self._costs.pixel, self._steps, self._clip_budget)
        if (
            size
            and clip.sparse
            and not self._steps
            and size.fps == clip.fps
            and await is_slow(self._browser, clip, size)
        ):
            size = fit_clip(clip, self._costs.pixel, self._steps, self._clip_budget, below=size)
        return size

    async def _find_motion(self, clip: Clip) -> bool:
        frames = (clip.start + clip.duration) * clip.fps if self._steps else len(POINTS)
        affordable = LOOK_SHARE * self._stills_budget / frames
        size = next((size for size in reversed(LOOKS) if size[0] * size[1] * self._costs.pixel <= affordable), None)
        if not size:
            return self._uses["time"] is True
        drawn = self._costs.pixel
        times = [clip.start + point * clip.duration for point in POINTS]
        seen = await self._costs.glance(times, size, clip.fps, "stop")
        # The smaller a picture, the more of its cost is not its pixels', and what leads to it is drawn without the image.
        self._costs.pixel = drawn if self._steps else min(drawn, self._costs.pixel)
        return seen["moves"] is True

    async def _make_clip(self) -> bool:
        clip, size = self._job.plan.clip, self._fit.clip
        if clip is None or (clip.unless_still and not self._fit.moves):
            return True
        settled = self._job.fit is not None and self._job.fit.moves is not None
        while size:
            self._expect(drawing(clip, size, self._costs.pixel, self._steps))
            shoot = await asyncio.to_thread(Shoot, self._browser, clip, size, self._costs.pixel)
            try:
                header, facts, film = await shoot.run(None if settled else self._clip_budget)
            except TooDear as error:
                size = fit_clip(clip, error.cost, self._steps, self._clip_budget, below=size)
                self._settle(clip=size)
                continue
            # Before the clip, so that nobody has it without knowing whether it flashes.
            self._progress.facts(facts)
            self._progress.clip(clip.name, header, film)
            return True
        return False

    def _expect(self, seconds: float) -> None:
        """Seconds of drawing from here on."""
        self._progress.expected = self._browser.spent - self._spent_before + seconds

    def _settle(self, **changes: Any) -> None:
        self._fit = replace(self._fit, **changes)
        self._progress.fit(self._fit)

    @property
    def _steps(self) -> bool:
        """Whether frames build on each other."""
        return self._uses["buffers"] is True

    @property
    def _stills_budget(self) -> float:
        return STILLS_SHARE * self._job.deadline

    @property
    def _clip_budget(self) -> float:
        return CLIP_SHARE * self._job.deadline
