"""Starts the browsers before the first request and stops them after the last."""

import asyncio
from typing import Any

from functions.renderer.chromium.pool import Pool
from functions.renderer.chromium.program import ChromiumError
from functions.renderer.drawing.attempt import VERSION
from functions.renderer.glsl.reader_pool import ReaderPool
from shared import log
from shared.metrics import Gauge, Info

STARTUP_SECONDS = 25.0
"""gunicorn waits 30 s, and would then serve without having started anything."""

_BROWSERS = Gauge(
    "fractafrag_browsers",
    "Browsers that are ready (idle), at work (busy), or wait for their owner (resting).",
    ["state"],
)
_WAITING = Gauge("fractafrag_browsers_awaited", "Jobs that wait for a browser.")
_RENDERER = Info("fractafrag_renderer", "What draws here: back end, WebGL's own name, version, Chromium, sandbox.")

logger = log.get_logger()


class Lifespan:
    """Falcon middleware that starts and stops the browsers and the source readers."""

    def __init__(self, pool: Pool, readers: ReaderPool) -> None:
        self._pool, self._readers = pool, readers
        _BROWSERS.labels("idle").set_function(lambda: pool.idle)
        _BROWSERS.labels("resting").set_function(lambda: pool.resting)
        _BROWSERS.labels("busy").set_function(lambda: pool.busy)
        _WAITING.set_function(lambda: pool.waiting)

    async def process_startup(self, scope: Any, event: Any) -> None:
        """Raises ChromiumError, which ends the server with its text."""
        try:
            async with asyncio.timeout(STARTUP_SECONDS):
                await self._readers.start()
                await self._pool.start()
            _RENDERER.info({**self._pool.info, "version": VERSION})
        except (ChromiumError, OSError) as error:
            detail = str(error) or f"No browser was ready within {STARTUP_SECONDS:.0f} s."
            logger.critical("the renderer cannot start", detail=detail)
            await self.process_shutdown(scope, event)
            raise ChromiumError(detail) from None

    async def process_shutdown(self, scope: Any, event: Any) -> None:
        """No process is left after this."""
        await self._pool.stop()
        await self._readers.stop()
