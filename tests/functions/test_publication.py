"""Publishing is a wish until its picture is there: what is public when, and what its author is told."""

import base64
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from db import starters
from functions.render.renderer import End, Facts, Record
from shared.http.app import create_app
from shared.request import Services
from shared.settings import Config
from shared.shaders import publication
from shared.stores.db import Database
from tests.functions.conftest import Client, all_routes
from tests.functions.scripting import good, poster

CODE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(%s); }"
ERROR = {"pass": "image", "line": 3, "column": None, "message": "'x' : undeclared identifier"}
TEMPLATE = json.loads((Path(__file__).parents[2] / "shared/project/template.json").read_text())


def broken() -> Iterator[Record]:
    yield End("failed", "compile_error", "1 compile error.", [ERROR])


def lost_for_good() -> Iterator[Record]:
    yield End("failed", "deadline", "It took longer than 8 s.")


def blank(*, moves: bool) -> Any:
    def script() -> Iterator[Record]:
        yield Facts({"blank": True})
        yield poster()
        yield Facts({"moves": moves})
        yield End("done")

    return script


def listed(client: Client) -> list[str]:
    return [item["title"] for item in client.call("GET", "/api/v1/shaders").json["items"]]


def path_of(shader: dict[str, Any]) -> str:
    return f"/api/v1/shaders/{shader['id']}"


def test_a_shader_is_public_from_its_picture_on(client: Client, ann: Client) -> None:
    made = ann.create(title="Wished")
    assert (made["status"], made["published_at"]) == ("draft", None)
    assert made["publication"] == {"status": "waiting", "version": 1}
    assert listed(client) == []
    assert client.call("GET", path_of(made)).status_code == 404
    ann.draw()
    seen = ann.call("GET", path_of(made)).json
    assert (seen["status"], seen["publication"], seen["render"]["status"]) == ("published", None, "ready")
    assert listed(client) == ["Wished"]
    assert "publication" not in client.call("GET", path_of(made)).json


@pytest.mark.parametrize(
    ("script", "reason"),
    [(broken, "compile_error"), (lost_for_good, "deadline"), (blank(moves=False), "blank")],
    ids=["compile error", "deadline", "blank"],
)
def test_what_cannot_be_seen_stays_a_draft_and_says_why(client: Client, ann: Client, script: Any, reason: str) -> None:
    made = ann.create()
    ann.draw(script)
    seen = ann.call("GET", path_of(made)).json
    assert (seen["status"], seen["publication"]["status"], seen["publication"]["reason"]) == (
        "draft",
        "refused",
        reason,
    )
    assert seen["publication"]["detail"]
    assert listed(client) == []
    mended = ann.call("PUT", path_of(made), {"code": CODE % 2, "status": "published"}).json
    assert mended["publication"] == {"status": "waiting", "version": 2}
    ann.draw()
    assert ann.call("GET", path_of(made)).json["status"] == "published"


def test_what_moves_is_not_blank_for_a_dark_poster(ann: Client) -> None:
    made = ann.create()
    ann.draw(blank(moves=True))
    assert ann.call("GET", path_of(made)).json["status"] == "published"


def test_a_failed_version_leaves_the_last_good_one_public(client: Client, ann: Client, bob: Client) -> None:
    made = ann.publish()
    changed = ann.call("PUT", path_of(made), {"code": CODE % 2}).json
    assert (changed["status"], changed["version"], changed["publication"]["status"]) == ("published", 2, "waiting")
    for caller in (client, bob):
        seen = caller.call("GET", path_of(made)).json
        assert (seen["version"], seen["project"], seen["render"]["status"]) == (1, made["project"], "ready")
        assert caller.call("GET", f"{path_of(made)}/versions/2").status_code == 404
    ann.draw(broken)
    for caller, version in ((ann, 2), (bob, 1)):
        seen = caller.call("GET", path_of(made)).json
        assert (seen["status"], seen["version"]) == ("published", version)
    assert ann.call("GET", path_of(made)).json["publication"]["reason"] == "compile_error"
    assert ann.call("GET", "/api/v1/shaders/mine").json["items"][0]["publication"]["version"] == 2
    fork = bob.call("POST", f"{path_of(made)}/fork").json
    assert fork["project"] == made["project"]
    ann.call("PUT", path_of(made), {"code": CODE % 3})
    ann.draw()
    assert bob.call("GET", path_of(made)).json["version"] == 3


