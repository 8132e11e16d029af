"""A clip's frames on their way from the browser into the file: the next ones are drawn while the last are encoded."""

import asyncio
import contextlib
from typing import Any

from .browser import Browser
from .fit import Size
from .plan import Clip
from .reel import Reel

# Frames that are drawn at a time, as many as take about so many seconds; two such batches are on their way, and one
# takes no more bytes than this.
BATCH_SECONDS = 0.06
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
        self._start = clip.start
        self._reel = Reel(clip, size)
        self._frame_bytes = size.width * size.height * 4
        wanted = int(BATCH_SECONDS / max(1e-9, cost * size.width * size.height))
        self._batch = max(1, min(max(BATCH[0], min(BATCH[1], wanted)), LARGEST_BATCH // self._frame_bytes))
        self._encoding: asyncio.Future[None] | None = None

    async def run(self, budget: float | None) -> tuple[dict[str, Any], dict[str, Any], bytes]:
        """The output's header, the facts, and the file. budget: seconds of processor time, None: whatever it takes.

        Raises TooDear, BrowserLost, BadOutput.
        """
        try:
            await self._draw_all(budget)
            return await asyncio.to_thread(self._reel.finish)
        finally:
            with contextlib.suppress(Exception):
                await self._encoded()
            self._reel.drop()

    async def _draw_all(self, budget: float | None) -> None:
        batch = self._batch
        before, first = self._browser.spent, 0
        while first < self._reel.wanted and not self._reel.closed:
            count = min(batch, self._reel.wanted - first)
            at = first // batch % 2 * batch * self._frame_bytes
            await self._draw(first, count, at)
            await self._encoded()
            self._encoding = asyncio.ensure_future(asyncio.to_thread(self._take, count, at))
            first += count
            if budget is not None:
                self._judge(self._browser.spent - before, first, budget)
        await self._encoded()

    async def _draw(self, first: int, count: int, at: int) -> None:
        shape = {"rate": self._size.fps, "width": self._size.width, "height": self._size.height}
        await self._browser.call("frames", {**shape, "start": self._start, "first": first, "count": count, "at": at})

    def _take(self, count: int, at: int) -> None:
        self._reel.add(self._browser.read(count * self._frame_bytes, at), count)

    async def _encoded(self) -> None:
        if self._encoding:
            encoding, self._encoding = self._encoding, None
            await encoding

    def _judge(self, spent: float, frames: int, budget: float) -> None:
        done = frames / self._reel.wanted
        if TRIAL <= done < 1 and spent / done > DOUBT * budget:
            raise TooDear(spent / frames / (self._size.width * self._size.height))
