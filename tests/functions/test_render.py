"""The render worker's way with a row: leases, fences, losses, reuse. The renderer is scripted, everything else is real."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from functions.describe.job import describe_one
from functions.reconcile.server import Reconciler
from functions.render.attempt import MAX_ATTEMPTS, MAX_LOSSES, Workshop, attempt
from shared.config import Config
from shared.db import Database
from shared.metrics import REGISTRY
from shared.queue import Bell
from shared.renderer import End, Facts, Identity, Output, Record, Renderer, RendererAway, RendererLost
from shared.storage import create_storage
from tests.functions.conftest import Client

Script = Callable[[], Iterator[Record]]


def picture(width: int = 640, height: int = 360, colour: str = "#336699") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "WEBP")
    return file.getvalue()


def poster(data: bytes | None = None, **changes: Any) -> Output:
    import hashlib

    data = picture() if data is None else data
    fields = {"name": "poster", "type": "image/webp", "width": 640, "height": 360, "time": 1.0}
    return Output(**{**fields, **changes}, data=data, sha256=hashlib.sha256(data).digest())


class Scripted(Renderer):
    """A renderer that plays one script after the other."""

    def __init__(self, *scripts: Script):
        super().__init__("http://127.0.0.1:9", 8)
        self.scripts = list(scripts)
        self.calls = 0

    def identity(self) -> Identity:
        return Identity("llvmpipe", "test")

    def render(self, project: Any, plan: Any, request_id: str = "") -> Iterator[Record]:
        self.calls += 1
        yield from self.scripts.pop(0)()


def good() -> Iterator[Record]:
    yield poster()
    yield Facts({"moves": False})
    yield End("done")


def lost() -> Iterator[Record]:
    raise RendererLost("gone")
    yield


def away() -> Iterator[Record]:
    raise RendererAway("not there")
    yield


@pytest.fixture
def make(config: Config, database: Database) -> Callable[..., Workshop]:
    def workshop(*scripts: Script) -> Workshop:
        return Workshop(database, Bell(config.redis_url), create_storage(config.storage_url), Scripted(*scripts))

    return workshop


def row(database: Database) -> dict[str, Any]:
    with database.transaction() as connection:
        found = connection.execute("SELECT * FROM renders ORDER BY queued_at DESC LIMIT 1").fetchone()
    assert found is not None
    return found


def expire(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")


def test_a_render_becomes_ready_with_its_poster(ann: Client, make: Callable[..., Workshop], config: Config) -> None:
    shader = ann.create()
    shop = make(good)
    assert attempt(shop, shader["render"]["id"])
    document = ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json
    assert document["status"] == "ready"
    assert document["preview"] == "none"
    assert document["facets"] == {"moves": False}
    key = document["poster_url"].removeprefix("/renders/")
    assert shop.storage.get(key) == picture()
    assert not attempt(shop, shader["render"]["id"])


def test_facts_are_there_before_the_preview_and_add_up(
    ann: Client, make: Callable[..., Workshop], database: Database
) -> None:
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


def test_unknown_and_repeated_ids_are_harmless(ann: Client, make: Callable[..., Workshop]) -> None:
    shop = make(good)
    assert not attempt(shop, "no such id'; --")
    ann.create()
    assert attempt(shop, "00000000-0000-0000-0000-000000000000")
    assert not attempt(shop, "00000000-0000-0000-0000-000000000000")


def test_compile_errors_are_data_and_final(ann: Client, make: Callable[..., Workshop]) -> None:
    error = {"pass": "image", "line": 3, "column": None, "message": "'x' : undeclared identifier"}
    shader = ann.create()
    shop = make(lambda: iter([End("failed", "compile_error", "1 compile error.", [error])]))
    attempt(shop, shader["render"]["id"])
    document = ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json
    assert (document["status"], document["reason"], document["errors"]) == ("failed", "compile_error", [error])
    assert not attempt(shop, "")


@pytest.mark.parametrize("reason", ["deadline", "refused"])
def test_a_deadline_or_a_refusal_is_final_at_once(
    ann: Client, make: Callable[..., Workshop], database: Database, reason: str
) -> None:
    ann.create()
    attempt(make(lambda: iter([End("failed", reason, "too long")])), "")
    assert (row(database)["status"], row(database)["reason"]) == ("failed", reason)


def test_a_failed_clip_leaves_the_poster(ann: Client, make: Callable[..., Workshop], database: Database) -> None:
    ann.create()
    attempt(make(lambda: iter([poster(), End("failed", "deadline", "too long")])), "")
    found = row(database)
    assert (found["status"], found["preview"], found["reason"]) == ("ready", "failed", "deadline")


@pytest.mark.parametrize("script", [lost, lambda: iter([End("failed", "browser_lost", "died")])])
def test_losses_are_tried_again_and_then_final(
    ann: Client, make: Callable[..., Workshop], database: Database, script: Script
) -> None:
    ann.create()
    shop = make(*[script] * MAX_LOSSES)
    for n in range(MAX_LOSSES):
        assert row(database)["status"] == "queued", n
        expire(database)
        assert attempt(shop, "")
    assert row(database)["status"] == "failed"
    assert row(database)["reason"] in ("renderer_lost", "browser_lost")


def test_an_absent_renderer_costs_no_attempt(ann: Client, make: Callable[..., Workshop], database: Database) -> None:
    ann.create()
    shop = make(*[away] * 20, good)
    for _ in range(20):
        expire(database)
        attempt(shop, "")
    assert row(database)["attempts"] == row(database)["losses"] == 0
    expire(database)
    attempt(shop, "")
    assert row(database)["status"] == "ready"


def test_vanished_workers_are_not_followed_for_ever(
    ann: Client, make: Callable[..., Workshop], database: Database
) -> None:
    ann.create()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET attempts = %s", [MAX_ATTEMPTS])
    attempt(make(), "")
    assert (row(database)["status"], row(database)["reason"]) == ("failed", "lost")


def test_a_late_worker_commits_nothing(ann: Client, make: Callable[..., Workshop], database: Database) -> None:
    """SIGSTOP past the lease, then SIGCONT: somebody else raised the fence."""
    ann.create()

    def overtaken() -> Iterator[Record]:
        with database.transaction() as connection:
            connection.execute("UPDATE renders SET fence = fence + 1")
        yield poster(picture(colour="#000000"))
        yield End("done")

    shop = make(overtaken, good)
    attempt(shop, "")
    assert row(database)["status"] == "rendering"
    with database.transaction() as connection:
        assert connection.execute("SELECT count(*) AS n FROM outputs").fetchone() == {"n": 0}
    expire(database)
    attempt(shop, "")
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
def test_what_comes_back_is_checked(
    ann: Client, make: Callable[..., Workshop], database: Database, bad: Output
) -> None:
    ann.create()
    attempt(make(lambda: iter([bad, End("done")])), "")
    assert row(database)["status"] == "queued"
    assert row(database)["losses"] == 1


def test_the_same_content_is_rendered_once(
    ann: Client, bob: Client, make: Callable[..., Workshop], database: Database
) -> None:
    first, second = ann.create(), bob.create()
    shop = make(good)
    while attempt(shop, ""):
        pass
    urls = {
        ann.call("GET", f"/api/v1/renders/{shader['render']['id']}").json["poster_url"] for shader in (first, second)
    }
    assert len(urls) == 1
    assert isinstance(shop.renderer, Scripted)
    assert shop.renderer.calls == 1


def test_a_shared_picture_outlives_one_of_its_shaders(
    ann: Client, make: Callable[..., Workshop], database: Database, config: Config
) -> None:
    first, second = ann.create(), ann.create()
    shop = make(good)
    while attempt(shop, ""):
        pass
    reconciler = Reconciler(database, shop.bell, shop.storage)
    key = ann.call("GET", f"/api/v1/renders/{first['render']['id']}").json["poster_url"].removeprefix("/renders/")
    for shader, size in ((first, len(picture())), (second, None)):
        ann.call("DELETE", f"/api/v1/shaders/{shader['id']}")
        with database.transaction() as connection:
            reconciler.empty_garbage(connection)
        assert shop.storage.size(key) == size


def test_missing_and_damaged_pictures_are_made_again(
    ann: Client, make: Callable[..., Workshop], database: Database, tmp_path: Path
) -> None:
    ann.create()
    shop = make(good, good, good)
    attempt(shop, "")
    with database.transaction() as connection:
        key = connection.execute("SELECT key FROM outputs").fetchone()["key"]  # type: ignore[index]
    shop.storage.delete(key)
    Reconciler(database, shop.bell, shop.storage).audit()
    assert row(database)["status"] == "queued"
    attempt(shop, "")
    assert shop.storage.get(key) == picture()
    (tmp_path / "renders" / key).write_bytes(b"x" * len(picture()))
    describe_one(database, shop.storage, str(row(database)["id"]))
    assert row(database)["status"] == "queued"
    attempt(shop, "")
    assert shop.storage.get(key) == picture()


def test_the_audit_holds_no_transaction_while_it_looks(
    ann: Client, make: Callable[..., Workshop], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage may be slower than the server's patience."""
    ann.create()
    shop = make(good)
    attempt(shop, "")
    others = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
    seen = list[Any]()

    def size(key: str) -> int:
        with database.transaction() as connection:
            seen.append(connection.execute(others).fetchone())
        return len(picture())

    monkeypatch.setattr(shop.storage, "size", size)
    Reconciler(database, shop.bell, shop.storage).audit()
    assert seen == [{"n": 1}]


