"""Previews that give way to others' first pictures, and attempts that are stopped otherwise."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.render import attempt as attempts
from functions.render import lease
from functions.render.lease import Stop
from functions.render.renderer import End, Facts, Record, Renderer, RendererLost
from shared.renders import claims
from shared.request import Services
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.counting import counted, difference
from tests.functions.scripting import Make, Scripted, Worker, attempt, good, poster
from tests.functions.turns import CODE, OLD, clip, execute, shown, status


def with_preview(during: Callable[[], None]) -> Callable[[], Iterator[Record]]:
    def script() -> Iterator[Record]:
        yield poster()
        yield Facts({"moves": True})
        during()
        yield from clip()
        yield End("done")

    return script


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