def test_a_good_version_that_is_drawn_late_is_shown_where_the_newest_failed(ann: Client, bob: Client) -> None:
    made = ann.publish()
    for n in (2, 3):
        ann.call("PUT", path_of(made), {"code": CODE % n})
    scripts = {2: good, 3: broken}
    first = ann.call("GET", f"{path_of(made)}/renders").json["items"][1]["id"]
    ann.draw(*(scripts[n] for n in (2, 3)))
    assert first
    assert bob.call("GET", path_of(made)).json["version"] == 2
    assert ann.call("GET", path_of(made)).json["publication"]["version"] == 3


def test_a_draft_that_was_drawn_is_public_at_once(client: Client, ann: Client) -> None:
    draft = ann.create(status="draft")
    ann.draw()
    assert listed(client) == []
    assert ann.call("PUT", path_of(draft), {"status": "published"}).json["status"] == "published"
    assert listed(client) == ["A test"]


def test_older_work_of_a_draft_is_not_published_by_a_later_wish(client: Client, ann: Client) -> None:
    draft = ann.create(status="draft")
    ann.call("PUT", path_of(draft), {"code": CODE % 2, "status": "published"})
    ann.draw(good, broken)
    seen = ann.call("GET", path_of(draft)).json
    assert (seen["status"], seen["publication"]["reason"]) == ("draft", "compile_error")
    assert client.call("GET", path_of(draft)).status_code == 404


def test_a_wish_can_be_taken_back(client: Client, ann: Client) -> None:
    made = ann.create()
    assert ann.call("PUT", path_of(made), {"status": "draft"}).json["publication"] is None
    ann.draw()
    assert listed(client) == []
    assert ann.call("PUT", path_of(made), {"status": "archived"}).status_code == 422


def test_what_failed_by_chance_is_drawn_again_on_the_next_wish(ann: Client) -> None:
    made = ann.create()
    ann.draw(lost_for_good)
    assert ann.call("PUT", path_of(made), {"status": "published"}).json["publication"]["status"] == "waiting"
    ann.draw(good)
    assert ann.call("GET", path_of(made)).json["status"] == "published"
    failing = ann.create(code=CODE % 9)
    ann.draw(broken)
    again = ann.call("PUT", path_of(failing), {"status": "published"}).json
    assert again["publication"]["reason"] == "compile_error"
    assert len(ann.call("GET", f"{path_of(failing)}/renders").json["items"]) == 1


def test_the_template_is_no_new_version_of_a_public_shader(client: Client, ann: Client) -> None:
    made = ann.publish()
    blanks = TEMPLATE["passes"][0]["code"] + "\n\n"
    assert ann.call("PUT", path_of(made), {"code": blanks}).json["publication"]["reason"] == "template"
    ann.draw()
    assert client.call("GET", path_of(made)).json["version"] == 1


def test_nobody_publishes_the_template_as_it_is(client: Client, ann: Client) -> None:
    made = ann.call("POST", "/api/v1/shaders", {"title": "Mine", "project": TEMPLATE, "status": "published"}).json
    assert (made["status"], made["publication"]["reason"]) == ("draft", "template")
    ann.draw()
    assert ann.call("PUT", path_of(made), {"status": "published"}).json["publication"]["reason"] == "template"
    assert listed(client) == []
    code = TEMPLATE["passes"][0]["code"].replace("12.0", "13.0")
    ann.call("PUT", path_of(made), {"code": code, "status": "published"})
    ann.draw()
    assert listed(client) == ["Mine"]


def too_heavy() -> Iterator[Record]:
    yield End("failed", "too_heavy", "A picture of 320 x 180 would take 9 s of processor time.")


def encoded(form: str, size: tuple[int, int] = (1280, 720), *, colours: bool = True) -> str:
    picture = Image.linear_gradient("L").resize(size) if colours else Image.new("L", size, 90)
    file = io.BytesIO()
    picture.convert("RGB").save(file, form)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_what_is_too_heavy_here_is_public_with_its_authors_picture(client: Client, ann: Client, form: str) -> None:
    made = ann.create()
    ann.draw(too_heavy)
    answer = ann.call("POST", f"{path_of(made)}/renders", {"picture": encoded(form)})
    assert answer.status_code == 201
    assert listed(client) == []
    ann.draw()
    seen = client.call("GET", path_of(made)).json
    assert (seen["status"], seen["render"]["status"], seen["render"]["preview"]) == ("published", "ready", "none")
    assert (seen["render"]["facets"]["captured"], seen["render"]["facets"]["weight"]) == (True, "heavy")
    assert ann.services is not None
    stored = ann.services.storage.get(seen["render"]["poster_url"].removeprefix("/renders/"))
    with Image.open(io.BytesIO(stored)) as poster_:
        assert (poster_.format, poster_.size) == ("WEBP", (640, 360))