def test_a_picture_that_keeps_vanishing_is_not_made_for_ever(
    ann: Client, make: Callable[..., Workshop], database: Database
) -> None:
    ann.create()
    shop = make(*[good] * 10)
    reconciler = Reconciler(database, shop.bell, shop.storage)
    made = 0
    while attempt(shop, ""):
        made += 1
        with database.transaction() as connection:
            shop.storage.delete(connection.execute("SELECT key FROM outputs").fetchone()["key"])  # type: ignore[index]
        reconciler.audit()
    assert made == 4
    before = REGISTRY.get_sample_value("fractafrag_remakes_total")
    reconciler.audit()
    assert REGISTRY.get_sample_value("fractafrag_remakes_total") == before
    assert describe_one(database, shop.storage, "")
    assert row(database)["described_at"]
    assert not describe_one(database, shop.storage, ""), "it is not looked at for ever either"


def test_outputs_of_an_earlier_attempt_go(ann: Client, make: Callable[..., Workshop], database: Database) -> None:
    """Poster and another poster's bytes: only the last is left, the first is garbage."""
    ann.create()

    def half() -> Iterator[Record]:
        yield poster(picture(colour="#000000"))
        raise RendererLost("gone")

    shop = make(half, good)
    attempt(shop, "")
    with database.transaction() as connection:
        first = connection.execute("SELECT key FROM outputs").fetchone()["key"]  # type: ignore[index]
    expire(database)
    attempt(shop, "")
    with database.transaction() as connection:
        keys = [found["key"] for found in connection.execute("SELECT key FROM outputs").fetchall()]
        Reconciler(database, shop.bell, shop.storage).empty_garbage(connection)
    assert len(keys) == 1
    assert first not in keys
    assert shop.storage.size(first) is None
    assert shop.storage.size(keys[0]) == len(picture())


