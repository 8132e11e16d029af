"""`make up` and friends: secrets are made once and private, incomplete dumps are recognised, stores are never rolled."""

import gzip
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from containers.local.folders import find_folders, lock
from containers.manifest import ROOT
from containers.operate import archive, backup, compose, lifecycle
from containers.operate.compose import OperationError

VOLUMES: list[str] = []


@pytest.mark.parametrize("module", ["containers.operate.__main__", "containers.bootstrap"])
def test_the_standard_library_is_enough(module: str) -> None:
    """`make up` and `make setup` run on a machine where nothing is installed: -S leaves all packages out."""
    command = [sys.executable, "-S", "-c", f"import {module}"]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An .env of the test's own, and no volume."""
    file = tmp_path / ".env"
    for module in (compose, lifecycle):
        monkeypatch.setattr(module, "ENV", file)
    for name in (*lifecycle.SECRETS, "COMPOSE_DISABLE_ENV_FILE", "COMPACT", "WAL_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)
    VOLUMES.clear()
    monkeypatch.setattr(lifecycle, "docker", lambda *_: "\n".join(VOLUMES))
    return file


def test_secrets_are_made_once_and_readable_by_nobody_else(env: Path) -> None:
    env.write_text("HTTP_PORT=8081")  # no newline at its end
    env.chmod(0o644)
    lifecycle.ensure_secrets()
    first = dict(compose.settings())
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert first["HTTP_PORT"] == "8081"
    assert all(len(first[name]) >= 32 for name in lifecycle.SECRETS)
    lifecycle.ensure_secrets()
    assert {name: compose.settings()[name] for name in lifecycle.SECRETS} == {
        name: first[name] for name in lifecycle.SECRETS
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("8081 # the port", "8081"),
        ("8081#1", "8081#1"),
        ("# no comment", "# no comment"),
        ("'a # b' # c", "a # b"),
        ('"a b"', "a b"),
        (" 8081 ", "8081"),
    ],
)
def test_values_are_read_as_compose_reads_them(env: Path, line: str, value: str) -> None:
    env.write_text(f"FRACTAFRAG_TEST={line}\n")
    assert compose.settings()["FRACTAFRAG_TEST"] == value


def test_an_old_volume_gets_no_new_password(env: Path) -> None:
    VOLUMES.append("fractafrag_pgdata")
    with pytest.raises(OperationError, match="put its password in"):
        lifecycle.ensure_secrets()
    assert not env.exists()


def test_a_password_that_breaks_the_address_is_refused(env: Path) -> None:
    env.write_text("POSTGRES_PASSWORD=a@b/c\n")
    with pytest.raises(OperationError, match="letters, digits"):
        lifecycle.ensure_secrets()


def test_compose_gets_the_forms_that_are_asked_for_and_never_development(env: Path) -> None:
    files = {part.rpartition("/")[2] for part in compose.command("ps") if part.endswith(".yaml")}
    assert files == {"compose.yaml"}
    env.write_text("COMPACT=1\nWAL_ARCHIVE=1\n")
    files = {part.rpartition("/")[2] for part in compose.command("ps") if part.endswith(".yaml")}
    assert files == {"compose.yaml", "compose.compact.yaml", "compose.archive.yaml"}


def test_only_functions_are_rolled() -> None:
    assert {"shaders", "render", "renderer", "mcp", "api"} <= set(lifecycle.rolling())
    assert not {"postgres", "redis", "gateway", "web", "migrate"} & set(lifecycle.rolling())


def test_a_stack_that_is_starting_is_known_and_what_fails_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(lifecycle, "ROOT", tmp_path)
    assert not lifecycle.local_runs()
    assert not (tmp_path / "data").exists(), "asking makes nothing"
    with lock(find_folders(str(tmp_path / "data"))):
        assert lifecycle.local_runs()
        for command in (lifecycle.down, lifecycle.seed):
            with pytest.raises(SystemExit) as ended:  # there is no .venv, and no address yet
                command()
            assert ended.value.code not in (0, None)
    assert not lifecycle.local_runs()