def test_captured_pictures_are_for_what_the_server_cannot_draw(ann: Client, bob: Client) -> None:
    made = ann.publish()
    body = {"picture": encoded("PNG")}
    assert ann.call("POST", f"{path_of(made)}/renders", body).status_code == 409
    assert bob.call("POST", f"{path_of(made)}/renders", body).status_code == 403
    broken_one = ann.create(code=CODE % 5)
    ann.draw(broken)
    assert ann.call("POST", f"{path_of(broken_one)}/renders", body).status_code == 409


@pytest.mark.parametrize(
    "picture",
    [
        base64.b64encode(b"<svg onload='alert(1)'/>" * 9).decode(),
        base64.b64encode(b"GIF89a" + bytes(90)).decode(),
        encoded("PNG")[:4000],
        encoded("PNG", (8192, 4096)),
        encoded("PNG", colours=False),
    ],
    ids=["svg", "gif", "cut short", "too large", "blank"],
)
def test_a_captured_picture_that_cannot_be_shown_leaves_a_draft(client: Client, ann: Client, picture: str) -> None:
    made = ann.create()
    ann.draw(too_heavy)
    assert ann.call("POST", f"{path_of(made)}/renders", {"picture": picture}).status_code == 201
    ann.draw()
    seen = ann.call("GET", path_of(made)).json
    assert (seen["status"], seen["publication"]["status"]) == ("draft", "refused")
    assert listed(client) == []
    assert ann.call("POST", f"{path_of(made)}/renders", {"picture": "no base64!"}).status_code == 422
    ann.call("POST", f"{path_of(made)}/renders", {"picture": encoded("WEBP")})
    ann.draw()
    assert len(listed(client)) == 1


def test_a_captured_picture_is_not_replaced_and_replaces_nothing(client: Client, ann: Client) -> None:
    made = ann.create()
    ann.draw(too_heavy)
    body = {"picture": encoded("PNG")}
    assert ann.call("POST", f"{path_of(made)}/renders", body).status_code == 201
    assert ann.call("POST", f"{path_of(made)}/renders", body).status_code == 409, "one waits already"
    ann.draw()
    assert ann.call("POST", f"{path_of(made)}/renders", body).status_code == 409
    assert client.call("GET", path_of(made)).json["render"]["status"] == "ready"
    slow = ann.create(code=CODE % 7)
    ann.draw(lost_for_good)
    ann.call("PUT", path_of(slow), {"status": "published"})
    ann.draw()
    assert ann.call("POST", f"{path_of(slow)}/renders", body).status_code == 409, "the server drew it in the end"


def test_a_refused_capture_leaves_the_reason_and_another_try(ann: Client) -> None:
    made = ann.create()
    ann.draw(too_heavy)
    ann.call("POST", f"{path_of(made)}/renders", {"picture": encoded("PNG", colours=False)})
    ann.draw()
    publication = ann.call("GET", path_of(made)).json["publication"]
    assert publication["reason"] == "too_heavy"
    assert "one colour" in publication["detail"]
    assert ann.call("POST", f"{path_of(made)}/renders", {"picture": encoded("PNG")}).status_code == 201


def test_captured_pictures_count_as_what_an_account_keeps(config: Config, services: Services) -> None:
    limited = Client(create_app(all_routes(), replace(config, user_source_bytes=20_000)))
    limited.services = services
    ann = limited.register("ann")
    made = ann.create()
    ann.draw(too_heavy)
    noise = Image.frombytes("RGB", (200, 100), random.Random(1).randbytes(60_000))
    file = io.BytesIO()
    noise.save(file, "PNG")
    body = {"picture": base64.b64encode(file.getvalue()).decode()}
    assert ann.call("POST", f"{path_of(made)}/renders", body).status_code == 413


def test_a_captured_picture_has_no_time(client: Client, ann: Client) -> None:
    made = ann.create()
    ann.draw(too_heavy)
    ann.call("POST", f"{path_of(made)}/renders", {"picture": encoded("PNG")})
    ann.draw()
    (frame,) = client.call("GET", path_of(made)).json["render"]["frames"]
    assert "time" not in frame
    assert (frame["width"], frame["height"]) == (640, 360)


