"""The renderer's HTTP face: POST /render, GET /health, GET /metrics."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, cast

import falcon
import falcon.asgi
from falcon.asgi import Request, Response

from shared.http.asgi import Application, observed
from shared.log import get_logger
from shared.metrics import Gauge, Info
from shared.settings import Config, environ

from .chromium import ChromiumError
from .fit import read_fit
from .job import Job
from .plan import Malformed, Refused, read_plan, read_project
from .pool import Pool, QueueFull
from .preprocessors import Preprocessors
from .records import CONTENT_TYPE
from .render import VERSION, refusal, render
from .settings import Settings, read_settings

log = get_logger("renderer")

MAX_BODY = 2 << 20  # bytes: the code's limit, as it looks when JSON escapes it
RETRY_SECONDS = 2
CANARY_AGE = 5.0
# gunicorn waits 30 s, and would then serve without having started anything.
STARTUP_SECONDS = 25.0

_BROWSERS = Gauge("fractafrag_browsers", "Browsers that are ready (idle) or at work (busy).", ["state"])
_WAITING = Gauge("fractafrag_browsers_awaited", "Jobs that wait for a browser.")
_RENDERER = Info("fractafrag_renderer", "What draws here: back end, WebGL's own name, version, Chromium, sandbox.")


class Lifespan:
    """Starts everything before the first request and stops it after the last."""

    def __init__(self, pool: Pool, preprocessors: Preprocessors) -> None:
        self._pool, self._preprocessors = pool, preprocessors

    async def process_startup(self, scope: Any, event: Any) -> None:
        """Raises ChromiumError, which ends the server with its text."""
        try:
            async with asyncio.timeout(STARTUP_SECONDS):
                await self._preprocessors.start()
                await self._pool.start()
            _RENDERER.info({**self._pool.info, "version": VERSION})
        except (ChromiumError, OSError) as error:
            detail = str(error) or f"No browser was ready within {STARTUP_SECONDS:.0f} s."
            log.critical("the renderer cannot start", detail=detail)
            await self.process_shutdown(scope, event)
            raise ChromiumError(detail) from None

    async def process_shutdown(self, scope: Any, event: Any) -> None:
        """No process is left after this."""
        await self._pool.stop()
        await self._preprocessors.stop()


class Health:
    """Whether pictures come out of here; looked at, not assumed."""

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
            "busy": self._pool.busy,
        }


class Renders:
    """One render a request, in a browser of its own."""

    def __init__(self, pool: Pool, preprocessors: Preprocessors) -> None:
        self._pool, self._preprocessors = pool, preprocessors

    async def on_post(self, req: Request, resp: Response) -> None:
        """Streams the outputs of a project; see records.py."""
        resp.content_type = CONTENT_TYPE
        try:
            document = await _read_body(req)
            plan = read_plan(document.get("plan"), self._pool.settings.deadline)
            project = read_project(document.get("project"))
            fit = read_fit(document.get("fit"), plan)
        except Malformed as error:
            raise falcon.HTTPBadRequest(description=f"{error}.") from error
        except Refused as error:
            resp.data = refusal(error)
            return
        resp.stream = await self._begin(Job(project, plan, self._pool.settings.deadline, fit))

    async def _begin(self, job: Job) -> "_Stream":
        stack = AsyncExitStack()
        try:
            browser = await stack.enter_async_context(self._pool.lease())
        except QueueFull:
            detail = "As many jobs wait as may wait (RENDERER_QUEUE)."
            raise falcon.HTTPServiceUnavailable(description=detail, retry_after=RETRY_SECONDS) from None
        return _Stream(stack, render(browser, self._preprocessors, job))


class _Stream(AsyncIterator[bytes]):
    """The records of a render; Falcon calls `close` also when the client is gone."""

    def __init__(self, stack: AsyncExitStack, records: AsyncGenerator[bytes]) -> None:
        self._stack = stack
        self._records = records

    async def __anext__(self) -> bytes:
        return await anext(self._records)

    async def close(self) -> None:
        """Gives the browser back, which kills it."""
        await self._records.aclose()
        await self._stack.aclose()


async def _read_body(req: Request) -> dict[str, Any]:
    if (req.content_length or 0) > MAX_BODY:
        raise falcon.HTTPContentTooLarge(description=f"The limit is {MAX_BODY} bytes.")
    body = await req.stream.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise falcon.HTTPContentTooLarge(description=f"The limit is {MAX_BODY} bytes.")
    try:
        document = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    if not isinstance(document, dict):
        raise Malformed("the body must be an object with project and plan")
    return cast("dict[str, Any]", document)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _problem(req: Request, resp: Response, error: falcon.HTTPError) -> None:
    """RFC 9457."""
    document = {"type": "about:blank", "title": error.title, "status": error.status_code, "detail": error.description}
    resp.content_type = "application/problem+json"
    resp.data = json.dumps(document).encode()


def _gauge(pool: Pool) -> None:
    _BROWSERS.labels("idle").set_function(lambda: pool.idle)
    _BROWSERS.labels("busy").set_function(lambda: pool.busy)
    _WAITING.set_function(lambda: pool.waiting)


def create_app(config: Config | None = None, settings: Settings | None = None) -> Application:
    """The ASGI application; its browsers start with its lifespan. Raises SettingsError.

    config: what every function gets; the renderer has settings of its own, read from the environment.
    """
    pool = Pool(settings or read_settings(environ()))
    _gauge(pool)
    preprocessors = Preprocessors(pool.settings.browsers)
    app: falcon.asgi.App[Request, Response] = falcon.asgi.App(middleware=[Lifespan(pool, preprocessors)])
    app.set_error_serializer(_problem)
    app.add_route("/health", Health(pool))
    app.add_route("/render", Renders(pool, preprocessors))
    return observed(cast("Application", app), "renderer", ("/health", "/render"))
