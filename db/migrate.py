"""Migrations: brings a database to the newest schema, and writes db/init.sql, which makes a new one in a single step.

python -m db.migrate                            apply what is missing (DATABASE_URL)
python -m db.migrate --check [--wait SECONDS]   exit with 1 if something is missing still, after so long
python -m db.migrate --init                     print init.sql
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from psycopg.sql import SQL

from shared import settings as config
from shared.errors import Unavailable
from shared.stores.db import Connection, Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_LEDGER = """CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);"""
_LOCK = 7_201_001


def migrations() -> Iterator[tuple[str, str]]:
    """(name, SQL) of every migration, in order."""
    for path in sorted(_MIGRATIONS.glob("*.sql")):
        yield path.stem, path.read_text()


def init_sql() -> str:
    """What makes a new database complete: all migrations in one transaction, each entered as applied."""
    parts = [
        "-- Generated from db/migrations by `make generate`: do not edit.\n\\set ON_ERROR_STOP on\nBEGIN;\n",
        _LEDGER,
    ]
    for name, sql in migrations():
        parts += [f"\n-- {name}\n{sql.strip()}", f"INSERT INTO schema_migrations (name) VALUES ('{name}');"]  # noqa: S608  # our own file names
    return "\n".join([*parts, "\nCOMMIT;\n"])


def _apply(connection: Connection, name: str, sql: str) -> None:
    connection.execute(SQL(cast("str", sql)))  # type: ignore[arg-type]  # our own file
    connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [name])


def _missing(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name FROM schema_migrations").fetchall()
    applied = {row["name"] for row in rows}
    return [(name, sql) for name, sql in migrations() if name not in applied]


def migrate(database: Database) -> list[str]:
    """Applies what is missing, all or nothing, one process at a time; returns the names that it applied."""
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(_LEDGER)
        missing = _missing(connection)
        for name, sql in missing:
            _apply(connection, name, sql)
        return [name for name, _ in missing]


def is_current(database: Database) -> bool:
    """Whether nothing is missing; also False while the server is away. Changes nothing."""
    try:
        with database.transaction() as connection:
            row = connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL AS yes").fetchone()
            return bool(row and row["yes"]) and not _missing(connection)
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
    database = Database(config.load(["postgres"]).database_url)
    try:
        if arguments.check:
            sys.exit(0 if wait_until_current(database, arguments.wait) else "the schema is not current")
        for name in migrate(database):
            print(f"applied {name}")
    finally:
        database.close()


if __name__ == "__main__":
    main()