def test_versions_that_could_not_be_shown_stay_private(ann: Client, bob: Client) -> None:
    made = ann.publish()
    failed = ann.call("PUT", path_of(made), {"code": "a secret"}).json["render"]["id"]
    ann.draw(broken)
    ann.call("PUT", path_of(made), {"code": CODE % 3})
    ann.draw()
    assert [item["n"] for item in bob.call("GET", f"{path_of(made)}/versions").json["items"]] == [3, 1]
    assert len(bob.call("GET", f"{path_of(made)}/renders").json["items"]) == 2
    assert bob.call("GET", f"{path_of(made)}/versions/2").status_code == 404
    assert bob.call("GET", f"/api/v1/renders/{failed}").status_code == 404
    assert ann.call("GET", f"{path_of(made)}/versions/2").status_code == 200


LOSE = """UPDATE renders SET status = 'queued', preview = 'pending', settled_at = NULL, content_key = NULL, remakes = 1
    WHERE version = (SELECT max(version) FROM renders)"""
"""The newest version's pictures are lost, and made again."""


def test_a_public_shader_whose_pictures_are_lost_for_good_shows_an_older_version(
    client: Client, ann: Client, database: Database
) -> None:
    made = ann.publish()
    ann.call("PUT", path_of(made), {"code": CODE % 2})
    ann.draw()
    with database.transaction() as connection:
        connection.execute(LOSE)
    ann.draw(lost_for_good)
    seen = client.call("GET", path_of(made)).json
    assert (seen["version"], seen["render"]["status"]) == (1, "ready")
    assert ann.call("GET", path_of(made)).json["publication"]["version"] == 2


def test_one_that_has_no_other_version_is_a_draft_again(client: Client, ann: Client, database: Database) -> None:
    made = ann.publish()
    with database.transaction() as connection:
        connection.execute(LOSE)
    ann.draw(lost_for_good)
    assert listed(client) == []
    seen = ann.call("GET", path_of(made)).json
    assert (seen["status"], seen["publication"]["reason"]) == ("draft", "deadline")
    ann.call("PUT", path_of(made), {"status": "published"})
    ann.draw()
    assert listed(client) == ["A test"]


def test_mended_code_is_published_without_asking_again(ann: Client) -> None:
    made = ann.create()
    ann.draw(broken)
    assert ann.call("PUT", path_of(made), {"code": CODE % 2}).json["publication"]["status"] == "waiting"
    ann.draw()
    assert ann.call("GET", path_of(made)).json["status"] == "published"


def test_starters_that_could_not_be_shown_are_wished_for_again(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = next(starters.starters())
    monkeypatch.setattr(starters, "starters", lambda: iter([one]))
    for script in (lost_for_good, good):
        with services.request() as request:
            starters.publish(request)
        client.draw(script)
    assert listed(client) == [one["title"]]


def test_a_wish_that_nobody_reviewed_is_reviewed(
    client: Client, ann: Client, services: Services, database: Database
) -> None:
    """A worker of an earlier version settles without a review."""
    made = ann.create(status="draft")
    waiting = ann.create(code=CODE % 8)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE renders SET lease_until = now() + interval '1 h' WHERE id = %s", [waiting["render"]["id"]]
        )
    ann.draw()
    with database.transaction() as connection:
        connection.execute("UPDATE shaders SET wish = 1")
    with services.request() as request:
        publication.review_settled(request)
    assert ann.call("GET", path_of(made)).json["status"] == "published"
    assert ann.call("GET", path_of(waiting)).json["publication"]["status"] == "waiting"


@pytest.mark.parametrize(("script", "status"), [(good, "published"), (broken, "draft")])
def test_what_a_function_of_an_earlier_version_published(
    client: Client, ann: Client, database: Database, script: Any, status: str
) -> None:
    """While functions are replaced one after the other some still publish at once."""
    made = ann.create(status="draft")
    with database.transaction() as connection:
        connection.execute("UPDATE shaders SET status = 'published', published_at = now(), first_public = 1")
    assert listed(client) == []
    assert client.call("GET", path_of(made)).status_code == 404
    ann.draw(script)
    assert ann.call("GET", path_of(made)).json["status"] == status
    assert len(listed(client)) == (status == "published")
