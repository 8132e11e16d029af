"""Descriptions: what looks alike is found alike, and what cannot be looked at is made again, or given up."""

from pathlib import Path

from functions.describe.job import describe_one
from functions.render.renderer import End
from shared.stores.db import Database
from tests.functions.conftest import Client
from tests.functions.scripting import Make, Script, attempt, good, picture, poster, row


def test_descriptions_make_similar_pictures_similar(ann: Client, make: Make, database: Database) -> None:
    def coloured(colour: str) -> Script:
        return lambda: iter([poster(picture(colour=colour)), End("done")])

    names = {"crimson": "#aa1122", "ruby": "#b01525", "sea": "#1122aa"}
    shaders = {}
    for n, (title, colour) in enumerate(names.items()):
        shaders[title] = ann.create(title=title, code=f"void mainImage(out vec4 c, in vec2 p) {{ c = vec4({n}); }}")
        attempt(make(coloured(colour)), shaders[title]["render"]["id"])
    while describe_one(make().services, ""):
        pass
    found = ann.call("GET", f"/api/v1/feed/similar/{shaders['crimson']['id']}").json["items"]
    assert [item["title"] for item in found] == ["ruby", "sea"]


def test_a_damaged_picture_is_made_again_but_not_for_ever(
    ann: Client, make: Make, database: Database, tmp_path: Path
) -> None:
    ann.create()
    worker = make(*[good] * 4)
    for left in (3, 2, 1, 0):
        attempt(worker, "")
        with database.transaction() as connection:
            key = connection.execute("SELECT key FROM outputs").fetchone()["key"]  # type: ignore[index]
        assert worker.services.storage.get(key) == picture()
        (tmp_path / "renders" / key).write_bytes(b"x" * len(picture()))
        assert describe_one(worker.services, str(row(database)["id"]))
        assert row(database)["status"] == ("queued" if left else "ready")
    assert row(database)["described_at"]
    assert not describe_one(worker.services, ""), "nor is it looked at for ever"
