"""What a plan comes to is found once, and sent along whenever the same content is drawn again."""

from collections.abc import Iterator
from typing import Any

from functions.render.renderer import End, Facts, Fit, Record
from shared.stores.db import Database, queries
from tests.functions.conftest import Client
from tests.functions.scripting import Make, Scripted, attempt, expire, good, lost, picture, poster, row

FIT = {"scale": 0.5, "rate": 30, "times": {}, "moves": False, "clip": None}


def fitted() -> Iterator[Record]:
    yield Fit(FIT | {"moves": None})
    yield poster()
    yield Fit(FIT)
    yield Facts({"moves": False})
    yield End("done")


def asked(worker: Any) -> list[Any]:
    assert isinstance(worker.renderer, Scripted)
    return [fit for _, fit in worker.renderer.asked]


def test_a_picture_that_is_made_again_comes_out_the_same(ann: Client, make: Make, database: Database) -> None:
    ann.create()
    worker = make(fitted, good)
    attempt(worker, "")
    assert row(database)["fit"] == FIT
    with database.transaction() as connection:
        connection.execute(queries("shared.renders").make_again, {"id": row(database)["id"]})
    attempt(worker, "")
    assert asked(worker) == [None, FIT]


def test_what_was_found_before_a_loss_holds_after_it(ann: Client, make: Make, database: Database) -> None:
    def broken() -> Iterator[Record]:
        yield Fit(FIT)
        yield poster()
        yield from lost()

    ann.create()
    worker = make(broken, good)
    attempt(worker, "")
    expire(database)
    attempt(worker, "")
    assert asked(worker) == [None, FIT]


def test_what_is_wholly_known_comes_before_what_is_known_in_part(ann: Client, bob: Client, make: Make) -> None:
    def broken() -> Iterator[Record]:
        yield Fit(FIT | {"moves": None})
        yield from lost()

    def unfinished() -> Iterator[Record]:
        yield Fit(FIT)
        yield from lost()

    first = ann.create()
    worker = make(broken, unfinished, good)
    attempt(worker, first["render"]["id"])
    second = bob.create()
    attempt(worker, second["render"]["id"])
    assert asked(worker) == [None, FIT | {"moves": None}]
    third = bob.create(title="Again")
    attempt(worker, third["render"]["id"])
    assert asked(worker)[2:] == [FIT], "with all that is known"


def test_other_content_is_fitted_anew(ann: Client, make: Make) -> None:
    ann.create()
    ann.create(code="void mainImage(out vec4 c, in vec2 p) { c = vec4(2); }")
    worker = make(fitted, good)
    attempt(worker, "")
    attempt(worker, "")
    assert asked(worker) == [None, None]


def test_a_smaller_picture_is_taken(ann: Client, make: Make, database: Database) -> None:
    def small() -> Iterator[Record]:
        yield poster(picture(320, 180), width=320, height=180)
        yield End("done")

    ann.create()
    attempt(make(small), "")
    assert row(database)["status"] == "ready"


def test_users_take_turns(ann: Client, bob: Client, make: Make) -> None:
    """However many somebody has queued, the next one's first comes soon."""
    code = "void mainImage(out vec4 c, in vec2 p) {{ c = vec4({}); }}"
    for n in range(3):
        ann.create(code=code.format(n))
    bob.create(code=code.format(9))
    worker = make(*[good] * 4)
    for _ in range(4):
        attempt(worker, "")
    assert isinstance(worker.renderer, Scripted)
    drawn = [project["passes"][0]["code"] for project, _ in worker.renderer.asked]
    assert drawn == [code.format(n) for n in (0, 9, 1, 2)]
