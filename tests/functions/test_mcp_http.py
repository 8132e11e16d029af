"""The MCP endpoint over HTTP: methods, CORS, and posts that are refused without holding anybody up."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from functions.mcp.app import create_app
from functions.mcp.cancelling import Calls
from shared.settings import Config

PAGE = "https://agents.example.org"
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
MANY = 330_000


@pytest.fixture
def http(config: Config) -> Iterator[TestClient]:
    with TestClient(create_app(replace(config, mcp_origins=(PAGE,))), "http://127.0.0.1") as client:  # type: ignore[arg-type]
        yield client


def call(tool: str, arguments: str) -> bytes:
    return f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}'.encode()


def result(answer: Any) -> Any:
    """The result of a call, which comes as an event or as JSON."""
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        text = next(line[5:] for line in text.splitlines() if line.startswith("data:") and "{" in line)
    return json.loads(text)["result"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_only_posts_are_served(http: TestClient, method: str) -> None:
    answer = http.request(method, "/mcp", headers=HEADERS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]


def test_a_page_that_may_call(http: TestClient) -> None:
    headers = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    before = http.options("/mcp", headers=headers)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "authorization" in before.headers["access-control-allow-headers"].lower()
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answer = http.post("/mcp", json=body, headers={**HEADERS, "Origin": PAGE})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "Origin" in answer.headers["vary"]


def test_a_page_that_may_not(http: TestClient) -> None:
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    before = http.options("/mcp", headers=evil)
    assert before.status_code == 403
    assert "access-control-allow-origin" not in before.headers
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answer = http.post("/mcp", json=body, headers={**HEADERS, "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert http.options("/mcp").headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonish"])
def test_json_comes_as_json(http: TestClient, kind: str) -> None:
    answer = http.post("/mcp", content=call("browse_shaders", "{}"), headers={**HEADERS, "Content-Type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]["message"]


HOSTILE = {
    "passes": '{"project":{"passes":[' + ",".join(["{}"] * MANY) + "]}}",
    "times": '{"code":"x","times":[' + ",".join(["1"] * MANY) + "]}",
    "tags": '{"title":"x","code":"y","tags":[' + ",".join(["1"] * MANY) + "]}",
    "unknown keys": "{" + ",".join(f'"k{n}":1' for n in range(MANY // 3)) + "}",
    "JSON in a text": '{"project":"{\\"passes\\":[' + ",".join(["{}"] * MANY) + ']}"}',
    "JSON for code": '{"code":"[' + ",".join(["{}"] * MANY) + ']"}',
    "deep": '{"project":{"passes":' + "[" * 100_000 + "]" * 100_000 + "}}",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_arguments_are_refused_briefly_and_hold_nobody_up(http: TestClient, kind: str) -> None:
    """While a megabyte is refused again and again, the longest that another call waits is 100 ms."""
    body = call("render_shader", HOSTILE[kind])
    ended = threading.Event()
    refused = list[Any]()

    def attack() -> None:
        while not ended.is_set():
            refused.append(http.post("/mcp", content=body, headers=HEADERS))

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        waits = [_wait(http) for _ in range(15)]
    finally:
        ended.set()
        thread.join()
    for answer in refused:
        assert len(answer.content) < 4000
        assert answer.status_code in (400, 422) or result(answer)["isError"]
    assert sorted(waits)[len(waits) // 2] < 0.1, waits  # at the median, since the machine itself may be busy


def _wait(http: TestClient) -> float:
    started = time.monotonic()
    assert http.get("/health").status_code == 200
    return time.monotonic() - started


def test_a_text_may_hold_as_many_marks_as_it_likes(http: TestClient) -> None:
    """Code is no JSON, and a project may come as a text."""
    code = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1,1,1,1); } //" + "{,}" * 20_000
    project = json.dumps({"passes": [{"type": "image", "code": code}]})
    for arguments in ({"code": code, "times": [2, 1]}, {"project": project, "times": [2, 1]}):
        answer = result(http.post("/mcp", content=call("render_shader", json.dumps(arguments)), headers=HEADERS))
        assert "rise" in answer["content"][0]["text"]


def test_a_call_has_at_most_four_megabytes(http: TestClient) -> None:
    body = call("render_shader", json.dumps({"code": "x" * 4_300_000}))
    assert http.post("/mcp", content=body, headers=HEADERS).status_code == 413
    parts = (body[n : n + 65536] for n in range(0, len(body), 65536))
    assert http.post("/mcp", content=parts, headers=HEADERS).status_code == 413


def test_a_notification_cancels_only_the_one_call_that_it_can_mean() -> None:
    """Not another caller's, not another id's, and none of two that look the same."""
    calls, ann, bob = Calls(), ("Bearer ann", "192.0.2.1", "x"), ("", "192.0.2.1", "x")

    def cancelled(who: tuple[str, ...], number: Any, **changes: Any) -> bool:
        note = {"method": "notifications/cancelled", "params": {"requestId": number}} | changes
        with calls.running(ann, {"id": 1}) as scope:
            calls.cancel(who, note)
            return scope.cancel_called

    async def inside() -> None:
        assert cancelled(ann, 1)
        assert not cancelled(bob, 1)
        assert not cancelled(ann, 2)
        assert not cancelled(ann, "1")
        assert not cancelled(ann, 1, method="notifications/progress")
        assert not cancelled(ann, 1, params=[1])
        with calls.running(ann, {"id": 1}) as twin:
            assert not cancelled(ann, 1)
            assert not twin.cancel_called
        assert not calls._scopes, "nothing is kept"

    anyio.run(inside)
