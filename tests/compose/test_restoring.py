"""Backups: what they hold comes back, wholly or not at all, also after the volumes are gone."""

import gzip
import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.compose.containers import Containers
from tests.support import Api, gradient, until

TABLES = "SELECT relname FROM pg_stat_user_tables ORDER BY 1"


def photograph(stack: Containers, api: Api) -> dict[str, Any]:
    """Rows and checksum of every table, lists as people see them, and the posters' bytes."""
    sums = {
        table: stack.sql(
            f"SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {table} t"
        )
        for table in stack.sql(TABLES).split()
        if table not in ("sessions", "refresh_tokens", "idempotency_keys")  # what time makes worthless goes
    }
    shaders = api.http.get("/api/v1/shaders", params={"limit": 50}).json()["items"]
    found = (
        "/api/v1/feed/new",
        f"/api/v1/feed/similar/{shaders[0]['id']}",
        "/api/v1/shaders?q=kept",
        "/api/v1/shaders?tags=kept",
    )
    lists = [api.http.get(path).raise_for_status().json() for path in found]
    urls = [
        shader["render"]["poster_url"] for shader in shaders if shader["render"] and shader["render"].get("poster_url")
    ]
    posters = {url: hashlib.sha256(api.http.get(url).raise_for_status().content).hexdigest() for url in urls}
    return {"tables": sums, "shaders": shaders, "lists": lists, "posters": posters}


def test_what_cannot_be_restored_changes_nothing(stack: Containers, tmp_path: Path) -> None:
    whole = tmp_path / "whole.sql"
    stack.make("backup", FILE=str(whole))
    text = whole.read_bytes()
    cut, broken = tmp_path / "cut.sql", tmp_path / "broken.sql.gz"
    cut.write_bytes(text[: len(text) // 2])
    broken.write_bytes(gzip.compress(text.replace(b"COPY public.shaders", b"COPY public.shadows", 1)))
    before = stack.sql("SELECT count(*) FROM shaders")
    for file, word in ((cut, "cut off"), (broken, "shadows"), (tmp_path / "none.sql", "which file")):
        done = stack.make("restore", ok=False, FILE=str(file))
        assert done.returncode != 0
        assert word in done.stderr
    assert stack.sql("SELECT count(*) FROM shaders") == before
    assert (
        stack.sql(
            "SELECT count(*) FROM pg_database WHERE datname <> 'fractafrag' AND datname LIKE 'fracta%'", "postgres"
        )
        == "0"
    )


def test_backup_destroy_restore_gives_everything_back(stack: Containers, api: Api, tmp_path: Path) -> None:
    for number in range(3):
        shader = api.publish(gradient(60 + number), title=f"Kept {number}", tags=["kept"])
        assert api.wait_render(shader["render"]["id"], 60, settled=True)["status"] == "ready"
    until(lambda: stack.sql("SELECT count(*) FROM renders WHERE settled_at IS NULL") == "0", "nothing is due", 60)
    time.sleep(3)  # descriptions follow
    before = photograph(stack, api)
    file = tmp_path / "all.sql"
    stack.make("backup", FILE=str(file), RENDERS="1")
    stack.compose("down", "--volumes", "--timeout", "5")
    stack.compose("up", "-d", "--wait", "--no-build")
    assert stack.sql("SELECT count(*) FROM shaders") == "0"
    stack.make("restore", FILE=str(file))
    until(lambda: api.http.get("/api/v1/shaders").status_code == 200, "the functions are back", 30)
    after = photograph(stack, api)
    stack.figures["restored_equal"] = before == after
    assert after == before


def test_the_pages_own_line_restores_a_backup(stack: Containers, tmp_path: Path) -> None:
    """`docker compose exec -T postgres psql -U fracta fractafrag < backup.sql`, into the tables that init.sql has made."""
    file = tmp_path / "page.sql"
    stack.make("backup", FILE=str(file))
    before = stack.sql("SELECT count(*) FROM shaders")
    stack.sql("DELETE FROM shaders")
    with file.open() as dump:
        stack.docker(
            "compose",
            "-f",
            "compose.yaml",
            "exec",
            "-T",
            "postgres",
            "psql",
            "-q",
            "-U",
            "fracta",
            "fractafrag",
            input=dump.read(),
        )
    assert stack.sql("SELECT count(*) FROM shaders") == before


def test_pictures_that_are_gone_are_made_again(stack: Containers, api: Api) -> None:
    shader = api.publish(gradient(70), title="Made again")
    url = api.wait_render(shader["render"]["id"], 60, settled=True)["poster_url"]
    poster = api.http.get(url).content
    stack.inside("render", "sh", "-c", "rm -rf /renders/*")
    assert api.http.get(url).status_code == 404
    until(lambda: api.http.get(url).status_code == 200, "the picture is made again", 120, pause=1)
    assert api.http.get(url).content == poster


@pytest.fixture
def archived(stack: Containers) -> Containers:
    """The stack with its WAL archive on."""
    stack.environment["WAL_ARCHIVE"] = "1"
    files = ("-f", "compose.yaml", "-f", "compose.archive.yaml")
    stack.docker("compose", *files, "up", "-d", "--wait", "--no-build", "--no-deps", "postgres")
    return stack


def titles(api: Api) -> set[str]:
    """What the newest shaders are called."""
    until(lambda: api.http.get("/api/v1/shaders").status_code == 200, "the functions are back", 30)
    return {shader["title"] for shader in api.http.get("/api/v1/feed/new").json()["items"]}


def now() -> str:
    """A moment with some distance to what was before and comes after."""
    time.sleep(0.5)
    text = datetime.now(UTC).isoformat(sep=" ")
    time.sleep(0.5)
    return text


def test_back_to_a_point_in_time(archived: Containers, api: Api) -> None:
    titles(api)  # once the functions are back
    archived.make("base-backup")
    kept = api.publish(gradient(80), title="Kept by the archive")["id"]
    first = now()
    api.http.delete(f"/api/v1/shaders/{kept}").raise_for_status()
    api.publish(gradient(81), title="Too late")
    archived.make("rewind", TIME=first)
    assert "Kept by the archive" in titles(api)
    assert "Too late" not in titles(api)
    _again(archived, api)


def _again(archived: Containers, api: Api) -> None:
    """On the new timeline, and to a moment after which nothing happened: refused, with everything as it was."""
    api.publish(gradient(82), title="Kept again")
    second = now()
    api.publish(gradient(83), title="Too late again")
    archived.make("rewind", TIME=second)
    assert {"Kept by the archive", "Kept again"} <= titles(api)
    assert "Too late again" not in titles(api)
    refused = archived.make("rewind", ok=False, TIME="2020-01-01")
    assert refused.returncode != 0
    assert "nothing was changed: there is no base backup from before that" in refused.stderr
    assert {"Kept by the archive", "Kept again"} <= titles(api)
