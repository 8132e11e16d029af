"""The render worker's way with a row: leases, fences, losses, reuse. The renderer is scripted, everything else is real."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from functions.render import lease
from functions.render.attempt import MAX_ATTEMPTS, MAX_LOSSES
from functions.render.outcome import Outcome, recorded
from functions.render.renderer import End, Facts, Output, Record, RendererAway
from functions.render.results import Results
from shared.renders import claims, upkeep
from shared.request import Services
from shared.settings import Config
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.counting import counted, difference
from tests.functions.scripting import (
    Make,
    Script,
    Scripted,
    Worker,
    attempt,
    away,
    expire,
    good,
    lost,
    picture,
    poster,
    row,
)


def test_a_render_becomes_ready_with_its_poster(ann: Client, make: Make, config: Config) -> None:
    shader = ann.create()
    worker = make(good)
    assert attempt(worker, shader["render"]["id"])
    document = ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json
    assert document["status"] == "ready"
    assert document["preview"] == "none"
    assert document["facets"] == {"moves": False}
    key = document["poster_url"].removeprefix("/renders/")
    assert worker.services.storage.get(key) == picture()
    assert not attempt(worker, shader["render"]["id"])


def test_facts_are_there_before_the_preview_and_add_up(ann: Client, make: Make, database: Database) -> None:
    shader = ann.create()
    seen = list[Any]()

    def clip() -> Iterator[Record]:
        yield poster()
        yield Facts({"moves": True, "brightness": 0.5})
        yield Facts({"flashing": "red", "loops": None})
        yield poster(
            b"\0\0\0\x18ftypmp42" + bytes(64), name="preview", type="video/mp4", width=480, height=270, time=None
        )
        seen.append(row(database)["facets"])
        yield End("done")

    attempt(make(clip), "")
    facets = {"moves": True, "brightness": 0.5, "flashing": "red", "loops": None}
    assert seen == [facets]
    assert row(database)["facets"] == facets
    document = ann.call("GET", f"/api/v1/shaders/{shader['id']}").json["render"]
    assert document["preview"] == "ready"
    assert document["facets"] == {"moves": True, "brightness": 0.5, "flashing": "red"}


def test_unknown_and_repeated_ids_are_harmless(ann: Client, make: Make) -> None:
    worker = make(good)
    assert not attempt(worker, "no such id'; --")
    ann.create()
    assert attempt(worker, "00000000-0000-0000-0000-000000000000")
    assert not attempt(worker, "00000000-0000-0000-0000-000000000000")


def test_compile_errors_are_data_and_final(ann: Client, make: Make) -> None:
    error = {"pass": "image", "line": 3, "column": None, "message": "'x' : undeclared identifier", "source": "x"}
    shader = ann.create()
    worker = make(lambda: iter([End("failed", "compile_error", "1 compile error.", [error])]))
    attempt(worker, shader["render"]["id"])
    document = ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json
    assert (document["status"], document["reason"], document["errors"]) == ("failed", "compile_error", [error])
    assert not attempt(worker, "")


@pytest.mark.parametrize("reason", ["deadline", "refused"])
def test_a_deadline_or_a_refusal_is_final_at_once(ann: Client, make: Make, database: Database, reason: str) -> None:
    ann.create()
    attempt(make(lambda: iter([End("failed", reason, "too long")])), "")
    assert (row(database)["status"], row(database)["reason"]) == ("failed", reason)


def test_a_failed_clip_leaves_the_poster(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    attempt(make(lambda: iter([poster(), End("failed", "deadline", "too long")])), "")
    found = row(database)
    assert (found["status"], found["preview"], found["reason"]) == ("ready", "failed", "deadline")


@pytest.mark.parametrize("script", [lost, lambda: iter([End("failed", "browser_lost", "died")])])
def test_losses_are_tried_again_and_then_final(ann: Client, make: Make, database: Database, script: Script) -> None:
    ann.create()
    worker = make(*[script] * MAX_LOSSES)
    for n in range(MAX_LOSSES):
        assert row(database)["status"] == "queued", n
        expire(database)
        assert attempt(worker, "")
    assert row(database)["status"] == "failed"
    assert row(database)["reason"] in ("renderer_lost", "browser_lost")


def test_an_absent_renderer_costs_no_attempt(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    worker = make(*[away] * 20, good)
    for _ in range(20):
        expire(database)
        attempt(worker, "")
    assert row(database)["attempts"] == row(database)["losses"] == 0
    expire(database)
    attempt(worker, "")
    assert row(database)["status"] == "ready"


def test_vanished_workers_are_not_followed_for_ever(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET attempts = %s", [MAX_ATTEMPTS])
    attempt(make(), "")
    assert (row(database)["status"], row(database)["reason"]) == ("failed", "lost")


def test_a_late_worker_commits_nothing(ann: Client, make: Make, database: Database) -> None:
    """SIGSTOP past the lease, then SIGCONT: somebody else raised the fence."""
    ann.create()

    def overtaken() -> Iterator[Record]:
        with database.transaction() as connection:
            connection.execute("UPDATE renders SET fence = fence + 1")
        yield poster(picture(colour="#000000"))
        yield End("done")

    worker = make(overtaken, good)
    attempt(worker, "")
    assert row(database)["status"] == "rendering"
    with database.transaction() as connection:
        assert connection.execute("SELECT count(*) AS n FROM outputs").fetchone() == {"n": 0}
    expire(database)
    attempt(worker, "")
    assert row(database)["status"] == "ready"


@pytest.mark.parametrize(
    "bad",
    [
        poster(b"<html>"),
        poster(picture(100, 100)),
        poster(name="surprise"),
        poster(type="text/html"),
        poster(picture()[:-40]),
        poster(b"", type="image/webp"),
    ],
    ids=["not a picture", "wrong size", "not asked for", "wrong type", "cut short", "empty"],
)
def test_what_comes_back_is_checked(ann: Client, make: Make, database: Database, bad: Output) -> None:
    ann.create()
    attempt(make(lambda: iter([bad, End("done")])), "")
    assert row(database)["status"] == "queued"
    assert row(database)["losses"] == 1


def test_the_same_content_is_rendered_once(ann: Client, bob: Client, make: Make, database: Database) -> None:
    first = ann.create()
    worker = make(good)
    attempt(worker, "")
    second = bob.create()
    while attempt(worker, ""):
        pass
    urls = {
        ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json["poster_url"] for shader in (first, second)
    }
    assert len(urls) == 1
    assert isinstance(worker.renderer, Scripted)
    assert worker.renderer.calls == 1


def test_the_shader_can_be_saved_while_a_slow_storage_is_asked(
    ann: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.create()
    worker = make(good)
    attempt(worker, "")
    shader = ann.create()
    monkeypatch.setattr(lease, "RENEWAL", 0.05)
    size, saved = worker.services.storage.size, list[int]()

    def slow(key: str) -> int | None:
        with database.transaction() as connection:
            connection.execute("SELECT FROM shaders WHERE id = %s FOR NO KEY UPDATE NOWAIT", [shader["id"]])
        saved.append(ann.call("PUT", f"/api/v1/shaders/{shader['id']}", {"title": "Words"}).status_code)
        return size(key)

    monkeypatch.setattr(worker.services.storage, "size", slow)
    assert attempt(worker, "")
    assert saved == [200]
    assert row(database)["status"] == "ready"


@pytest.mark.parametrize("crashes", [False, True])
def test_pictures_that_are_taken_over_are_kept_from_the_first_moment_on(
    ann: Client, bob: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch, crashes: bool
) -> None:
    """The shader that they were made for goes between the two transactions."""
    first = ann.create()
    worker = make(good)
    attempt(worker, "")
    second = bob.create()
    settle_as = Results.settle_as

    def later(self: Results, end: claims.Settlement) -> None:
        ann.call("DELETE", f"/api/v1/shaders/{first['id']}")
        with worker.services.request() as request:
            upkeep.empty_garbage(request.connection, request.services.storage)
        if crashes:
            raise SystemExit
        settle_as(self, end)

    monkeypatch.setattr(Results, "settle_as", later)
    if crashes:
        with pytest.raises(SystemExit):
            attempt(worker, "")
        expire(database)
    attempt(worker, "")
    document = bob.call("GET", f"/api/v1/renders/{second['render']['id']}").json
    assert document["status"] == "ready"
    assert worker.services.storage.get(document["poster_url"].removeprefix("/renders/")) == picture()


def test_saved_shaders_come_before_ad_hoc_renders(ann: Client, make: Make) -> None:
    ad_hoc = ann.call("POST", "/api/v1/renders", {"code": "void mainImage(out vec4 c, in vec2 p) {}"}).json["id"]
    saved = ann.create()["render"]["id"]
    attempt(make(good), ad_hoc)
    assert ann.call("GET", f"/api/v1/renders/{saved}").json["status"] == "ready"
    assert ann.call("GET", f"/api/v1/renders/{ad_hoc}").json["status"] == "queued"


def test_a_lease_is_renewed_while_the_work_goes_on(
    ann: Client, make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL", 0.05)
    ann.create()
    seen: list[Any] = []

    def slow() -> Iterator[Record]:
        for _ in range(3):
            seen.append(row(database)["lease_until"])
            time.sleep(0.2)
        yield from good()

    attempt(make(slow), "")
    assert seen == sorted(set(seen))
    assert len(seen) == 3


RENDERS = ("fractafrag_renders_total", "outcome", "reason")


def storms() -> Iterator[Record]:
    yield End("failed", "made_up_by_the_renderer", "Not trusted.")


def test_attempts_are_counted_by_how_they_ended(
    ann: Client,
    database: Database,
    make: Make,
) -> None:
    before = counted(*RENDERS)
    worker = make(away, good, storms)
    ann.create()
    attempt(worker, "")
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET lease_until = NULL")
    attempt(worker, "")
    ann.create()  # the same code again
    attempt(worker, "")
    ann.create(code="void mainImage(out vec4 c, in vec2 p) { c = vec4(2); }")
    attempt(worker, "")
    assert row(database)["reason"] == "made_up_by_the_renderer"
    assert difference(before, counted(*RENDERS)) == {
        ("released", "renderer_away"): 1,
        ("ready", ""): 1,
        ("reused", ""): 1,
        ("failed", "other"): 1,
    }


def test_an_attempt_that_breaks_is_dropped() -> None:
    before = counted(*RENDERS)
    with pytest.raises(RendererAway), recorded(Outcome()):
        raise RendererAway
    assert difference(before, counted(*RENDERS)) == {("dropped", ""): 1}


def test_a_plan_that_no_longer_reads_is_refused_for_good(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET plan = jsonb_set(plan, '{stills,0,format}', '\"gif\"')")
    worker = make()
    assert attempt(worker, "")
    assert (row(database)["status"], row(database)["reason"]) == ("failed", "refused")
    assert "plan.stills[0].format" in row(database)["detail"]
    assert not attempt(worker, "")


def test_whose_job_it_is_tells_the_renderer_nothing_else(
    ann: Client, bob: Client, client: Client, services: Services
) -> None:
    """The same name for one user's saved and ad hoc renders, another one for another user, none for nobody."""
    code = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%d); }"
    for number, who in enumerate((ann, ann, bob, client)):
        answer = who.call("POST", "/api/v1/renders", {"code": code % number, "times": [1]})
        assert answer.status_code == 201, answer.json
    ann.create()
    scripted = Scripted(*[good] * 5)
    worker = Worker(services, scripted)
    while attempt(worker, ""):
        pass
    names = scripted.owners
    assert len(set(names)) == 3
    assert names.count("") == 1
    ids = [who.call("GET", "/api/v1/me").json["id"].replace("-", "") for who in (ann, bob)]
    assert not set(ids) & set(names)
