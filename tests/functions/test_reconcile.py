"""The reconciler: rings for what nobody works on, empties the garbage, and looks after stored pictures."""

from collections.abc import Iterator
from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from functions.reconcile.server import Reconciler
from functions.render.renderer import Record, RendererLost
from shared.metrics import REGISTRY
from shared.settings import Config
from shared.stores.db import Database
from shared.stores.queue import connect
from tests.functions.conftest import Client
from tests.functions.scripting import Make, attempt, expire, good, picture, poster, row


def test_a_shared_picture_outlives_one_of_its_shaders(
    ann: Client, make: Make, database: Database, config: Config
) -> None:
    first, second = ann.create(), ann.create()
    worker = make(good)
    while attempt(worker, ""):
        pass
    reconciler = Reconciler(worker.services)
    key = ann.call("GET", f"/api/v1/renders/{first['render']['id']}").json["poster_url"].removeprefix("/renders/")
    for shader, size in ((first, len(picture())), (second, None)):
        ann.call("DELETE", f"/api/v1/shaders/{shader['id']}")
        with worker.services.request() as request:
            reconciler.empty_garbage(request)
        assert worker.services.storage.size(key) == size


def test_a_missing_picture_is_made_again(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    worker = make(good, good)
    attempt(worker, "")
    with database.transaction() as connection:
        key = connection.execute("SELECT key FROM outputs").fetchone()["key"]  # type: ignore[index]
    worker.services.storage.delete(key)
    Reconciler(worker.services).audit()
    assert row(database)["status"] == "queued"
    attempt(worker, "")
    assert worker.services.storage.get(key) == picture()


def test_the_audit_holds_no_transaction_while_it_looks(
    ann: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage may be slower than the server's patience."""
    ann.create()
    worker = make(good)
    attempt(worker, "")
    others = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
    seen = list[Any]()

    def size(key: str) -> int:
        with database.transaction() as connection:
            seen.append(connection.execute(others).fetchone())
        return len(picture())

    monkeypatch.setattr(worker.services.storage, "size", size)
    Reconciler(worker.services).audit()
    assert seen == [{"n": 1}]


def test_a_picture_that_keeps_vanishing_is_not_made_for_ever(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    worker = make(*[good] * 10)
    reconciler = Reconciler(worker.services)
    made = 0
    while attempt(worker, ""):
        made += 1
        with database.transaction() as connection:
            worker.services.storage.delete(connection.execute("SELECT key FROM outputs").fetchone()["key"])  # type: ignore[index]
        reconciler.audit()
    assert made == 4
    before = REGISTRY.get_sample_value("fractafrag_remakes_total")
    reconciler.audit()
    assert REGISTRY.get_sample_value("fractafrag_remakes_total") == before


def test_outputs_of_an_earlier_attempt_go(ann: Client, make: Make, database: Database) -> None:
    """Poster and another poster's bytes: only the last is left, the first is garbage."""
    ann.create()

    def half() -> Iterator[Record]:
        yield poster(picture(colour="#000000"))
        raise RendererLost("gone")

    worker = make(half, good)
    attempt(worker, "")
    with database.transaction() as connection:
        first = connection.execute("SELECT key FROM outputs").fetchone()["key"]  # type: ignore[index]
    expire(database)
    attempt(worker, "")
    with database.transaction() as connection:
        keys = [found["key"] for found in connection.execute("SELECT key FROM outputs").fetchall()]
    with worker.services.request() as request:
        Reconciler(worker.services).empty_garbage(request)
    assert len(keys) == 1
    assert first not in keys
    assert worker.services.storage.size(first) is None
    assert worker.services.storage.size(keys[0]) == len(picture())


def test_what_nobody_rang_for_is_rung(ann: Client, make: Make, database: Database, config: Config) -> None:
    shader = ann.create()
    redis = connect(config.redis_url)
    redis.flushall()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET rung_at = now() - interval '10 seconds'")
    worker = make()
    reconciler = Reconciler(worker.services)
    reconciler.tick(1)
    reconciler.tick(3)
    (job,) = Queue("render", connection=redis, serializer=JSONSerializer).jobs
    assert job.func_name == "functions.render.job.run"
    assert job.args == [shader["render"]["id"]]


def test_expired_ad_hoc_renders_go(client: Client, make: Make, database: Database) -> None:
    body = {"code": "void mainImage(out vec4 c, in vec2 p) {}"}
    made = client.call("POST", "/api/v1/renders", body)
    assert made.status_code == 201
    worker = make(good)
    attempt(worker, "")
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET expires_at = now() - interval '1 second'")
    with worker.services.request() as request:
        Reconciler(worker.services).sweep(request)
    assert client.call("GET", f"/api/v1/renders/{made.json['id']}").status_code == 404


def test_a_poster_without_a_description_is_rung_for_once_a_pause(
    ann: Client, make: Make, database: Database, config: Config
) -> None:
    shader = ann.create()
    worker = make(good)
    attempt(worker, "")
    redis = connect(config.redis_url)
    redis.flushall()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET ready_at = now() - interval '10 s', rung_at = now() - interval '10 s'")
    reconciler = Reconciler(worker.services)
    for n in (1, 3, 5):
        reconciler.tick(n)
    (job,) = Queue("describe", connection=redis, serializer=JSONSerializer).jobs
    assert job.args == [shader["render"]["id"]]
