"""Turns between users: who is drawn next, what gives way to whom, and what nobody may fill."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from functions.reconcile.server import Reconciler
from functions.render import attempt as attempts
from functions.render import lease
from functions.render.lease import Stop
from functions.render.renderer import End, Facts, Record, Renderer, RendererLost
from shared.auth.credentials import sign_in
from shared.errors import TooMany
from shared.http import idempotency
from shared.http.app import create_app
from shared.renders import claims, upkeep
from shared.renders import operations as renders
from shared.request import Services
from shared.settings import Config
from shared.stores.db import Database, queries
from tests.functions.conftest import Client, all_routes
from tests.functions.counting import counted, difference
from tests.functions.scripting import Make, Scripted, Worker, attempt, good, poster

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%s); }"
OLD = "UPDATE renders SET queued_at = queued_at - interval '1 minute'"


def execute(database: Database, statement: str) -> None:
    with database.transaction() as connection:
        connection.execute(statement)


def status(client: Client, render: str) -> str:
    return client.call("GET", f"/api/v1/renders/{render}").json["status"]


def test_turns_go_round_users_whatever_they_ask_for(ann: Client, bob: Client, make: Make) -> None:
    for n in range(20):
        ann.create(code=CODE % n, status="draft")
    ad_hoc = bob.call("POST", "/api/v1/renders", {"code": CODE % 50}).json["id"]
    saved = bob.create(code=CODE % 51)["render"]["id"]
    worker = make()
    for _ in range(2):
        attempt(worker, "")
    assert status(bob, saved) == "ready", "what was saved comes before what is only looked at"
    for _ in range(2):
        attempt(worker, "")
    assert status(bob, ad_hoc) == "ready"


def test_addresses_take_turns_too(client: Client, make: Make) -> None:
    def ask(n: int, address: str) -> str:
        headers = {"X-Forwarded-For": address}
        return client.call("POST", "/api/v1/renders", {"code": CODE % n}, headers=headers).json["id"]

    for n in range(8):
        ask(n, "203.0.113.1")
    other = ask(50, "203.0.113.2")
    worker = make()
    for _ in range(2):
        attempt(worker, "")
    assert status(client, other) == "ready"


def with_preview(during: Callable[[], None]) -> Callable[[], Iterator[Record]]:
    def script() -> Iterator[Record]:
        yield poster()
        yield Facts({"moves": True})
        during()
        yield from clip()
        yield End("done")

    return script


def clip() -> Iterator[Record]:
    data = b"\0\0\0\x18ftypmp42" + bytes(64)
    yield poster(data, name="preview", type="video/mp4", width=480, height=270, time=None)


def test_a_preview_is_not_begun_while_somebody_waits_for_a_picture(
    ann: Client, bob: Client, make: Make, database: Database
) -> None:
    first = ann.create(code=CODE % 1)["render"]["id"]
    worker = make(with_preview(lambda: pytest.fail("the preview was begun")))
    second = bob.create(code=CODE % 2)["render"]["id"]
    execute(database, OLD)
    execute(database, f"UPDATE renders SET queued_at = queued_at - interval '1 minute' WHERE id = '{first}'")
    assert attempt(worker, first)
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "pending"
    assert status(ann, first) == "ready"
    assert attempt(worker, "")
    assert status(bob, second) == "ready"
    worker.renderer.scripts.append(with_preview(lambda: None))
    assert attempt(worker, "")
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "ready"


def shown(render: str, minutes: float = 0, yields: int = 0, facets: str = "{}") -> str:
    """The statement that makes a queued render one with a poster, whose preview is due."""
    return f"""UPDATE renders SET status = 'ready', ready_at = now() - interval '{minutes} minutes', yields = {yields},
        facets = '{facets}' WHERE id = '{render}'"""


@pytest.mark.parametrize(
    ("state", "comes_first"),
    [
        ({"minutes": 0}, False),
        ({"minutes": 1.1, "yields": claims.MAX_YIELDS}, True),
        ({"minutes": 1.1, "yields": 1, "facets": '{"blank": true}'}, True),
        ({"minutes": 1.1, "yields": 1, "facets": '{"blank": false}'}, False),
        ({"minutes": 0.9}, False),
        ({"minutes": 1.1}, True),
        ({"minutes": 1.1, "yields": 1}, False),
        ({"minutes": 2.1, "yields": 1}, True),
    ],
)
def test_a_preview_waits_its_turn_but_not_for_ever(
    ann: Client, bob: Client, database: Database, state: dict[str, Any], comes_first: bool
) -> None:
    waits = ann.create(code=CODE % 1)["render"]["id"]
    execute(database, OLD)
    execute(database, shown(waits, **state))
    new = bob.create(code=CODE % 2)["render"]["id"]
    with database.transaction() as connection:
        claimed = claims.claim(connection, "")
    assert claimed
    assert str(claimed.id) == (waits if comes_first else new)


def test_a_shader_that_is_dark_at_first_becomes_public_while_others_keep_publishing(
    ann: Client, bob: Client, make: Make, database: Database
) -> None:
    """Its poster is blank, so it is public only once it has shown that it moves."""

    def dark() -> Iterator[Record]:
        yield Facts({"blank": True})
        yield poster()
        for n in range(3):
            bob.create(code=CODE % f"7{n}")
        execute(database, OLD)
        yield Facts({"moves": True})
        yield from clip()
        yield End("done")

    made = ann.create(code=CODE % 1)
    bob.create(code=CODE % 2)
    execute(database, OLD)
    assert attempt(make(dark), made["render"]["id"])
    assert bob.call("GET", f"/api/v1/shaders/{made['id']}").status_code == 200


def test_a_blank_poster_of_somebody_else_is_given_way_to(ann: Client, bob: Client, database: Database) -> None:
    shown_already, dark = ann.create(code=CODE % 1)["render"]["id"], bob.create(code=CODE % 2)["render"]["id"]
    with database.transaction() as connection:
        ours = claims.claim(connection, shown_already)
    execute(database, shown(shown_already))
    execute(database, shown(dark, facets='{"blank": true}'))
    execute(database, OLD)
    with database.transaction() as connection:
        assert ours
        assert claims.gives_way(connection, ours, timedelta(0))


def test_only_as_many_previews_give_way_as_posters_wait(ann: Client, bob: Client, database: Database) -> None:
    """Every worker is busy with a preview; two pictures are waited for."""
    previews = [ann.create(code=CODE % n)["render"]["id"] for n in range(4)]
    with database.transaction() as connection:
        ours = [claims.claim(connection, preview) for preview in previews]
    for preview in previews:
        execute(database, shown(preview))
    for n in (7, 8):
        bob.create(code=CODE % n)
    execute(database, OLD)

    def giving_way() -> list[bool]:
        given = list[bool]()
        for one in ours:
            assert one
            with database.transaction() as connection:
                given.append(claims.gives_way(connection, one, timedelta(0)))
        return given

    assert sorted(giving_way()) == [False, False, True, True]
    assert giving_way() == [False] * 4
    execute(database, "UPDATE renders SET made_way_at = now() - interval '3 s'")
    assert sum(giving_way()) == 2, "whoever gave way was lost on the way"


def test_a_preview_that_is_stored_is_not_given_up(
    ann: Client, bob: Client, services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL", 0.05)
    first = ann.create(code=CODE % 1)["render"]["id"]

    class Late(Scripted):
        """Somebody waits from the moment on that the preview is there."""

        def render(self, *_: Any, **__: Any) -> Iterator[Record]:
            yield poster()
            yield from clip()
            bob.create(code=CODE % 2)
            execute(database, "UPDATE renders SET queued_at = queued_at - interval '1 minute'")
            time.sleep(0.5)
            yield End("done")

        def interrupt(self) -> None:
            raise AssertionError("interrupted")

    assert attempt(Worker(services, Late()), first)
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "ready"


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[Stop], bool]]:
    """What the lease of each attempt would call to stop it."""
    stops = list[Callable[[Stop], bool]]()

    class Told(lease.Lease):
        def __init__(self, services: Services, claim: claims.Claim, stop: Callable[[Stop], bool]):
            super().__init__(services, claim, stop)
            stops.append(stop)

    monkeypatch.setattr(attempts, "Lease", Told)
    return stops


@pytest.mark.parametrize("why", list(Stop))
def test_a_stop_while_the_preview_is_stored_does_not_have_it_drawn_again(
    ann: Client, make: Make, monkeypatch: pytest.MonkeyPatch, stops: list[Callable[[Stop], bool]], why: Stop
) -> None:
    first = ann.create()["render"]["id"]

    def interrupted() -> Iterator[Record]:
        yield poster()
        yield from clip()
        raise RendererLost("shut down")

    worker = make(interrupted)
    put = worker.services.storage.put

    def put_slowly(key: str, data: bytes) -> None:
        put(key, data)
        if key.endswith("mp4"):
            assert stops[0](why)

    monkeypatch.setattr(worker.services.storage, "put", put_slowly)
    assert attempt(worker, first)
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "ready"


def test_a_stop_that_comes_while_the_row_is_settled_changes_no_outcome(
    ann: Client, make: Make, monkeypatch: pytest.MonkeyPatch, stops: list[Callable[[Stop], bool]]
) -> None:
    ann.create()
    before = counted("fractafrag_renders_total", "outcome", "reason")
    settle = claims.settle

    def settle_slowly(*args: Any) -> None:
        settle(*args)
        assert stops[0](Stop.LEASE_LOST)

    monkeypatch.setattr(claims, "settle", settle_slowly)
    assert attempt(make(good), "")
    assert difference(before, counted("fractafrag_renders_total", "outcome", "reason")) == {("ready", ""): 1}


def test_ones_own_posters_do_not_stop_ones_previews(ann: Client, make: Make, database: Database) -> None:
    first = ann.create(code=CODE % 1)["render"]["id"]
    ann.create(code=CODE % 2)
    execute(database, OLD)
    attempt(make(with_preview(lambda: None)), first)
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "ready"


def test_a_preview_in_the_making_gives_way_but_not_for_ever(
    ann: Client, bob: Client, services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL", 0.05)
    first = ann.create(code=CODE % 1)["render"]["id"]

    class Interrupted(Scripted):
        """Its preview takes as long as nobody interrupts it."""

        def __init__(self) -> None:
            super().__init__()
            self.interrupted = threading.Event()

        def render(self, *_: Any, **__: Any) -> Iterator[Record]:
            self.interrupted.clear()
            yield poster()
            yield Facts({"moves": True})
            bob.create(code=CODE % time.monotonic_ns())
            execute(database, "UPDATE renders SET queued_at = queued_at - interval '1 s'")
            if self.interrupted.wait(2):
                raise RendererLost("shut down")
            yield from clip()
            yield End("done")

        def interrupt(self) -> None:
            self.interrupted.set()

    worker = Worker(services, Interrupted())
    monkeypatch.setattr(attempts, "AT_ONCE", timedelta(hours=1))
    for _ in range(3):
        assert attempt(worker, first)
        document = ann.call("GET", f"/api/v1/renders/{first}").json
        assert (document["status"], document["preview"]) == ("ready", "pending")
        execute(database, f"DELETE FROM renders WHERE id <> '{first}'")
    assert attempt(worker, first)
    assert ann.call("GET", f"/api/v1/renders/{first}").json["preview"] == "ready"


def test_an_attempt_whose_row_is_gone_is_given_up(
    ann: Client, services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL", 0.05)
    ann.create()
    interrupted = threading.Event()

    class Slow(Scripted):
        def render(self, *_: Any, **__: Any) -> Iterator[Record]:
            execute(database, "DELETE FROM renders")
            assert interrupted.wait(2), "nobody told the renderer to stop"
            raise RendererLost("shut down")
            yield

        def interrupt(self) -> None:
            interrupted.set()

    assert attempt(Worker(services, Slow()), "")


def test_the_renderer_is_left_in_the_middle_of_its_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        renderer = Renderer(f"http://127.0.0.1:{server.getsockname()[1]}", 8)

        def serve() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/x\r\nContent-Length: 999\r\n\r\n")
            connection.sendall(b'{"record": "facts", "moves": true}\n')
            while connection.recv(65536):  # what is left of the request, then the end
                pass
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        records = renderer.render({}, {})
        assert next(records) == Facts({"moves": True})
        threading.Timer(0.1, renderer.interrupt).start()
        with pytest.raises(RendererLost):
            next(records)
        thread.join(5)
        assert not thread.is_alive()


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
