"""Request ids, the log, metrics and /metrics around an ASGI application; shared/http/app.py does the same for WSGI."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from shared import log, metrics

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

_ID = b"x-request-id"
_GONE = 499
"""The status in log and metrics of a request whose client left before it was answered; nginx's number for that."""

logger = log.get_logger()


@dataclass(slots=True)
class _Answer:
    """Passes an answer on with the request's id in it, and keeps its status. 500 is what a server makes of none."""

    send: Send
    request_id: str
    status: int = 500
    started: float = field(default_factory=time.perf_counter)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = [*message.get("headers", ()), (_ID, self.request_id.encode())]
            message = {**message, "headers": headers}
        await self.send(message)


def observed(app: Application, function: str, routes: Collection[str]) -> Application:
    """Wraps the application. routes: its paths, which have no parameters."""
    requests = metrics.Requests(function)

    async def observe(scope: Message, receive: Callable[[], Awaitable[Message]], send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif scope["path"] == "/metrics":
            await metrics.asgi_app(scope, receive, send)
        else:
            scope, answer = _named(scope, send)
            requests.begin()
            with log.bound(request=answer.request_id):
                try:
                    await app(scope, receive, answer)
                except asyncio.CancelledError:
                    answer.status = _GONE
                    raise
                finally:
                    _finish(scope, answer, requests, routes)

    return observe


def _named(scope: Message, send: Send) -> tuple[Message, _Answer]:
    """The request under its id, which the application reads as a header like any other."""
    given = next((value for name, value in scope["headers"] if name == _ID), b"")
    request_id = log.request_id(given.decode("latin-1"))
    others = [(name, value) for name, value in scope["headers"] if name != _ID]
    return {**scope, "headers": [*others, (_ID, request_id.encode())]}, _Answer(send, request_id)


def _finish(scope: Message, answer: _Answer, requests: metrics.Requests, routes: Collection[str]) -> None:
    seconds = time.perf_counter() - answer.started
    method, path = scope["method"], scope["path"]
    requests.end(method, path if path in routes else None, answer.status, seconds)
    if path not in log.QUIET:
        logger.info("request", method=method, path=path, status=answer.status, seconds=round(seconds, 4))
