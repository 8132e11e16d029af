"""Shaders, versions, votes, feeds: who may do what, and what it makes."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from marshmallow import EXCLUDE

from shared.shaders import documents
from shared.stores.db import Database, json
from shared.versions.documents import VersionList
from tests.functions.conftest import Client

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%s); }"


def renders(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return connection.execute("SELECT * FROM renders ORDER BY queued_at").fetchall()


def test_create_makes_a_version_and_queues_its_render(ann: Client, database: Database) -> None:
    shader = ann.create(title="  Spaces  ", tags=["Noise", "noise", "2d"])
    assert shader["title"] == "Spaces"
    assert shader["tags"] == ["noise", "2d"]
    assert shader["version"] == 1
    assert shader["render"]["status"] == "queued"
    (row,) = renders(database)
    assert str(row["id"]) == shader["render"]["id"]
    assert row["request_id"]


def test_documents_are_as_the_api_says(ann: Client) -> None:
    shader = ann.create()
    listed = ann.call("GET", "/api/v1/shaders").json
    assert documents.Shader(unknown=EXCLUDE).validate(shader) == {}
    assert documents.Shader().validate(shader) == {}
    assert documents.ShaderList().validate(listed) == {}
    versions = ann.call("GET", f"/api/v1/shaders/{shader['id']}/versions").json
    assert VersionList().validate(versions) == {}


def test_drafts_are_private(client: Client, ann: Client, bob: Client) -> None:
    draft = ann.create(status="draft")
    for path in (
        f"/api/v1/shaders/{draft['id']}",
        f"/api/v1/shaders/{draft['id']}/versions",
        f"/api/v1/renders/{draft['render']['id']}",
    ):
        assert ann.call("GET", path).status_code == 200
        assert bob.call("GET", path).status_code == 404
        assert client.call("GET", path).status_code == 404
    assert client.call("GET", "/api/v1/shaders").json["items"] == []
    assert [item["id"] for item in ann.call("GET", "/api/v1/shaders/mine").json["items"]] == [draft["id"]]


@pytest.mark.parametrize(
    ("who", "method", "suffix", "status"),
    [
        ("nobody", "POST", "", 401),
        ("nobody", "PUT", "/{id}", 401),
        ("nobody", "DELETE", "/{id}", 401),
        ("nobody", "POST", "/{id}/fork", 401),
        ("nobody", "POST", "/{id}/vote", 401),
        ("bob", "PUT", "/{id}", 403),
        ("bob", "DELETE", "/{id}", 403),
        ("bob", "POST", "/{id}/fork", 201),
        ("ann", "DELETE", "/{id}", 204),
    ],
)
def test_who_may_do_what(
    client: Client, ann: Client, bob: Client, who: str, method: str, suffix: str, status: int
) -> None:
    shader = ann.publish()
    caller = {"nobody": client, "ann": ann, "bob": bob}[who]
    body: Any = {"value": 1} if suffix.endswith("vote") else {"title": "Changed"} if method == "PUT" else None
    assert caller.call(method, f"/api/v1/shaders{suffix.format(id=shader['id'])}", body).status_code == status


def test_saving_another_project_makes_a_version(ann: Client, database: Database) -> None:
    shader = ann.create()
    path = f"/api/v1/shaders/{shader['id']}"
    assert ann.call("PUT", path, {"title": "Only words"}).json["version"] == 1
    saved = ann.call("PUT", path, {"code": CODE % 2})
    assert saved.json["version"] == 2
    assert saved.json["title"] == "Only words"
    assert len(renders(database)) == 2
    again = ann.call("PUT", path, {"code": CODE % 2})
    assert again.json["version"] == 2
    first = ann.call("GET", f"{path}/versions/1").json
    assert first["project"]["passes"][0]["code"] == shader["project"]["passes"][0]["code"]
    assert [version["n"] for version in ann.call("GET", f"{path}/versions").json["items"]] == [2, 1]
    assert ann.call("GET", f"{path}/versions/3").status_code == 404


def test_published_does_not_become_a_draft_again(ann: Client) -> None:
    path = f"/api/v1/shaders/{ann.publish()['id']}"
    assert ann.call("PUT", path, {"status": "archived"}).json["status"] == "archived"
    assert ann.call("PUT", path, {"status": "draft"}).status_code == 422
    assert ann.call("PUT", path, {"status": "published"}).json["status"] == "published"


def test_a_fork_is_a_draft_with_lineage(ann: Client, bob: Client) -> None:
    shader = ann.publish(license="MIT", tags=["noise"])
    fork = bob.call("POST", f"/api/v1/shaders/{shader['id']}/fork").json
    assert fork["status"] == "draft"
    assert fork["forked_from"] == shader["id"]
    assert fork["license"] == "MIT"
    assert fork["author"]["username"] == "bob"
    assert fork["project"] == shader["project"]
    ann.call("DELETE", f"/api/v1/shaders/{shader['id']}")
    assert bob.call("GET", f"/api/v1/shaders/{fork['id']}").json["forked_from"] is None


def test_reserved_rights_are_not_forked(ann: Client, bob: Client) -> None:
    shader = ann.publish(license="LicenseRef-All-Rights-Reserved")
    assert bob.call("POST", f"/api/v1/shaders/{shader['id']}/fork").status_code == 403


def test_the_same_idempotency_key_creates_once(ann: Client, database: Database) -> None:
    body = {"title": "Once", "code": CODE % 1}
    headers = {"Idempotency-Key": "one"}
    first = ann.call("POST", "/api/v1/shaders", body, headers=headers)
    again = ann.call("POST", "/api/v1/shaders", body, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json["id"] == again.json["id"]
    assert again.headers["Location"] == first.headers["Location"]
    assert len(renders(database)) == 1
    other = ann.call("POST", "/api/v1/shaders", {**body, "title": "Other"}, headers=headers)
    assert other.status_code == 409


def test_a_request_that_the_gateway_repeats_makes_one_shader(ann: Client) -> None:
    body, headers = {"title": "T", "code": CODE}, {"X-Request-Id": "0123456789abcdef"}
    first, second = (ann.call("POST", "/api/v1/shaders", body, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]


def test_twins_in_flight_create_once(ann: Client, database: Database) -> None:
    body = {"title": "Once", "code": CODE % 1}
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda _: ann.call("POST", "/api/v1/shaders", body, headers={"Idempotency-Key": "k"}), range(8))
        )
    assert len({result.json["id"] for result in results}) == 1
    assert len(renders(database)) == 1


def test_votes_count_once_a_person(ann: Client, bob: Client) -> None:
    path = f"/api/v1/shaders/{ann.publish()['id']}/vote"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bob.call("POST", path, {"value": 1}), range(40)))
    assert ann.call("POST", path, {"value": -1}).json == {"up": 1, "down": 1, "my_vote": -1}
    assert ann.call("POST", path, {"value": 1}).json == {"up": 2, "down": 0, "my_vote": 1}
    assert bob.call("DELETE", path).json == {"up": 1, "down": 0, "my_vote": 0}
    assert ann.call("POST", path, {"value": 2}).status_code == 422


@pytest.mark.parametrize("sort", ["new", "trending", "top"])
def test_pages_hold_everything_once(ann: Client, bob: Client, sort: str) -> None:
    made = [ann.publish(title=str(n))["id"] for n in range(7)]
    for shader in made[2:5]:
        bob.call("POST", f"/api/v1/shaders/{shader}/vote", {"value": 1})
    seen: list[str] = []
    query = ""
    while True:
        page = ann.call("GET", f"/api/v1/shaders?sort={sort}&limit=3{query}").json
        seen += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        query = f"&cursor={page['next']}"
    assert sorted(seen) == sorted(made)
    if sort == "new":
        assert seen == made[::-1]
    else:
        assert set(seen[:3]) == set(made[2:5])


def test_search_by_words_and_tags(ann: Client) -> None:
    ann.publish(title="Clouds at dawn", tags=["noise", "3d"])
    ann.publish(title="A tiled floor", description="geometry, no clouds", tags=["2d"])
    ann.publish(title="Fire", tags=["noise"])

    def titles(query: str) -> list[str]:
        return [item["title"] for item in ann.call("GET", f"/api/v1/shaders?{query}").json["items"]]

    assert titles("q=cloud") == ["A tiled floor", "Clouds at dawn"]
    assert titles("tags=noise,3d") == ["Clouds at dawn"]
    assert titles("q=noise") == ["Fire", "Clouds at dawn"]
    assert titles("q=') OR 1=1 --") == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1000000000", "limit=x", "cursor=abc", "cursor=WyJuZXciLCJ4IiwieSJd", "sort=best", "nope=1"],
)
def test_forged_queries_are_told_what_to_change(client: Client, query: str) -> None:
    result = client.call("GET", f"/api/v1/shaders?{query}")
    assert result.status_code == 422
    assert result.headers["Content-Type"] == "application/problem+json"


def test_a_cursor_of_another_list_is_refused(ann: Client) -> None:
    for _ in range(2):
        ann.publish()
    cursor = ann.call("GET", "/api/v1/shaders?sort=new&limit=1").json["next"]
    assert ann.call("GET", f"/api/v1/shaders?sort=top&cursor={cursor}").status_code == 422


def test_deleting_leaves_no_picture_behind(ann: Client, database: Database) -> None:
    shader = ann.create()
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO outputs (render_id, name, key, type, sha256, size, width, height)"
            " VALUES (%s, 'poster', 'ab/c/poster.webp', 'image/webp', '', 1, 1, 1)",
            [shader["render"]["id"]],
        )
    assert ann.call("DELETE", f"/api/v1/shaders/{shader['id']}").status_code == 204
    with database.transaction() as connection:
        assert connection.execute("SELECT key FROM garbage").fetchall() == [{"key": "ab/c/poster.webp"}]
    assert renders(database) == []


def test_similar_is_by_style(ann: Client, database: Database) -> None:
    ids = [ann.publish(title=title)["id"] for title in ("red", "reddish", "blue", "undescribed")]
    styles = [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]]
    with database.transaction() as connection:
        for shader, style in zip(ids, styles, strict=False):
            vector = str(style + [0.0] * 62)
            connection.execute("UPDATE versions SET style = %s WHERE shader_id = %s", [vector, shader])
    found = ann.call("GET", f"/api/v1/feed/similar/{ids[0]}").json["items"]
    assert [item["title"] for item in found] == ["reddish", "blue"]


def test_what_a_project_says_about_itself_stands_on_the_shader(ann: Client) -> None:
    """A change of words makes no version."""
    shader = ann.create()
    origin = {"format": "shadertoy", "id": "abc"}
    words = {"license": "MIT", "credits": "After an idea by Ann", "origin": origin}
    saved = ann.call("PUT", f"/api/v1/shaders/{shader['id']}", {"project": {**shader["project"], **words}}).json
    assert {name: saved[name] for name in words} == words
    assert saved["version"] == 1
    assert saved["project"] == shader["project"]
    again = ann.call("PUT", f"/api/v1/shaders/{shader['id']}", {"credits": "Mine", "license": "CC0-1.0"}).json
    assert (again["version"], again["credits"], again["license"], again["origin"]) == (1, "Mine", "CC0-1.0", origin)
    fork = ann.call("POST", f"/api/v1/shaders/{shader['id']}/fork").json
    assert (fork["credits"], fork["license"], fork["origin"]) == ("Mine", "CC0-1.0", origin)


@pytest.mark.parametrize(("in_project", "field"), [("CC0-1.0", "license"), ("WTFPL", "license")])
def test_a_licence_is_said_once_and_is_one_that_there_is(ann: Client, in_project: str, field: str) -> None:
    project = {"passes": [{"type": "image", "code": CODE % 1}], "license": in_project}
    shader = {"title": "Twice", "project": project} | ({"license": "MIT"} if in_project == "CC0-1.0" else {})
    answer = ann.call("POST", "/api/v1/shaders", shader)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field


def test_the_project_that_was_read_may_be_sent_back(ann: Client) -> None:
    buffer = {"type": "buffer", "name": "A", "code": CODE % 1}
    reading = {"channel": 1, "kind": "texture", "source": "wood", "sampler": {"wrap": "clamp"}}
    image = {"type": "image", "code": "\ufeff" + CODE % 2 + "\r\n", "inputs": [reading]}
    made = ann.call("POST", "/api/v1/shaders", {"title": "Sent back", "project": {"passes": [buffer, image]}}).json
    assert made["project"]["passes"][1]["inputs"][0]["sampler"] == {
        "filter": "mipmap",
        "wrap": "clamp",
        "vflip": False,
        "srgb": False,
    }
    assert made["project"]["passes"][1]["code"] == CODE % 2 + "\n"
    for project in (made["project"], {"passes": [buffer, image]}):
        assert ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"project": project}).json["version"] == 1


def test_the_poster_is_of_the_moment_that_its_author_chose(ann: Client, database: Database) -> None:
    project = {"passes": [{"type": "image", "code": CODE % 1}], "poster_time": 2.5}
    made = ann.call("POST", "/api/v1/shaders", {"title": "A moment", "project": project}).json
    ann.call("PUT", f"/api/v1/shaders/{made['id']}", {"project": {**project, "poster_time": 0}})
    ann.create()
    posters = [row["plan"]["stills"][0] for row in renders(database)]
    assert [(poster["time"], poster["seek"]) for poster in posters] == [(2.5, False), (0, False), (1, True)]
    buffer = {"type": "buffer", "name": "A", "code": CODE % 1}
    stepped = {**project, "passes": [*project["passes"], buffer], "poster_time": 11}
    refused = ann.call("POST", "/api/v1/shaders", {"title": "Late", "project": stepped}).json
    assert "first 10 seconds" in refused["errors"][0]["message"]
    assert refused["errors"][0]["field"] == "project.poster_time"
    late = {"title": "Late", "project": {**project, "poster_time": 61}}
    assert ann.call("POST", "/api/v1/shaders", late).json["errors"][0]["field"] == "project.poster_time"


def test_what_a_draft_went_through_stays_private(ann: Client, bob: Client) -> None:
    draft = ann.create(status="draft")
    path = f"/api/v1/shaders/{draft['id']}"
    ann.call("PUT", path, {"code": CODE % 2})
    ann.call("PUT", path, {"status": "published"})
    ann.draw()
    ann.call("PUT", path, {"code": CODE % 3})
    assert [version["n"] for version in bob.call("GET", f"{path}/versions").json["items"]] == [2]
    ann.draw()
    for caller, seen in ((ann, [3, 2, 1]), (bob, [3, 2])):
        assert [version["n"] for version in caller.call("GET", f"{path}/versions").json["items"]] == seen
        assert len(caller.call("GET", f"{path}/renders").json["items"]) == len(seen)
    assert ann.call("GET", f"{path}/versions/1").status_code == 200
    assert bob.call("GET", f"{path}/versions/1").status_code == 404
    assert bob.call("GET", f"/api/v1/renders/{draft['render']['id']}").status_code == 404


@pytest.mark.parametrize(
    "parts",
    [["new", "2020-01-01", 5], ["new", 5, "x"], ["new", "someday", "0" * 32], ["new"], {}, "new", ["new", None, None]],
)
def test_cursors_of_wrong_types_are_refused(client: Client, parts: Any) -> None:
    import base64
    import json

    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    result = client.call("GET", f"/api/v1/shaders?cursor={cursor}")
    assert result.status_code == 422
    assert result.json["errors"][0]["field"] == "cursor"


def test_a_deep_or_large_origin_is_refused(ann: Client) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = {"a": deep}
    for origin in (deep, {"format": "x" * 1000}):
        project = {"passes": [{"type": "image", "code": CODE % 1}], "origin": origin}
        assert ann.call("POST", "/api/v1/shaders", {"title": "x", "project": project}).status_code == 422


def test_words_make_no_version_of_what_was_saved_in_an_older_form(ann: Client, database: Database) -> None:
    shader = ann.create()
    older = {
        "passes": [{"type": "image", "code": CODE % 1, "inputs": [{"channel": 0, "kind": "keyboard", "source": ""}]}]
    }
    with database.transaction() as connection:
        connection.execute("UPDATE versions SET project = %s", [json(older)])
    for title in ("One", "Two"):
        assert ann.call("PUT", f"/api/v1/shaders/{shader['id']}", {"title": title}).json["version"] == 1
    assert ann.call("PUT", f"/api/v1/shaders/{shader['id']}", {"project": older}).json["version"] == 1
