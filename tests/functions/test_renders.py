"""Ad hoc renders: what may be asked for, and the plan that it becomes."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from functions.renders import handler
from shared.http.app import create_app
from shared.renders import operations as renders
from shared.settings import Config
from shared.stores.db import Database
from tests.functions.conftest import Client, all_routes
from tests.functions.scripting import Make, attempt, good, row

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


def test_nobody_fills_the_queue(client: Client, ann: Client) -> None:
    def ask(address: str) -> Any:
        return client.call("POST", "/api/v1/renders", {"code": CODE}, headers={"X-Forwarded-For": address})

    for n in range(renders.MAX_OPEN):
        if n == renders.MAX_OPEN_OF_CLIENT:
            assert ask("203.0.113.0").status_code == 429, "one address holds some of the places, never all"
        assert ask(f"203.0.113.{n // renders.MAX_OPEN_OF_CLIENT}").status_code == 201
    refused = ask("203.0.113.99")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "5"
    assert ann.call("POST", "/api/v1/renders", {"code": CODE}).status_code == 201


def test_addresses_are_kept_as_names_that_say_nothing(client: Client, database: Database) -> None:
    for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1", "203.0.113.7"):
        client.call("POST", "/api/v1/renders", {"code": CODE}, headers={"X-Forwarded-For": address})
    with database.transaction() as connection:
        names = [row["requested_from"] for row in connection.execute("SELECT requested_from FROM renders").fetchall()]
    assert len(set(names)) == 3, "one household has a whole /64"
    assert not any("2001" in name or (name[:3] == "203" and "." in name) for name in names)


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


@pytest.mark.parametrize(("longest", "preview"), [("1", 1), ("3", 3), ("8", 4), ("60", 4)])
def test_the_deadline_bounds_every_plan(config: Config, database: Database, longest: str, preview: float) -> None:
    limited = replace(config, max_render_duration=float(longest))
    ann = Client(create_app(all_routes(), limited)).register("ann")
    ann.create()
    assert row(database)["plan"]["clip"]["duration"] == preview
    asked = {"code": CODE, "format": "mp4", "times": [0, preview + 60]}
    refused = ann.call("POST", "/api/v1/renders", asked)
    assert refused.status_code == 422
    assert f"{longest} s" in refused.json["errors"][0]["message"]
    asked["times"] = [0, min(float(longest), 8)]
    assert ann.call("POST", "/api/v1/renders", asked).status_code == 201


def test_a_plan_from_before_the_deadline_was_lowered_is_shortened(ann: Client, make: Make, config: Config) -> None:
    ann.create()
    worker = make(good)
    worker.services.config = replace(config, max_render_duration=3.0)
    attempt(worker, "")
    assert worker.renderer.plans[0]["clip"]["duration"] == 3.0
