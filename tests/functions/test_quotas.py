"""What one owner may have waiting or keep, and what is swept."""

import contextlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from functions.reconcile.server import Reconciler
from functions.render.renderer import End
from shared.auth.credentials import sign_in
from shared.errors import TooMany
from shared.http import idempotency
from shared.http.app import create_app
from shared.renders import operations as renders
from shared.renders import upkeep
from shared.request import Services
from shared.settings import Config
from shared.stores.db import Database, queries
from tests.functions.conftest import Client, all_routes
from tests.functions.scripting import Make, attempt, good, poster
from tests.functions.turns import CODE, execute, status


def test_open_renders_of_saved_work_are_bounded(ann: Client, bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renders, "MAX_OPEN_SAVED", 3)
    made = [ann.create(code=CODE % n) for n in range(3)]
    refused = ann.call("POST", "/api/v1/shaders", {"title": "One more", "code": CODE % 9})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    words = ann.call("PUT", f"/api/v1/shaders/{made[0]['id']}", {"title": "Words need no picture"})
    assert words.status_code == 200
    bob.create()
    ann.draw()
    ann.create(code=CODE % 9)


@pytest.mark.parametrize("signed_in", [True, False])
def test_renders_asked_for_at_once_are_counted_one_after_the_other(
    services: Services, monkeypatch: pytest.MonkeyPatch, signed_in: bool, client: Client
) -> None:
    monkeypatch.setattr(renders, "MAX_OPEN" if signed_in else "MAX_OPEN_OF_CLIENT", 1)
    token = client.register("ann").token
    wanted = {"project": {"passes": []}, "times": [1.0], "width": 64, "height": 64, "format": "webp"}

    def ask() -> bool:
        with services.request(address="203.0.113.1") as request, contextlib.suppress(TooMany):
            if signed_in:
                sign_in(request, f"Bearer {token}")
            renders.queue_ad_hoc(request, wanted)
            time.sleep(0.2)  # the first has counted and queued, and not committed
            return True
        return False

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: ask(), range(3))) == 1


def test_saves_at_once_are_counted_one_after_the_other(
    ann: Client, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renders, "MAX_OPEN_SAVED", 3)
    made = ann.create()

    def slowly(*arguments: Any) -> Any:
        result = queue(*arguments)
        time.sleep(0.2)
        return result

    queue = renders.queue_version
    monkeypatch.setattr(renders, "queue_version", slowly)
    calls = [
        partial(ann.call, "POST", "/api/v1/shaders", {"title": "New", "code": CODE % 2}),
        partial(ann.call, "POST", f"/api/v1/shaders/{made['id']}/fork"),
        partial(ann.call, "PUT", f"/api/v1/shaders/{made['id']}", {"code": CODE % 3}),
        partial(ann.call, "PUT", f"/api/v1/shaders/{made['id']}", {"code": CODE % 4}),
    ]
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = [future.result().status_code for future in [pool.submit(call) for call in calls]]
    assert sorted(answers) in ([200, 200, 429, 429], [200, 201, 429, 429], [201, 201, 429, 429])


def test_source_that_is_saved_at_once_is_counted_one_after_the_other(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = Client(create_app(all_routes(), replace(config, user_source_bytes=120_000)))
    ann = limited.register("ann")
    noise = [f"//{random.Random(n).randbytes(40_000).hex()}\n{CODE % n}" for n in range(2)]
    queue = renders.queue_version

    def slowly(*arguments: Any) -> Any:
        time.sleep(0.2)
        return queue(*arguments)

    monkeypatch.setattr(renders, "queue_version", slowly)

    def save(code: str) -> int:
        return ann.call("POST", "/api/v1/shaders", {"title": "Large", "code": code}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, noise)) == [201, 413]


def test_source_that_one_account_keeps_is_bounded(config: Config) -> None:
    limited = Client(create_app(all_routes(), replace(config, user_source_bytes=200_000)))
    ann, bob = limited.register("ann"), limited.register("bob")
    noise = [f"//{random.Random(n).randbytes(40_000).hex()}\n{CODE % n}" for n in range(4)]
    made = ann.create(code=noise[0])
    assert ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"code": noise[1]}).status_code == 200
    refused = ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"code": noise[2]})
    assert refused.status_code == 413
    assert "Delete" in refused.json["detail"]
    assert ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"title": "Words"}).status_code == 200
    assert bob.create(code=noise[3])
    ann.call("DELETE", f"/api/v1/shaders/{made['id']}")
    assert ann.create(code=noise[2])


def test_answers_to_retries_are_small_and_few(ann: Client, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"title": "Large", "code": f"//{'x' * 100_000}\n{CODE % 1}"}
    for n in range(4):
        assert ann.call("POST", "/api/v1/shaders", body, headers={"Idempotency-Key": str(n)}).status_code == 201
    with database.transaction() as connection:
        size = connection.execute("SELECT sum(pg_column_size(k.*)) AS n FROM idempotency_keys k").fetchone()
        assert size
        assert size["n"] < 4 * 400
        monkeypatch.setattr(idempotency, "MAX_KEYS", 2)
        idempotency.sweep(connection)
        kept = connection.execute("SELECT key FROM idempotency_keys ORDER BY key").fetchall()
    assert [item["key"] for item in kept] == ["2", "3"]


