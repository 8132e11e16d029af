"""A clip's frames on their way from the browser into the file: the next ones are drawn while the last are encoded."""

import asyncio
from collections.abc import Callable
from typing import Any

from .browser import Browser
from .fit import Size
from .plan import Clip
from .reel import Reel

# Frames that are drawn at a time, as many as take about so many seconds; two such batches are on their way, and one
# takes no more bytes than this.
BATCH_SECONDS = 0.4
BATCH = (4, 32)
LARGEST_BATCH = 32 << 20
# After this part of the frames it is known what they cost, and it is too much beyond this many times the budget.
TRIAL = 0.25
DOUBT = 1.4


class TooDear(Exception):
    """The frames cost more than there is; `cost`: seconds a pixel."""

    def __init__(self, cost: float) -> None:
        super().__init__(f"{cost:g} s a pixel")
        self.cost = cost


class Shoot:
    """Of one clip at one size. cost: seconds a pixel, as far as is known."""

    def __init__(self, browser: Browser, clip: Clip, size: Size, cost: float) -> None:
        self._browser = browser
        self._size = size
        self._shape = {"rate": size.fps, "width": size.width, "height": size.height}
        self._start = clip.start
        self._reel = Reel(clip, size)
        self._frame_bytes = size.width * size.height * 4
        wanted = int(BATCH_SECONDS / max(1e-9, cost * size.width * size.height))
        self._batch = max(1, min(max(BATCH[0], min(BATCH[1], wanted)), LARGEST_BATCH // self._frame_bytes))
        self._encoding: asyncio.Future[Any] | None = None

    async def run(self, budget: float | None) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """The output's header, the facts, and the file. budget: seconds of processor time, None: whatever it takes.

        Raises TooDear, BrowserLost, BadOutput.
        """
        try:
            await self._draw_all(budget)
            finishing = self._in_thread(self._reel.finish)
            return await asyncio.shield(finishing)
        finally:
            # A thread is not cancelled with whoever waits for it: what it encodes into is its own until it is done.
            if self._encoding:
                self._encoding.add_done_callback(self._drop)
            else:
                self._reel.drop()

    async def _draw_all(self, budget: float | None) -> None:
        led, first = await self._lead(), 0
        before = self._browser.spent
        while first < self._reel.wanted and not self._reel.closed:
            count = min(self._batch, self._reel.wanted - first)
            at = first // self._batch % 2 * self._batch * self._frame_bytes
            times = [self._start + frame / self._size.fps for frame in range(first, first + count)]
            await self._browser.call(
                "frames", {**self._shape, "times": times, "at": at, "first": first == 0 and not self._start}
            )
            await self._encoded()
            self._in_thread(self._take, count, at)
            first += count
            if budget is not None:
                self._judge(self._browser.spent - before, first, budget - led)
        await self._encoded()

    async def _lead(self) -> float:
        """Steps buffers up to the start; the seconds that this took."""
        before = self._browser.spent
        if self._start:
            await self._browser.call("lead", {**self._shape, "time": self._start, "first": True})
        return self._browser.spent - before

    def _take(self, count: int, at: int) -> None:
        self._reel.add(self._browser.read(count * self._frame_bytes, at), count)

    def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
        self._encoding = asyncio.get_running_loop().run_in_executor(None, function, *arguments)
        return self._encoding

    async def _encoded(self) -> None:
        if self._encoding:
            await asyncio.shield(self._encoding)

    def _drop(self, encoding: "asyncio.Future[Any]") -> None:
        if not encoding.cancelled():
            encoding.exception()  # nobody else asks for it any more
        self._reel.drop()

    def _judge(self, spent: float, frames: int, budget: float) -> None:
        whole = spent * self._reel.wanted / frames
        if TRIAL * self._reel.wanted <= frames < self._reel.wanted and whole > DOUBT * budget:
            raise TooDear(spent / frames / (self._size.width * self._size.height))
