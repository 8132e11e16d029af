"""Migrations and views: brings a database to the newest schema, and writes db/init.sql, which makes a new one in a single step.

db/migrations/ are applied once each, in order; db/views/ are made again whenever something has changed.

python -m db.migrate                            apply what is missing (DATABASE_URL)
python -m db.migrate --check [--wait SECONDS]   exit with 1 if something is missing still, after so long
python -m db.migrate --init                     print init.sql
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from psycopg.sql import SQL, Identifier

from shared import settings
from shared.errors import Unavailable
from shared.stores.db import Connection, Database, limit_statements

_FOLDER = Path(__file__).parent
_LEDGER = """CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS schema_views (
    name text PRIMARY KEY,
    digest text NOT NULL
);"""
"""Which migrations were applied, and which text each view was made from."""
_LOCK = 7_201_001


def migrations() -> Iterator[tuple[str, str]]:
    """(name, SQL) of every migration, in order."""
    yield from _files("migrations")


def views() -> list[tuple[str, str]]:
    """(name, SQL) of every view, in the order in which they build on each other."""
    return [(name.partition("_")[2], sql) for name, sql in _files("views")]


def _files(folder: str) -> Iterator[tuple[str, str]]:
    for path in sorted((_FOLDER / folder).glob("*.sql")):
        yield path.stem, path.read_text()


def _digest(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def init_sql() -> str:
    """What makes a new database complete: all migrations and views in one transaction, each entered as applied."""
    parts = [
        "-- Generated from db/migrations and db/views by `make generate`: do not edit.\n\\set ON_ERROR_STOP on\nBEGIN;\n",
        _LEDGER,
    ]
    for name, sql in migrations():
        parts += [f"\n-- {name}\n{sql.strip()}", f"INSERT INTO schema_migrations (name) VALUES ('{name}');"]  # noqa: S608  # our own file names
    for name, sql in views():
        entry = f"INSERT INTO schema_views (name, digest) VALUES ('{name}', '{_digest(sql)}');"  # noqa: S608  # our own file names
        parts += [f"\n{sql.strip()}", entry]
    return "\n".join([*parts, "\nCOMMIT;\n"])


def _apply(connection: Connection, name: str, sql: str) -> None:
    connection.execute(SQL(cast("str", sql)))  # type: ignore[arg-type]  # our own file
    connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [name])


def _views_are_current(connection: Connection) -> bool:
    rows = connection.execute("SELECT name, digest FROM schema_views").fetchall()
    return {row["name"]: row["digest"] for row in rows} == {name: _digest(sql) for name, sql in views()}


def _drop_views(connection: Connection) -> None:
    """Drops our views, so that no migration trips over one; others' stay. Without CASCADE: what builds on ours is not ours."""
    rows = connection.execute("DELETE FROM schema_views RETURNING name").fetchall()
    names = sorted({row["name"] for row in rows} | {name for name, _ in views()})
    connection.execute(SQL("DROP VIEW IF EXISTS {}").format(SQL(", ").join(map(Identifier, names))))


def _create_views(connection: Connection) -> None:
    for name, sql in views():
        connection.execute(SQL(cast("str", sql)))  # type: ignore[arg-type]  # our own file
        connection.execute("INSERT INTO schema_views (name, digest) VALUES (%s, %s)", [name, _digest(sql)])


def _missing(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name FROM schema_migrations").fetchall()
    applied = {row["name"] for row in rows}
    return [(name, sql) for name, sql in migrations() if name not in applied]


def migrate(database: Database) -> list[str]:
    """Applies what is missing, all or nothing, one process at a time; returns the names that it applied."""
    with database.transaction() as connection:
        limit_statements(connection, 0)  # a migration takes as long as its rows take
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(_LEDGER)
        missing = _missing(connection)
        stale = not _views_are_current(connection)
        if missing or stale:
            _drop_views(connection)
            for name, sql in missing:
                _apply(connection, name, sql)
            _create_views(connection)
        return [*(name for name, _ in missing), *(["views"] if missing or stale else [])]


def is_current(database: Database) -> bool:
    """Whether nothing is missing; also False while the server is away. Changes nothing."""
    try:
        with database.transaction() as connection:
            row = connection.execute(
                "SELECT to_regclass('schema_migrations') IS NOT NULL AND to_regclass('schema_views') IS NOT NULL AS yes"
            ).fetchone()
            return bool(row and row["yes"]) and not _missing(connection) and _views_are_current(connection)
    except Unavailable:
        return False


def wait_until_current(database: Database, seconds: float) -> bool:
    """Waits so long for others to migrate; returns whether they have."""
    until = time.monotonic() + seconds
    while not is_current(database):
        if time.monotonic() >= until:
            return False
        time.sleep(1)
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m db.migrate", description="Brings the database to the newest schema."
    )
    parser.add_argument("--init", action="store_true", help="print init.sql")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if something is missing")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="with --check: give others so long")
    return parser.parse_args()


def main() -> None:
    """The command line."""
    arguments = _arguments()
    if arguments.init:
        sys.stdout.write(init_sql())
        return
    database = Database(settings.load(["postgres"]).database_url)
    try:
        if arguments.check:
            sys.exit(0 if wait_until_current(database, arguments.wait) else "the schema is not current")
        for name in migrate(database):
            print(f"applied {name}")
    finally:
        database.close()


if __name__ == "__main__":
    main()
