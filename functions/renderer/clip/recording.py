"""Draws a clip's frames in batches: the next batch is drawn while the last one is encoded."""

import asyncio
from collections.abc import Callable
from typing import Any

from functions.renderer.clip.clip_writer import ClipWriter
from functions.renderer.page.client import Page
from functions.renderer.plan.clips import Size
from shared.renders.plan import Clip

BATCH_SECONDS = 0.4
"""Seconds that the frames of a batch take to draw, about; two batches are under way at a time."""
BATCH = (4, 32)
"""The fewest and the most frames of a batch."""
MAX_BATCH_BYTES = 32 << 20
"""Bytes of a batch."""
TRIAL = 0.25
"""Part of the frames after which it is known what they cost."""
TOLERANCE = 1.4
"""A clip that will take more than so many times its budget is given up."""


FOREVER = 3600.0
"""Seconds; the attempt's deadline comes first."""


class OverBudget(Exception):
    """The frames cost more than the budget allows; `cost`: seconds a pixel."""

    def __init__(self, cost: float) -> None:
        super().__init__(f"{cost:g} s a pixel")
        self.cost = cost


class Recording:
    """One clip at one size. cost: seconds of processor time a pixel of each frame, as far as is known."""

    def __init__(self, page: Page, clip: Clip, size: Size, cost: float) -> None:
        self._page, self._browser = page, page.browser
        self._size, self._pixels = size, (size.width, size.height)
        self._start = clip.start
        self._writer = ClipWriter(clip, size)
        self._frame_bytes = size.width * size.height * 4
        wanted = int(BATCH_SECONDS / max(1e-9, cost * size.width * size.height))
        self._batch = max(1, min(max(BATCH[0], min(BATCH[1], wanted)), MAX_BATCH_BYTES // self._frame_bytes))
        self._encoding: asyncio.Future[Any] | None = None

    async def run(self, budget: float | None) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """The output's header, the facts, and the file. budget: seconds of processor time, None: whatever it takes.

        Raises OverBudget, BrowserLost, BadOutput.
        """
        try:
            await self._draw_all(budget)
            finishing = self._in_thread(self._writer.finish)
            return await asyncio.shield(finishing)
        finally:
            # A thread is not cancelled with its waiter: it keeps using the writer until it is done.
            if self._encoding:
                self._encoding.add_done_callback(self._drop)
            else:
                self._writer.drop()

    async def _draw_all(self, budget: float | None) -> None:
        advanced, first = await self._advance(), 0
        before = self._browser.processor_seconds
        while first < self._writer.wanted and not self._writer.closed:
            count = min(self._batch, self._writer.wanted - first)
            at = first // self._batch % 2 * self._batch * self._frame_bytes
            times = [self._start + frame / self._size.fps for frame in range(first, first + count)]
            anew = first == 0 and not self._start
            await self._page.frames(times, self._pixels, self._size.steps, at=at, first=anew)
            await self._encoded()
            self._in_thread(self._take, count, at)
            first += count
            if budget is not None:
                self._check_budget(self._browser.processor_seconds - before, first, budget - advanced)
        await self._encoded()

    async def _advance(self) -> float:
        """Steps buffers up to the start; the seconds that this took."""
        before = self._browser.processor_seconds
        if self._start:
            last = round(self._start * self._size.steps - 1e-6) - 1
            await self._page.advance(last, self._pixels, self._size.steps, first=True, seconds=FOREVER)
        return self._browser.processor_seconds - before

    def _take(self, count: int, at: int) -> None:
        self._writer.add(self._browser.read(count * self._frame_bytes, at), count)

    def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
        self._encoding = asyncio.get_running_loop().run_in_executor(None, function, *arguments)
        return self._encoding

    async def _encoded(self) -> None:
        if self._encoding:
            await asyncio.shield(self._encoding)

    def _drop(self, encoding: "asyncio.Future[Any]") -> None:
        if not encoding.cancelled():
            encoding.exception()  # retrieved, or asyncio logs it
        self._writer.drop()

    def _check_budget(self, spent: float, frames: int, budget: float) -> None:
        whole = spent * self._writer.wanted / frames
        if TRIAL * self._writer.wanted <= frames < self._writer.wanted and whole > TOLERANCE * budget:
            raise OverBudget(spent / frames / (self._size.width * self._size.height))
