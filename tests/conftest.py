"""Real servers for the tests: Postgres and Redis for everything, the whole stack for what goes through the gateway."""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from containers import bootstrap
from containers.local import postgres, redis
from containers.local.folders import Folders, find_folders, free_port
from containers.local.process import Child
from containers.local.stack import Options, Stack, running
from db.migrate import migrate
from shared.settings import Config
from shared.settings import load as load_config
from shared.stores.db import Database
from tests.support import until

IN_MEMORY = Path("/dev/shm")  # every folder in it has a name that nobody can foresee
"""Where a database is made from a template in a tenth of the time that a disk takes."""
WANTED = 4 * 2**30
"""Free bytes from which the servers' data goes there."""


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that the servers' own user can reach, gone afterwards."""
    roomy = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > WANTED
    path = Path(tempfile.mkdtemp(prefix="fractafrag-test-", dir=IN_MEMORY if roomy else None))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(folder: Path) -> Iterator[Folders]:
    """Postgres and Redis, with a migrated database to clone."""
    found = find_folders(str(folder / "servers"))
    postgres.prepare(found)
    command = postgres.command(found)
    # These databases need not outlive a crash, and are made and dropped more than twice as fast without fsync.
    quick = replace(command, arguments=[*command.arguments, "-c", "fsync=off"])
    children = [Child(quick, found.logs), Child(redis.command(found), found.logs)]
    for child in children:
        child.start()
    try:
        until(lambda: _answers(found), "Postgres answers")
        _administrate(found, "CREATE DATABASE template")
        template = Database(postgres.url(found, "template"))
        migrate(template)
        template.close()
        yield found
    finally:
        for child in children:
            child.stop()


def _answers(found: Folders) -> bool:
    try:
        psycopg.connect(postgres.url(found, "postgres")).close()
    except psycopg.OperationalError:
        return False
    return found.socket("redis").exists()


def _administrate(found: Folders, statement: str) -> None:
    with psycopg.connect(postgres.url(found, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def database_url(servers: Folders) -> Iterator[str]:
    """The address of a database of this test's own."""
    name = f"test_{secrets.token_hex(6)}"
    _administrate(servers, f"CREATE DATABASE {name} TEMPLATE template")
    yield postgres.url(servers, name)
    _administrate(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def config(servers: Folders, database_url: str, tmp_path: Path) -> Config:
    """The configuration of a function on this test's own database and folder."""
    return load_config(
        ["postgres", "redis", "storage"],
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis.url(servers),
            "STORAGE_URL": f"file://{tmp_path}/renders",
            "SECRET_KEY": "k" * 43,
            "PUBLIC_URL": "http://127.0.0.1",
        },
    )


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """This test's own database."""
    opened = Database(config.database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def stack(folder: Path) -> Iterator[Stack]:
    """The whole stack with the built site, on a free port."""
    bootstrap.build_site(Path(sys.executable))
    os.environ.pop("DATABASE_URL", None)
    found = find_folders(str(folder / "stack"))
    with running(Stack(found, Options(port=free_port()))) as started:
        yield started


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure beside the running stack comes with what its processes logged meanwhile."""
    report = yield
    started = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(started, Stack):
        since = datetime.fromtimestamp(call.start, UTC).isoformat()
        report.sections.append(("logs of the stack", "\n".join(_logged(started.folders.logs, since)[-60:])))
    return report


def _logged(logs: Path, since: str) -> list[str]:
    """What was logged from this time on but for requests, in order of time, shortened."""
    lines = [line for path in logs.glob("*.log") for line in path.read_text(errors="replace").split("\n")]
    found = [json.loads(line) for line in lines if '"timestamp"' in line and line.startswith("{")]
    wanted = [line for line in found if line["timestamp"] >= since and line["event"] != "request"]
    return [str(line)[:600] for line in sorted(wanted, key=lambda line: line["timestamp"])]
