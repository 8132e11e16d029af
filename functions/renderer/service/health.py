"""GET /health: draws a picture with an idle browser now and then, and answers whether that worked."""

import asyncio
import time

import falcon
from falcon.asgi import Request, Response

from functions.renderer.chromium.pool import Pool
from functions.renderer.drawing.attempt import VERSION

CANARY_AGE = 5.0
"""Seconds for which a good picture counts."""
RETRY_SECONDS = 2
"""When a client should ask again."""


class Health:
    """Whether pictures come out of this service, by drawing one."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._checked = -CANARY_AGE
        self._well = False
        self._lock = asyncio.Lock()

    async def on_get(self, req: Request, resp: Response) -> None:
        """200 with what renders here; 503 when it does not."""
        async with self._lock:
            if time.monotonic() - self._checked > CANARY_AGE:
                self._well = await self._pool.check()
                self._checked = time.monotonic() if self._well else -CANARY_AGE
        if not self._well:
            raise falcon.HTTPServiceUnavailable(description="The canary picture failed.", retry_after=RETRY_SECONDS)
        resp.media = {
            "status": "ok",
            **self._pool.info,
            "version": VERSION,
            "idle": self._pool.idle,
            "resting": self._pool.resting,
            "busy": self._pool.busy,
        }
