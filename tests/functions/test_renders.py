"""Ad hoc renders: what may be asked for, and the plan that it becomes."""

import threading
from typing import Any

import pytest

from functions.renders import handler
from shared.renders import operations as renders
from tests.functions.conftest import Client

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1); }"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "code"),
        ({"code": CODE, "times": []}, "times"),
        ({"code": CODE, "times": [2, 1]}, "times"),
        ({"code": CODE, "times": [1] * 17}, "times"),
        ({"code": CODE, "width": 100_000}, "width"),
        ({"code": CODE, "format": "gif"}, "format"),
        ({"code": CODE, "format": "mp4"}, "times"),
        ({"code": CODE, "format": "mp4", "times": [0, 20]}, "times"),
        ({"code": CODE, "format": "mp4", "times": [0, 2], "width": 101}, "width"),
    ],
)
def test_what_is_wrong_is_named(client: Client, body: dict[str, Any], field: str) -> None:
    result = client.call("POST", "/api/v1/renders", body)
    assert result.status_code == 422
    assert field in [error["field"] for error in result.json["errors"]]


def test_stills_become_a_poster_and_frames() -> None:
    plan = renders.plan([0.5, 1, 2], 320, 180, "png")
    assert [still["name"] for still in plan["stills"]] == ["poster", "frame-1", "frame-2"]
    assert plan["clip"] is None


def test_a_clip_has_its_first_frame_as_poster() -> None:
    plan = renders.plan([1, 3], 320, 180, "mp4")
    assert plan["stills"][0]["time"] == 1
    assert (plan["clip"]["start"], plan["clip"]["duration"], plan["clip"]["unless_still"]) == (1, 2, False)


def test_nobody_fills_the_queue(client: Client, ann: Client) -> None:
    for _ in range(renders.MAX_OPEN):
        assert client.call("POST", "/api/v1/renders", {"code": CODE}).status_code == 201
    refused = client.call("POST", "/api/v1/renders", {"code": CODE})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "5"
    assert ann.call("POST", "/api/v1/renders", {"code": CODE}).status_code == 201


def test_who_waits_leaves_threads_for_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every waiting place taken, nobody waits: the answer is 202 at once."""
    waited: list[object] = []
    monkeypatch.setattr(handler, "_WAITERS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(handler.Renders, "_poll", lambda *arguments: waited.append(arguments))
    assert handler._WAITERS.acquire(blocking=False)
    result = client.call("POST", "/api/v1/renders?wait=1.5", {"code": CODE})
    assert (result.status_code, result.json["status"]) == (202, "queued")
    assert waited == []


def test_a_retry_waits_again(ann: Client) -> None:
    headers = {"Idempotency-Key": "wait"}
    first, again = (ann.call("POST", "/api/v1/renders?wait=0.1", {"code": CODE}, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 202
    assert first.json["id"] == again.json["id"]


def test_waiting_ends_with_202(client: Client) -> None:
    result = client.call("POST", "/api/v1/renders?wait=0.1", {"code": CODE})
    assert result.status_code == 202
    assert result.json["status"] == "queued"
    assert client.call("GET", result.headers["Location"]).json["status"] == "queued"