def test_settled_ad_hoc_renders_of_one_user_are_few(
    ann: Client, bob: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "MAX_KEPT", 2)
    for who, count in ((ann, 4), (bob, 1)):
        for n in range(count):
            who.call("POST", "/api/v1/renders", {"code": CODE % n})
    worker = make(good)
    while attempt(worker, ""):
        pass
    with database.transaction() as connection:
        upkeep.expire(connection)
        assert connection.execute("SELECT count(*) AS n FROM renders").fetchone() == {"n": 3}


def sources(database: Database) -> list[str]:
    """What is kept of the source of each ad hoc render, as the JSON type."""
    with database.transaction() as connection:
        statement = "SELECT jsonb_typeof(project) AS kind FROM renders WHERE shader_id IS NULL ORDER BY queued_at"
        return [found["kind"] for found in connection.execute(statement).fetchall()]


def test_the_source_of_ad_hoc_renders_is_kept_until_they_are_settled(
    client: Client, ann: Client, make: Make, services: Services, database: Database
) -> None:
    """It would be in nobody's bytes."""
    made = [client.call("POST", "/api/v1/renders", {"code": CODE % n}).json["id"] for n in range(4)]
    worker = make(good, lambda: iter([End("failed", "compile_error", "1 compile error.", [])]))
    attempt(worker, made[0])
    attempt(worker, made[1])
    with services.request() as request:
        renders.cancel(request, UUID(made[2]))
    assert sources(database) == ["null", "null", "null", "object"]
    ann.create()
    attempt(worker, "")
    assert status(client, made[0]) == "ready"


def test_an_ad_hoc_render_whose_picture_is_lost_is_gone(client: Client, make: Make, database: Database) -> None:
    made = client.call("POST", "/api/v1/renders", {"code": CODE % 1, "times": [1, 2]}).json["id"]
    worker = make(lambda: iter([poster(), poster(name="frame-1", time=2.0), End("done")]))
    attempt(worker, "")
    pictures = client.call("GET", f"/api/v1/renders/{made}").json["frames"]
    keys = [picture["url"].removeprefix("/renders/") for picture in pictures]
    assert len(keys) == 2
    worker.services.storage.delete(keys[0])
    reconciler = Reconciler(worker.services)
    reconciler.audit()
    assert client.call("GET", f"/api/v1/renders/{made}").status_code == 404
    with worker.services.request() as request:
        reconciler.empty_garbage(request)
    assert worker.services.storage.size(keys[1]) is None
    assert not attempt(worker, "")


def test_what_is_swept_each_minute_is_found_in_indexes(database: Database) -> None:
    """However many rows there are that stay."""
    values = {"most": 500}
    swept = [queries("shared.renders").expire, queries("shared.renders").expire_oldest]
    swept += [queries("shared.http").sweep, queries("shared.http").sweep_oldest]
    with database.transaction() as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        for statement in swept:
            plan = connection.execute(f"EXPLAIN {statement}", values).fetchall()
            assert not [line for line in plan if "Seq Scan" in line["QUERY PLAN"]], statement


def test_of_each_owner_the_newest_ad_hoc_renders_are_kept(
    client: Client, ann: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user, a network, and users who are gone."""
    monkeypatch.setattr(upkeep, "MAX_KEPT", 2)
    gone = client.register("gone")
    made: dict[str, list[str]] = {}
    for who, caller in (("ann", ann), ("nobody", client), ("gone", gone)):
        made[who] = [caller.call("POST", "/api/v1/renders", {"code": CODE % n}).json["id"] for n in range(4)]
    worker = make()
    while attempt(worker, ""):
        pass
    execute(database, "DELETE FROM users WHERE username = 'gone'")
    waits = ann.call("POST", "/api/v1/renders", {"code": CODE % 9}).json["id"]
    with database.transaction() as connection:
        upkeep.expire(connection)
        kept = {str(found["id"]) for found in connection.execute("SELECT id FROM renders").fetchall()}
    assert kept == {*made["ann"][3:], *made["nobody"][2:], *made["gone"][2:], waits}


def test_who_saves_faster_than_is_drawn_keeps_the_newest_pictures(ann: Client) -> None:
    made = ann.create(code=CODE % 0)
    for n in range(1, 12):
        ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"code": CODE % n})
    ann.draw()
    found = ann.call("GET", f"/api/v1/shaders/{made['id']}/renders?limit=50").json["items"]
    skipped = [item for item in found if item.get("reason") == "superseded"]
    assert (len(found), len(skipped)) == (12, 4)
    assert [item["status"] for item in found[:8]] == ["ready"] * 8
    assert ann.call("GET", f"/api/v1/shaders/{made['id']}").json["status"] == "published"
