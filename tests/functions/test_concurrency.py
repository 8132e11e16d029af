"""Saves, deletions, forks, renders and descriptions of one shader at the same time: nothing is lost, nobody is told nonsense."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from falcon import testing

from functions.describe import job as describe
from shared.request import Services
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import Scripted, Worker, attempt

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%s); }"
ROUNDS = int(os.environ.get("ROUNDS", "20"))
"""Of each pair of requests; a longer run sets it in the environment."""


def path_of(shader: dict[str, Any]) -> str:
    return f"/api/v1/shaders/{shader['id']}"


def together(*calls: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def statuses(*results: testing.Result) -> list[int]:
    return [result.status_code for result in results]


def test_two_saves_both_hold(ann: Client) -> None:
    made = ann.create()
    saved: set[str] = set()
    for n in range(ROUNDS):
        codes = [CODE % f"{n}.{half}" for half in (1, 2)]
        results = together(*(partial(ann.call, "PUT", path_of(made), {"code": code}) for code in codes))
        assert statuses(*results) == [200, 200]
        assert {result.json["version"] for result in results} == {2 * n + 2, 2 * n + 3}
        saved |= set(codes)
        for result in results:
            version = ann.call("GET", f"{path_of(made)}/versions/{result.json['version']}").json
            assert version["project"]["passes"][0]["code"] in codes
    assert ann.call("GET", path_of(made)).json["version"] == 1 + len(saved)


def test_a_save_beside_a_deletion(ann: Client) -> None:
    for n in range(ROUNDS):
        made = ann.create()
        save = partial(ann.call, "PUT", path_of(made), {"code": CODE % n})
        saved, deleted = together(save, partial(ann.call, "DELETE", path_of(made)))
        assert saved.status_code in (200, 410), saved.text
        assert deleted.status_code == 204
        assert ann.call("GET", path_of(made)).status_code == 410


def test_a_fork_beside_a_deletion(ann: Client, bob: Client) -> None:
    for _ in range(ROUNDS):
        made = ann.publish()
        fork = partial(bob.call, "POST", f"{path_of(made)}/fork")
        forked, deleted = together(fork, partial(ann.call, "DELETE", path_of(made)))
        assert forked.status_code in (201, 410), forked.text
        assert deleted.status_code == 204
        if forked.status_code == 201:
            assert bob.call("GET", path_of(forked.json)).json["project"] == made["project"]


def test_a_deletion_beside_a_description(ann: Client, services: Services, database: Database) -> None:
    for n in range(ROUNDS):
        made = ann.publish(code=CODE % n)
        describing = partial(describe.describe_one, services, made["render"]["id"])
        deleted, _ = together(partial(ann.call, "DELETE", path_of(made)), describing)
        assert deleted.status_code == 204
    with database.transaction() as connection:
        assert connection.execute("SELECT count(*) AS n FROM renders").fetchone() == {"n": 0}


def test_saves_and_a_deletion_beside_a_worker(ann: Client, services: Services) -> None:
    for n in range(ROUNDS):
        made = ann.create(code=CODE % f"{n}.5")
        draw = partial(attempt, Worker(services, Scripted()), made["render"]["id"])
        saved, _ = together(partial(ann.call, "PUT", path_of(made), {"title": str(n)}), draw)
        assert saved.status_code == 200
        again = ann.call("PUT", path_of(made), {"code": CODE % n}).json["render"]["id"]
        deleted, _ = together(
            partial(ann.call, "DELETE", path_of(made)), partial(attempt, Worker(services, Scripted()), again)
        )
        assert deleted.status_code == 204


def test_deletions_of_shaders_with_the_same_pictures(ann: Client, bob: Client, database: Database) -> None:
    for n in range(ROUNDS):
        made = [(who, who.publish(code=CODE % n)) for who in (ann, bob)]
        results = together(*(partial(who.call, "DELETE", path_of(shader)) for who, shader in made))
        assert statuses(*results) == [204, 204]
    with database.transaction() as connection:
        kept = connection.execute("SELECT key FROM outputs").fetchall()
    assert kept == []


def test_votes_beside_saves(ann: Client, bob: Client) -> None:
    made = ann.publish()
    for n in range(ROUNDS):
        vote = partial(bob.call, "POST", f"{path_of(made)}/vote", {"value": 1 - 2 * (n % 2)})
        assert statuses(*together(vote, partial(ann.call, "PUT", path_of(made), {"code": CODE % n}))) == [200, 200]


def test_a_save_of_what_was_saved_elsewhere_is_refused(ann: Client) -> None:
    made = ann.create()
    read = ann.call("GET", path_of(made))
    first = ann.call("PUT", path_of(made), {"title": "One"}, headers={"If-Match": read.headers["ETag"]})
    assert first.status_code == 200
    assert first.headers["ETag"] != read.headers["ETag"]
    second = ann.call("PUT", path_of(made), {"title": "Two"}, headers={"If-Match": read.headers["ETag"]})
    assert (second.status_code, second.json["title"]) == (412, "Precondition failed")
    assert ann.call("GET", path_of(made)).json["title"] == "One"
    assert ann.call("DELETE", path_of(made), headers={"If-Match": read.headers["ETag"]}).status_code == 412
    tags = f'"77", W/{first.headers["ETag"]}'
    assert ann.call("PUT", path_of(made), {"title": "Two"}, headers={"If-Match": tags}).status_code == 200
    for served in ("*", None):
        headers = {"If-Match": served} if served else {}
        assert ann.call("PUT", path_of(made), {"title": "Three"}, headers=headers).status_code == 200


@pytest.mark.parametrize("tag", ['W/"2"', 'w/"1"', '"x"', "2", "", '"1'])
def test_other_tags_match_nothing(ann: Client, tag: str) -> None:
    assert ann.call("PUT", path_of(ann.create()), {"title": "x"}, headers={"If-Match": tag}).status_code == 412


def test_what_the_gateway_sends_again_is_carried_out_once(ann: Client) -> None:
    """Its first copy died, perhaps behind its commit."""
    made = ann.create()
    headers = {"If-Match": f'"{made["revision"]}"', "X-Request-Id": "0123456789abcdef"}
    for _ in range(2):
        assert ann.call("PUT", path_of(made), {"code": CODE % 2}, headers=headers).status_code == 200
    assert ann.call("GET", path_of(made)).json["version"] == 2
    for _ in range(2):
        assert ann.call("DELETE", path_of(made), headers={"X-Request-Id": "1123456789abcdef"}).status_code == 204


def test_votes_and_pictures_are_no_change_of_what_was_saved(ann: Client, bob: Client) -> None:
    made = ann.publish()
    before = ann.call("GET", path_of(made)).headers["ETag"]
    bob.call("POST", f"{path_of(made)}/vote", {"value": 1})
    assert ann.call("GET", path_of(made)).headers["ETag"] == before


def test_what_was_deleted_is_gone(client: Client, ann: Client, bob: Client) -> None:
    public, draft = ann.publish(), ann.create(status="draft")
    for made, others in ((public, 410), (draft, 404)):
        assert ann.call("DELETE", path_of(made)).status_code == 204
        assert ann.call("DELETE", path_of(made)).status_code == 410
        for caller in (client, bob):
            assert caller.call("GET", path_of(made)).status_code == others
