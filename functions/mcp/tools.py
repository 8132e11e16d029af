"""What the MCP tools do: the same operations as the HTTP functions, answered with pictures and structured data."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult

from functions.mcp.answers import answer
from shared import log
from shared.auth import credentials
from shared.errors import Invalid, Problem
from shared.renders import operations as renders
from shared.renders.plan import IMAGE_FORMATS
from shared.renders.schema import NewRender
from shared.request import Request, Services
from shared.shaders import operations as shaders
from shared.shaders.schema import Listing, NewShader
from shared.stores.storage import StorageError
from shared.validation import load, shortened

logger = log.get_logger()
T = TypeVar("T")
Headers = Mapping[str, str] | None
"""Of the HTTP request behind a call; none in tests."""
PATIENCE = 45.0
"""Seconds that a tool waits for a picture before it answers that the render goes on."""
_POLL = 0.1


def _explain(problem: Problem) -> ToolError:
    lines = [f"{item['field'] or 'request'}: {item['message']}" for item in problem.errors]
    return ToolError("\n".join(lines) or problem.detail or str(problem.document()["title"]))


class Tools:
    """The tools' work. Requests run in threads, validation too, so that one slow answer holds nobody up."""

    def __init__(self, services: Services):
        self._services = services

    async def _run(self, work: Callable[[Request], T], headers: Headers = None, scope: str = "optional") -> T:
        """What `work` returns, called in a transaction as whoever the headers say."""

        def call() -> T:
            given = headers or {}
            with self._services.request(given.get("x-request-id"), given.get("x-forwarded-for")) as request:
                credentials.sign_in(request, given.get("authorization"), scope)
                return work(request)

        try:
            return await anyio.to_thread.run_sync(call)
        except Problem as problem:
            raise _explain(problem) from problem

    async def _to_the_end(self, work: Callable[[Request], T], headers: Headers = None) -> T:
        """The same, also where the call is cancelled meanwhile."""
        done = list[T]()
        with anyio.CancelScope(shield=True):
            done.append(await self._run(work, headers))
        return done[0]

    async def browse(self, query: dict[str, Any]) -> CallToolResult:
        """A page of published shaders. query: what a Listing takes."""
        return await self._answer(
            await self._run(lambda request: shaders.list_published(request, load(Listing, query)))
        )

    async def get(self, shader: str, picture: bool, headers: Headers) -> CallToolResult:
        """A shader, and its poster if there is one."""
        wanted = _uuid(shader)
        document = await self._run(lambda request: shaders.read(request, wanted), headers)
        render = document["render"]
        return await self._answer(document, render["id"] if picture and render else None)

    async def render(self, source: dict[str, Any], context: Context[Any, Any]) -> CallToolResult:
        """Pictures of a project that is not saved. source: what a NewRender takes."""

        def queue(request: Request) -> UUID:
            values = load(NewRender, source)
            if values["format"] not in IMAGE_FORMATS:
                message = f"Use one of {', '.join(IMAGE_FORMATS)}."
                raise Invalid(message, errors=[{"field": "format", "message": message}])
            return renders.queue_ad_hoc(request, values)

        render = await self._to_the_end(queue, context.headers)  # so that it is known what to cancel
        try:
            document = await self._wait(render, context)
        except anyio.get_cancelled_exc_class():  # the call was cancelled, or the client left
            await self._to_the_end(lambda request: renders.cancel(request, render))
            raise
        return await self._answer(document, render, failed=document["status"] == "failed")

    async def submit(self, shader: dict[str, Any], context: Context[Any, Any]) -> CallToolResult:
        """A new shader, and its poster; an error where it stays a draft since it cannot be shown. shader: what a NewShader takes."""

        def create(request: Request) -> dict[str, Any]:
            return shaders.read(request, shaders.create(request, load(NewShader, shader)))

        saved = await self._run(create, context.headers, "write")
        await self._wait(saved["render"]["id"], context)
        document = await self._wait_for_publication(UUID(saved["id"]), context)
        address = f"{self._services.config.public_url}/shaders/{saved['id']}"
        refused = (document["publication"] or {}).get("status") == "refused"
        failed = refused or document["render"]["status"] == "failed"
        return await self._answer({**document, "address": address}, saved["render"]["id"], failed=failed)

    async def _wait_for_publication(self, shader: UUID, context: Context[Any, Any]) -> dict[str, Any]:
        """The shader once its publication is decided: with the picture, or where that is blank, once its motion is known."""
        started = time.monotonic()
        while True:
            document = await self._run(lambda request: shaders.read(request, shader), context.headers)
            waiting = (document["publication"] or {}).get("status") == "waiting"
            if (
                not waiting
                or document["render"]["status"] not in ("ready", "failed")
                or time.monotonic() - started > PATIENCE
            ):
                return document
            await anyio.sleep(_POLL)

    async def _wait(self, render: UUID | str, context: Context[Any, Any]) -> dict[str, Any]:
        """The render once its pictures are there, or as it stands when patience ends; reports progress meanwhile."""
        wanted = UUID(str(render))
        started, told = time.monotonic(), 0.0
        while True:
            document = await self._run(lambda request: renders.read(request, wanted, trusted=True))
            seconds = time.monotonic() - started
            if document["status"] in ("ready", "failed") or seconds > PATIENCE:
                return document
            if seconds - told > 1:
                told = seconds
                await context.report_progress(seconds, PATIENCE, f"{document['status']} for {seconds:.0f} s")
            await anyio.sleep(_POLL)

    async def _answer(
        self, document: dict[str, Any], render: UUID | str | None = None, *, failed: bool = False
    ) -> CallToolResult:
        """The document, with the pictures of the render, within what a client takes."""
        rows = list[dict[str, Any]]()
        if render:
            wanted = UUID(str(render))
            rows = await self._run(lambda request: renders.outputs(request, wanted))
        images = sorted((row for row in rows if row["type"].startswith("image/")), key=lambda row: row["time"] or 0)
        return await anyio.to_thread.run_sync(lambda: answer(document, images, self._load, failed=failed))

    def _load(self, row: dict[str, Any]) -> bytes | None:
        """The picture, or None while it is missing: `reconcile` has it made again, and the rest of the answer stands."""
        try:
            return self._services.storage.get(row["key"])
        except (FileNotFoundError, StorageError) as error:
            logger.warning("picture missing", key=row["key"], error=str(error))
            return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ToolError(f"id: {shortened(text)!r} is not a shader's id; browse_shaders lists them.") from error
