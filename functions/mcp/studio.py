"""What the tools do: the same operations as the HTTP functions, answered with pictures and structured data."""

import base64
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import anyio
import anyio.to_thread
import orjson
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ImageContent, TextContent

from shared.auth import operations as auth
from shared.auth.operations import User
from shared.errors import Problem
from shared.http.resource import Services
from shared.renders import operations as renders
from shared.renders.operations import IMAGE_FORMATS, NewRender
from shared.shaders import operations as shaders
from shared.shaders.operations import Listing, NewShader
from shared.stores.db import Connection
from shared.validation import load

T = TypeVar("T")
PATIENCE = 45.0
"""Seconds that a tool waits for a picture before it answers that the render goes on."""
_POLL = 0.1


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


def _result(document: dict[str, Any], pictures: list[ImageContent], *, failed: bool = False) -> CallToolResult:
    plain = _plain(document)
    text = TextContent(type="text", text=orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode())
    return CallToolResult(content=[text, *pictures], structured_content=plain, is_error=failed)


def _explain(problem: Problem) -> ToolError:
    lines = [f"{item['field'] or 'request'}: {item['message']}" for item in problem.errors]
    return ToolError("\n".join(lines) or problem.detail or str(problem.document()["title"]))


class Studio:
    """The tools' work. Postgres is asked in threads, so that one slow answer holds nobody up."""

    def __init__(self, services: Services):
        self._services = services

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def in_transaction() -> T:
            with self._services.db.transaction() as connection:
                return work(connection)

        try:
            return await anyio.to_thread.run_sync(in_transaction)
        except Problem as problem:
            raise _explain(problem) from problem

    def _load(self, schema: Any, data: dict[str, Any]) -> dict[str, Any]:
        try:
            return load(schema, data)
        except Problem as problem:
            raise _explain(problem) from problem

    def _user(self, connection: Connection, headers: Mapping[str, str] | None) -> User | None:
        token = auth.bearer((headers or {}).get("authorization"))
        return auth.authenticate(connection, self._services.config.secret_key, token) if token else None

    async def browse(
        self, sort: str, query: str | None, tags: list[str] | None, cursor: str | None, limit: int
    ) -> CallToolResult:
        """A page of published shaders."""
        given = {"sort": sort, "q": query, "tags": ",".join(tags or []), "cursor": cursor, "limit": limit}
        values = self._load(Listing, {name: value for name, value in given.items() if value})
        return _result(await self._run(lambda connection: shaders.list_published(connection, values)), [])

    async def get(self, shader: str, picture: bool, headers: Mapping[str, str] | None) -> CallToolResult:
        """A shader, and its poster if there is one."""
        wanted = _uuid(shader)
        read = lambda connection: shaders.read(connection, wanted, self._user(connection, headers))  # noqa: E731
        document = await self._run(read)
        render = document["render"]
        return _result(document, await self._pictures(render["id"]) if picture and render else [])

    async def render(self, request: dict[str, Any], context: Context[Any, Any]) -> CallToolResult:
        """Pictures of a project that is not saved."""
        values = self._load(NewRender, request)
        if values["format"] not in IMAGE_FORMATS:
            raise ToolError(f"format: Use one of {', '.join(IMAGE_FORMATS)}.")
        plan = renders.plan(values["times"], values["width"], values["height"], values["format"])

        def queue(connection: Connection) -> UUID:
            user = self._user(connection, context.headers)
            return renders.queue_project(connection, values["project"], plan, user, _request_id(context))

        render = await self._run(queue)
        document = await self._wait(render, context)
        return _result(document, await self._pictures(render), failed=document["status"] == "failed")

    async def submit(self, request: dict[str, Any], context: Context[Any, Any]) -> CallToolResult:
        """A new shader, and its poster."""
        values = self._load(NewShader, request)

        def create(connection: Connection) -> tuple[UUID, UUID, User]:
            user = auth.require(self._user(connection, context.headers), "write")
            saved = shaders.create(connection, user, values, _request_id(context))
            return saved.id, saved.render or saved.id, user

        shader, render, user = await self._run(create)
        await self._wait(render, context)
        document = await self._run(lambda connection: shaders.read(connection, shader, user))
        address = f"{self._services.config.public_url}/shaders/{shader}"
        return _result({**document, "address": address}, await self._pictures(render))

    async def _wait(self, render: UUID, context: Context[Any, Any]) -> dict[str, Any]:
        """The render once its pictures are there, or as it stands when patience ends; reports progress meanwhile."""
        await anyio.to_thread.run_sync(self._services.bell.ring, renders.QUEUE, render)
        started, told = time.monotonic(), 0.0
        while True:
            document = await self._run(lambda connection: renders.read(connection, render, None, trusted=True))
            seconds = time.monotonic() - started
            if document["status"] in ("ready", "failed") or seconds > PATIENCE:
                return document
            if seconds - told > 1:
                told = seconds
                await context.report_progress(seconds, PATIENCE, f"{document['status']} for {seconds:.0f} s")
            await anyio.sleep(_POLL)

    async def _pictures(self, render: UUID | str) -> list[ImageContent]:
        rows = await self._run(lambda connection: renders.outputs(connection, UUID(str(render))))
        images = [row for row in rows if row["type"].startswith("image/")]
        images.sort(key=lambda row: row["time"] or 0)
        return [await anyio.to_thread.run_sync(self._picture, row) for row in images]

    def _picture(self, row: dict[str, Any]) -> ImageContent:
        data = self._services.storage.get(row["key"])
        return ImageContent(type="image", data=base64.b64encode(data).decode(), mime_type=row["type"])


def _request_id(context: Context[Any, Any]) -> str | None:
    """The id under which shared/asgi.py logs the request."""
    return (context.headers or {}).get("x-request-id")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ToolError(f"id: {text!r} is not a shader's id; browse_shaders lists them.") from error
