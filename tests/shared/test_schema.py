"""The schema has one source: init.sql and the migrations end the same."""

import subprocess

from psycopg import connect

from containers.local import postgres
from containers.local.places import Places
from containers.manifest import ROOT
from db import starters
from db.migrate import init_sql, is_current, migrate, wait_until_current
from shared.stores.db import Database, queries

_SHAPE = """
SELECT 'column', table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'view', viewname, definition, '', '', '' FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'user', username, role, '', '', '' FROM users
UNION ALL SELECT 'migration', name, '', '', '', '' FROM schema_migrations
ORDER BY 1, 2, 3"""


def test_init_sql_makes_what_the_migrations_make(servers: Places, database_url: str) -> None:
    with connect(postgres.url(servers, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE from_init")
    url = postgres.url(servers, "from_init")
    psql = postgres.binaries(servers) / "psql"
    done = subprocess.run([psql, "-q", url, "-f", ROOT / "db/init.sql"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with connect(url) as fresh, connect(database_url) as migrated:
        assert fresh.execute(_SHAPE).fetchall() == migrated.execute(_SHAPE).fetchall()
    with connect(postgres.url(servers, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE from_init")


def test_a_dump_with_rows_loads_into_an_empty_database(servers: Places, database: Database, database_url: str) -> None:
    """pg_dump's output has no search path, so whatever rows need must name its schema, or be bound to what it names."""
    with database.transaction() as connection:
        starters.publish(connection)
    tools = postgres.binaries(servers)
    dump = subprocess.run([tools / "pg_dump", database_url], capture_output=True, check=True).stdout
    with connect(postgres.url(servers, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE from_dump")
        psql = [tools / "psql", "-q", "-v", "ON_ERROR_STOP=1", postgres.url(servers, "from_dump")]
        done = subprocess.run(psql, input=dump, capture_output=True, check=False)
        connection.execute("DROP DATABASE from_dump WITH (FORCE)")
    assert done.returncode == 0, done.stderr.decode()


def test_init_sql_is_current() -> None:
    assert (ROOT / "db/init.sql").read_text() == init_sql()


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert migrate(database) == []


def test_a_check_says_whether_something_is_missing(database: Database) -> None:
    assert is_current(database)
    with database.transaction() as connection:
        connection.execute("DELETE FROM schema_migrations")
    assert not wait_until_current(database, 0)
    with database.transaction() as connection:
        connection.execute("DROP TABLE schema_migrations")
    assert not is_current(database)
    with database.transaction() as connection:
        row = connection.execute("SELECT to_regclass('schema_migrations') AS ledger").fetchone()
    assert row == {"ledger": None}  # a check makes nothing


def test_a_check_bears_a_database_that_is_away() -> None:
    nowhere = Database("postgresql://fracta@127.0.0.1:1/fractafrag")
    assert not is_current(nowhere)
    nowhere.close()


def test_only_vector_is_required(database_url: str) -> None:
    with connect(database_url) as connection:
        names = connection.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()
    assert names == [("plpgsql",), ("vector",)]


def test_every_query_can_be_prepared(database_url: str) -> None:
    """A misspelt column is found here, not by a user."""
    with connect(database_url, autocommit=True) as connection:
        files = [*ROOT.glob("shared/*/queries.sql"), *ROOT.glob("functions/*/queries.sql")]
        for package in (".".join(path.parent.relative_to(ROOT).parts) for path in files):
            for name, statement in vars(queries(package)).items():
                plain = _numbered(statement)
                connection.execute(f"PREPARE {package.replace('.', '_')}_{name} AS {plain}")  # type: ignore[arg-type]


def _numbered(statement: str) -> str:
    import re

    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    for n, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${n}")
    return statement.replace("%%", "%")


def test_the_hot_order_is_that_of_the_decayed_score(database_url: str) -> None:
    with connect(database_url) as connection:
        row = connection.execute(
            "SELECT hot(10, 0, now() - interval '48 hours') - hot(10, 0, now()), wilson(0, 0), wilson(1, 0), wilson(100, 0), wilson(50, 50)"
        ).fetchone()
    assert row is not None
    halved, none, one, many, even = row
    assert abs(halved + 1) < 1e-6  # two days halve: minus one in log2
    assert none == 0
    assert 0.3 < one < many < 1
    assert 0.4 < even < 0.5