def test_saved_shaders_come_before_ad_hoc_renders(ann: Client, make: Callable[..., Workshop]) -> None:
    ad_hoc = ann.call("POST", "/api/v1/renders", {"code": "void mainImage(out vec4 c, in vec2 p) {}"}).json["id"]
    saved = ann.create()["render"]["id"]
    attempt(make(good), ad_hoc)
    assert ann.call("GET", f"/api/v1/renders/{saved}").json["status"] == "ready"
    assert ann.call("GET", f"/api/v1/renders/{ad_hoc}").json["status"] == "queued"


def test_what_nobody_rang_for_is_rung(
    ann: Client, make: Callable[..., Workshop], database: Database, config: Config
) -> None:
    from rq import Queue
    from rq.serializers import JSONSerializer

    from shared.queue import connect

    shader = ann.create()
    redis = connect(config.redis_url)
    redis.flushall()
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET rung_at = now() - interval '10 seconds'")
    shop = make()
    reconciler = Reconciler(database, shop.bell, shop.storage)
    reconciler.tick(1)
    reconciler.tick(3)
    (job,) = Queue("render", connection=redis, serializer=JSONSerializer).jobs
    assert job.func_name == "functions.render.job.run"
    assert job.args == [shader["render"]["id"]]


def test_descriptions_make_similar_pictures_similar(
    ann: Client, make: Callable[..., Workshop], database: Database
) -> None:
    def coloured(colour: str) -> Script:
        return lambda: iter([poster(picture(colour=colour)), End("done")])

    names = {"crimson": "#aa1122", "ruby": "#b01525", "sea": "#1122aa"}
    shaders = {}
    for n, (title, colour) in enumerate(names.items()):
        shaders[title] = ann.create(title=title, code=f"void mainImage(out vec4 c, in vec2 p) {{ c = vec4({n}); }}")
        attempt(make(coloured(colour)), shaders[title]["render"]["id"])
    storage = make().storage
    while describe_one(database, storage, ""):
        pass
    found = ann.call("GET", f"/api/v1/feed/similar/{shaders['crimson']['id']}").json["items"]
    assert [item["title"] for item in found] == ["ruby", "sea"]


def test_expired_ad_hoc_renders_go(client: Client, make: Callable[..., Workshop], database: Database) -> None:
    body = {"code": "void mainImage(out vec4 c, in vec2 p) {}"}
    made = client.call("POST", "/api/v1/renders", body)
    assert made.status_code == 201
    shop = make(good)
    attempt(shop, "")
    with database.transaction() as connection:
        connection.execute("UPDATE renders SET expires_at = now() - interval '1 second'")
        Reconciler(database, shop.bell, shop.storage).sweep(connection)
    assert client.call("GET", f"/api/v1/renders/{made.json['id']}").status_code == 404


def test_a_lease_is_renewed_while_the_work_goes_on(
    ann: Client, make: Callable[..., Workshop], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from functions.render import lease

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
