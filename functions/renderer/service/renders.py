"""POST /render: a project and a plan in, a stream of outputs out, in a browser that nobody else's job ever gets."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, cast

import falcon
from falcon.asgi import Request, Response

from functions.renderer.chromium.pool import Pool, QueueFull
from functions.renderer.drawing.attempt import refusal, render
from functions.renderer.drawing.job import Job
from functions.renderer.drawing.records import CONTENT_TYPE
from functions.renderer.glsl.reader_pool import ReaderPool
from functions.renderer.plan.fit import read_fit
from functions.renderer.plan.project import Malformed, Refused, read_project
from shared.renders.plan import PlanError, read_plan

MAX_BODY = 2 << 20
"""Bytes: the code's limit, as it looks when JSON escapes it."""
MAX_OWNER = 64
"""Characters of an owner's name."""
RETRY_SECONDS = 2
"""When a client should ask again."""


class Renders:
    """The resource /render: one job a request."""

    def __init__(self, pool: Pool, readers: ReaderPool) -> None:
        self._pool, self._readers = pool, readers

    async def on_post(self, req: Request, resp: Response) -> None:
        """Streams the outputs of a project; see drawing/records.py."""
        resp.content_type = CONTENT_TYPE
        try:
            document = await _read_body(req)
            job, owner = self._read_job(document), _read_owner(document)
        except (Malformed, PlanError) as error:
            raise falcon.HTTPBadRequest(description=f"{error}.") from error
        except Refused as error:
            resp.data = refusal(error)
            return
        resp.stream = await self._begin(job, owner)

    def _read_job(self, document: dict[str, Any]) -> Job:
        deadline = self._pool.settings.deadline
        plan = read_plan(document.get("plan"), deadline)
        project = read_project(document.get("project"))
        return Job(project, plan, deadline, read_fit(document.get("fit"), plan))

    async def _begin(self, job: Job, owner: str) -> "_Stream":
        stack = AsyncExitStack()
        try:
            browser = await stack.enter_async_context(self._pool.lease(owner))
        except QueueFull:
            detail = "As many jobs wait as may wait (RENDERER_QUEUE)."
            raise falcon.HTTPServiceUnavailable(description=detail, retry_after=RETRY_SECONDS) from None
        return _Stream(stack, render(browser, self._readers, job))


class _Stream(AsyncIterator[bytes]):
    """The records of a render; Falcon calls `close` also when the client is gone."""

    def __init__(self, stack: AsyncExitStack, records: AsyncGenerator[bytes]) -> None:
        self._stack = stack
        self._records = records

    async def __anext__(self) -> bytes:
        return await anext(self._records)

    async def close(self) -> None:
        """Gives the browser back."""
        try:
            await self._records.aclose()
        finally:
            await self._stack.aclose()


def _read_owner(document: dict[str, Any]) -> str:
    """Whose job it is, as the caller names owners; "" for nobody's. Raises Malformed."""
    owner = document.get("owner") or ""
    if not isinstance(owner, str) or len(owner) > MAX_OWNER:
        raise Malformed(f"owner must be text of at most {MAX_OWNER} characters")
    return owner


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