class Engine:
    """Docker with the copies of one function. up: what starting more of them does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, up: Callable[["Engine"], None]):
        self.copies, self.healthy = ["old-1", "old-2"], True
        self._up = up
        monkeypatch.setenv("FUNCTION", "shaders")
        monkeypatch.setattr(lifecycle, "output", lambda *_: "\n".join(self.copies))
        monkeypatch.setattr(lifecycle, "compose", lambda word, *_: self._up(self) if word == "up" else None)
        monkeypatch.setattr(lifecycle, "docker", self.docker)
        monkeypatch.setattr(lifecycle, "_HEALTHY_SECONDS", 0)
        monkeypatch.setattr(lifecycle.time, "sleep", lambda _: None)

    def start(self, *names: str) -> None:
        self.copies += names

    def docker(self, word: str, *words: str) -> str:
        if word == "rm":
            gone = [name for name in words if not name.startswith("--")]
            assert gone
            self.copies = [name for name in self.copies if name not in gone]
        return "healthy" if self.healthy else "unhealthy"


def test_copies_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(monkeypatch, lambda engine: engine.start("new-1", "new-2"))
    lifecycle.roll()
    assert engine.copies == ["new-1", "new-2"]


def half_up(engine: Engine) -> None:
    engine.start("new-1")
    raise OperationError("up failed")


@pytest.mark.parametrize(
    ("up", "healthy", "words"),
    [
        (lambda engine: engine.start("new-1", "new-2"), False, "a new copy is unhealthy"),
        (lambda engine: engine.start("new-1"), True, "1 of 2 new copies"),
        (lambda _: None, True, "0 of 2 new copies"),
        (half_up, True, "up failed"),
    ],
)
def test_a_roll_that_fails_leaves_the_old_copies(
    monkeypatch: pytest.MonkeyPatch, up: Callable[[Engine], None], healthy: bool, words: str
) -> None:
    engine = Engine(monkeypatch, up)
    engine.healthy = healthy
    with pytest.raises(OperationError, match=words):
        lifecycle.roll()
    assert engine.copies == ["old-1", "old-2"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_dump_is_complete_or_not(tmp_path: Path, packed: bool) -> None:
    whole = b"x" * (3 << 20) + b"\n--\n-- PostgreSQL database dump complete\n--\n\n"
    for text, complete in ((whole, True), (whole[:-40], False), (b"", False)):
        file = tmp_path / "dump"
        file.write_bytes(gzip.compress(text) if packed else text)
        assert backup.is_complete(file) is complete


@pytest.mark.parametrize(
    ("dump", "pictures"),
    [("v1.2.sql", "v1.2-renders.tar"), ("v1.3.sql.gz", "v1.3-renders.tar"), ("a.dump", "a-renders.tar")],
)
def test_the_pictures_of_a_backup(dump: str, pictures: str) -> None:
    assert backup.pictures_of(Path("/backups") / dump) == Path("/backups") / pictures


def fake(folder: Path, name: str, script: str) -> dict[str, str]:
    """An environment in which a program is a script of the test's."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_a_loader_that_complains_at_length_is_heard(tmp_path: Path) -> None:
    """More than two pipes hold, before it has read anything."""
    (tmp_path / "dump").write_bytes(b"x" * (1 << 20))
    loud = 'for n in $(seq 9000); do echo "line $n is wrong" >&2; done; cat >/dev/null; exit 3'
    with pytest.raises(OperationError, match="line 9000 is wrong"):
        backup._pipe_into(tmp_path / "dump", ["sh", "-c", loud])


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (2, 1)])
def test_pictures_that_change_meanwhile_spoil_no_backup(tmp_path: Path, code: int, ends: int) -> None:
    done = subprocess.run(["sh", "-c", backup._TAR], env=fake(tmp_path, "tar", f"exit {code}"), check=False)
    assert done.returncode == ends


def test_a_rewind_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = {"services": {"postgres": {"command": ["postgres"]}}}
    monkeypatch.setattr(archive, "output", lambda *_: json.dumps(services))
    monkeypatch.setattr(archive, "_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    copies_half = fake(tmp_path / "bin", "cp", 'mkdir "$3" && touch "$3/half" && exit 1')
    done = subprocess.run(["sh", "-c", archive._script("20261123-040000", None)], env=copies_half, check=False)
    assert done.returncode == 1
    assert list((tmp_path / "data").iterdir()) == []


def test_a_moment_is_read_with_and_without_zone() -> None:
    assert archive.moment("2026-11-23 04:00:00") == archive.moment("2026-11-23 05:00:00+01:00")
    assert archive.moment("2026-11-23 04:00:00") == datetime(2026, 11, 23, 4, tzinfo=UTC)
    for wrong, words in (("yesterday", "is no time"), ("2999-01-01", "has not come yet")):
        with pytest.raises(OperationError, match=words):
            archive.moment(wrong)
