"""What stands before the MCP server: the methods of a stateless endpoint, CORS, the size of what is posted, cancelled calls."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import anyio.to_thread
import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response

from functions.mcp.cancelling import Calls, caller, message
from shared.errors import Problem, TooLarge, UnsupportedMediaType
from shared.http.asgi import Application, Message, Send
from shared.json_body import check_json

Receive = Callable[[], Awaitable[Message]]

PATH = "/mcp"
MAX_BODY = 4 * 1024 * 1024
"""Bytes of a call: a project's code, as it looks when JSON escapes it, several times over."""
ALLOW = "POST, OPTIONS"
"""No GET: a stateless server has nothing to say outside of an answer. No DELETE: there are no sessions."""
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Accept, Last-Event-ID, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name"
    ),
    "Access-Control-Max-Age": "86400",
}
_EXPOSED = "X-Request-Id, Mcp-Session-Id"


def guarded(app: Application, origins: Collection[str]) -> Application:
    """The application behind these checks. origins: of pages that may call from a browser."""

    calls = Calls()

    async def guard(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH:
            await app(scope, receive, send)
            return
        origin = Headers(scope=scope).get("origin", "")
        if origin in origins:
            send = _with_cors(send, origin)
        match scope["method"]:
            case "POST":
                await _post(app, calls, scope, receive, send)
            case "OPTIONS":
                await _preflight(origin, origins)(scope, receive, send)
            case _:
                await _method_not_allowed()(scope, receive, send)

    return guard


def _with_cors(send: Send, origin: str) -> Send:
    """Lets a page of this origin read the answer."""

    async def with_cors(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = _EXPOSED
            headers.add_vary_header("Origin")
            message = {**message, "headers": headers.raw}
        await send(message)

    return with_cors


def _preflight(origin: str, origins: Collection[str]) -> Response:
    if not origin:
        return Response(status_code=204, headers={"Allow": ALLOW})
    if origin not in origins:
        return _problem(403, "Forbidden", "This origin may not call from a browser (MCP_ORIGINS).")
    return Response(status_code=204, headers=_PREFLIGHT)


def _method_not_allowed() -> Response:
    detail = "Calls are POST; this server is stateless and keeps no streams."
    return _problem(405, "Method not allowed", detail, {"Allow": ALLOW})


def _problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    content = orjson.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    return Response(content, status, headers, "application/problem+json")


async def _post(app: Application, calls: Calls, scope: Message, receive: Receive, send: Send) -> None:
    try:
        _check_type(Headers(scope=scope))
        body = await _read(receive)
        posted = await anyio.to_thread.run_sync(_message, body)
    except Problem as problem:
        await _refusal(problem)(scope, receive, send)
    else:
        await _call(app, calls, posted, scope, _replayed(body, receive), send)


def _message(body: bytes) -> dict[str, Any]:
    check_json(body)
    return message(body)


async def _call(
    app: Application, calls: Calls, posted: dict[str, Any], scope: Message, receive: Receive, send: Send
) -> None:
    """Passes a message on; a call that is cancelled meanwhile is answered with nothing more."""
    who, started = caller(Headers(scope=scope)), False

    async def noting(part: Message) -> None:
        nonlocal started
        started = True
        await send(part)

    calls.cancel(who, posted)
    with calls.running(who, posted) as running:
        await app(scope, receive, noting)
    if running.cancelled_caught and not started:
        await Response(status_code=202)(scope, receive, send)


def _check_type(headers: Headers) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType("Send the call as Content-Type: application/json.")
    if int(headers.get("content-length", "0")) > MAX_BODY:
        raise TooLarge(f"A call has at most {MAX_BODY} bytes.")


async def _read(receive: Receive) -> bytes:
    """The whole body, or what came of it from a client that left."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            raise TooLarge(f"A call has at most {MAX_BODY} bytes.")
    return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever else the client does: it may leave."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


def _refusal(problem: Problem) -> Response:
    """As JSON-RPC has it, since MCP clients show that to whoever called."""
    error: dict[str, Any] = {"code": -32600, "message": problem.detail}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, problem.status)
