"""Turns between users: who is drawn next."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.render.renderer import End, Facts, Record
from shared.renders import claims
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import Make, attempt, poster
from tests.functions.turns import CODE, OLD, clip, execute, shown, status


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
