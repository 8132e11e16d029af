"""What stands around an ASGI application: its ids, counts, and the page for Prometheus."""

import asyncio
from typing import Any

import pytest

from shared.http.asgi import Message, observed
from shared.metrics import REGISTRY

ID = b"x-request-id"


async def ask(app: Any, path: str, headers: list[tuple[bytes, bytes]] | None = None) -> list[Message]:
    """What the application sends to a GET."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "headers": headers or []}
    await app(scope, receive, send)
    return sent


async def echo(scope: Message, _: Any, send: Any) -> None:
    """Answers with the id that it was asked under."""
    await send({"type": "http.response.start", "status": 201, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": dict(scope["headers"])[ID]})


def count(function: str, route: str, status: int) -> float:
    labels = {"function": function, "method": "GET", "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("fractafrag_requests_total", labels) or 0


@pytest.mark.parametrize(
    ("given", "kept"), [([(ID, b"0123456789abcdef")], True), ([(ID, b"\xff\n")], False), ([], False)]
)
def test_a_request_has_one_sound_id(given: list[tuple[bytes, bytes]], kept: bool) -> None:
    start, body = asyncio.run(ask(observed(echo, "ids", ("/a",)), "/a", given))
    assert (b"a", b"b") in start["headers"]
    assert dict(start["headers"])[ID] == body["body"]
    assert (body["body"] == b"0123456789abcdef") is kept
    assert len(body["body"]) == (16 if kept else 32)


def test_requests_are_counted_and_unknown_paths_are_one() -> None:
    app = observed(echo, "counted", ("/a",))
    for path in ("/a", "/a", "/b", "/c"):
        asyncio.run(ask(app, path))
    assert (count("counted", "/a", 201), count("counted", "none", 201)) == (2, 2)


def test_no_answer_is_counted_as_what_it_is() -> None:
    async def broken(*_: Any) -> None:
        raise ValueError

    async def slow(*_: Any) -> None:
        await asyncio.sleep(10)

    async def leave() -> None:
        async with asyncio.timeout(0.01):
            await ask(observed(slow, "no-answer", ("/a",)), "/a")

    with pytest.raises(ValueError):  # noqa: PT011
        asyncio.run(ask(observed(broken, "no-answer", ("/a",)), "/a"))
    with pytest.raises(TimeoutError):
        asyncio.run(leave())
    assert (count("no-answer", "/a", 500), count("no-answer", "/a", 499)) == (1, 1)
    assert REGISTRY.get_sample_value("fractafrag_requests_in_progress", {"function": "no-answer"}) == 0


def test_the_page_for_prometheus_is_its_own() -> None:
    start, body = asyncio.run(ask(observed(echo, "page", ()), "/metrics"))
    assert start["status"] == 200
    assert b"# TYPE fractafrag_requests_total counter" in body["body"]
    assert count("page", "none", 200) == 0


def test_other_scopes_pass() -> None:
    seen: list[str] = []

    async def app(scope: Message, *_: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(
        observed(app, "lifespan", ())({"type": "lifespan"}, lambda: asyncio.sleep(0), lambda _: asyncio.sleep(0))
    )
    assert seen == ["lifespan"]
