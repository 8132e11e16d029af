"""Licences: a fork keeps one that its source's allows."""

import pytest

from shared.shaders.licences import ALL_RIGHTS_RESERVED, LICENSES, adaptations, allowed
from tests.functions.conftest import Client


def fork(source: Client, owner: Client, license: str) -> str:
    """A fork of a new public shader; its path."""
    made = source.publish(license=license)
    answer = owner.call("POST", f"/api/v1/shaders/{made['id']}/fork")
    assert answer.status_code == 201
    assert answer.json["license"] == license
    return f"/api/v1/shaders/{answer.json['id']}"


@pytest.mark.parametrize(
    ("source", "license"),
    [
        ("CC-BY-NC-SA-4.0", "CC0-1.0"),
        ("CC-BY-SA-4.0", "CC-BY-4.0"),
        ("CC-BY-NC-4.0", "CC-BY-4.0"),
        ("CC-BY-4.0", "CC0-1.0"),
        ("GPL-3.0-or-later", "MIT"),
        ("MIT", "CC0-1.0"),
    ],
)
def test_a_fork_is_no_freer_than_its_source(ann: Client, bob: Client, source: str, license: str) -> None:
    path = fork(ann, bob, source)
    refused = bob.call("PUT", path, {"license": license, "title": "Mine"})
    assert refused.status_code == 422
    (error,) = refused.json["errors"]
    assert error["field"] == "license"
    assert all(name in error["message"] for name in adaptations(source))
    kept = bob.call("GET", path).json
    assert (kept["license"], kept["title"]) == (source, "A test (fork)")
    assert bob.call("PUT", path, {"title": "Mine", "license": source}).status_code == 200


@pytest.mark.parametrize(
    ("source", "license"), [("CC-BY-4.0", "CC-BY-SA-4.0"), ("CC0-1.0", "MIT"), ("MIT", "Apache-2.0")]
)
def test_a_fork_may_ask_for_more(ann: Client, bob: Client, source: str, license: str) -> None:
    path = fork(ann, bob, source)
    assert bob.call("PUT", path, {"license": license}).json["license"] == license


def test_the_licence_of_a_project_counts_as_well(ann: Client, bob: Client) -> None:
    path = fork(ann, bob, "CC-BY-NC-SA-4.0")
    project = bob.call("GET", path).json["project"]
    assert bob.call("PUT", path, {"project": {**project, "license": "CC0-1.0"}}).status_code == 422


def test_the_source_binds_when_it_is_gone_and_through_forks_of_forks(ann: Client, bob: Client) -> None:
    path = fork(ann, bob, "CC-BY-NC-SA-4.0")
    source = bob.call("GET", path).json["forked_from"]
    again = bob.call("POST", f"{path}/fork").json["id"]
    assert ann.call("DELETE", f"/api/v1/shaders/{source}").status_code == 204
    for bound in (path, f"/api/v1/shaders/{again}"):
        assert bob.call("PUT", bound, {"license": "CC0-1.0"}).status_code == 422


def test_authors_are_free_with_what_is_theirs(ann: Client) -> None:
    path = fork(ann, ann, "CC-BY-NC-SA-4.0")
    assert ann.call("PUT", path, {"license": "CC0-1.0"}).status_code == 200


def test_the_table() -> None:
    """Every licence allows itself, but for all rights reserved only to its author; what is not known allows nothing else."""
    assert all(allowed(name, name) for name in LICENSES)
    assert all(set(adaptations(name)) <= set(LICENSES) for name in LICENSES)
    assert not any(allowed(name, "CC0-1.0") for name in LICENSES if name != "CC0-1.0")
    assert adaptations(ALL_RIGHTS_RESERVED) == (ALL_RIGHTS_RESERVED,)
    assert adaptations("CC-BY-ND-4.0") == ("CC-BY-ND-4.0",)
    # Adapting twice leads nowhere that adapting once does not: ShareAlike and NonCommercial are never lost.
    for name in LICENSES:
        for once in adaptations(name):
            assert set(adaptations(once)) <= set(adaptations(name)), (name, once)
