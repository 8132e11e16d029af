"""The schema has one source: init.sql and the migrations end the same."""

import re
import subprocess

import pytest
from psycopg import connect

from containers.local import postgres
from containers.local.folders import Folders
from containers.manifest import ROOT
from db import starters
from db.migrate import init_sql, is_current, migrate, migrations, views, wait_until_current
from shared.request import Services
from shared.settings import Config
from shared.stores.db import Database, json, queries

_SHAPE = """
SELECT 'column', table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'view', viewname, definition, '', '', '' FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'user', username, role, '', '', '' FROM users
UNION ALL SELECT 'migration', name, '', '', '', '' FROM schema_migrations
ORDER BY 1, 2, 3"""


def test_init_sql_makes_what_the_migrations_make(servers: Folders, database_url: str) -> None:
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


def test_a_dump_with_rows_loads_into_an_empty_database(servers: Folders, config: Config, database_url: str) -> None:
    """pg_dump's output has no search path, so whatever rows need must name its schema, or be bound to what it names."""
    with Services(config).request() as request:
        starters.publish(request)
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


def test_views_are_made_again_when_their_text_changes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert migrate(database) == []
    changed = [*views(), ("newest", "CREATE VIEW newest AS SELECT id FROM shader_documents;")]
    with database.transaction() as connection:
        connection.execute("CREATE VIEW operators_own AS SELECT username FROM users")
    monkeypatch.setattr("db.migrate.views", lambda: changed)
    assert not is_current(database)
    assert migrate(database) == ["views"]
    assert is_current(database)
    assert migrate(database) == []
    with database.transaction() as connection:
        assert connection.execute("SELECT * FROM newest").fetchall() == []
        assert connection.execute("SELECT * FROM operators_own").fetchall() == [{"username": "fractafrag"}]


def test_projects_from_before_hand_their_words_to_the_shader(servers: Folders) -> None:
    """0003: credits and origin move from the current version to the shader, and leave every version."""
    with connect(postgres.url(servers, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE from_before")
    project = {"passes": [], "credits": "Ann", "origin": None, "license": "MIT"}
    by_name = dict(migrations())
    with connect(postgres.url(servers, "from_before")) as connection:
        for name in ("0001_initial", "0002_fits"):
            connection.execute(by_name[name])  # type: ignore[arg-type]
        (author,) = connection.execute("SELECT id FROM users").fetchone() or ()
        added = "INSERT INTO shaders (author_id, title, license, version) VALUES (%s, 'One', 'MIT', 2) RETURNING id"
        (shader,) = connection.execute(added, [author]).fetchone() or ()
        for n in (1, 2):
            values = [shader, n, json({**project, "credits": f"Ann {n}"})]
            connection.execute("INSERT INTO versions (shader_id, n, project) VALUES (%s, %s, %s)", values)
        connection.execute(by_name["0003_words_on_shaders"])  # type: ignore[arg-type]
        assert connection.execute("SELECT license, credits, origin FROM shaders").fetchall() == [("MIT", "Ann 2", None)]
        assert connection.execute("SELECT DISTINCT project FROM versions").fetchall() == [({"passes": []},)]
    with connect(postgres.url(servers, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE from_before WITH (FORCE)")


_OWNERS = {
    "shared.users": {"users"},
    "shared.auth": {"sessions", "refresh_tokens", "api_keys", "sign_in_failures"},
    "shared.shaders": {"shaders", "deleted_shaders"},
    "shared.versions": {"versions"},
    "shared.renders": {"renders", "outputs", "garbage"},
    "shared.votes": {"votes"},
    "shared.http": {"idempotency_keys"},
}
"""Package -> the tables that its statements may write. Reads may join others' tables."""


def test_statements_write_the_tables_of_their_own_aggregate() -> None:
    write = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)")
    for package in query_packages():
        statements = "\n".join(vars(queries(package)).values())
        written = set(write.findall(re.sub(r"(FOR|DO) UPDATE( OF)?", "", re.sub(r"--.*", "", statements))))
        assert written <= _OWNERS[package], package


def test_a_check_bears_a_database_that_is_away() -> None:
    nowhere = Database("postgresql://fracta@127.0.0.1:1/fractafrag")
    assert not is_current(nowhere)
    nowhere.close()


def test_only_vector_is_required(database_url: str) -> None:
    with connect(database_url) as connection:
        names = connection.execute("SELECT extname FROM pg_extension ORDER BY 1").fetchall()
    assert names == [("plpgsql",), ("vector",)]


def query_packages() -> list[str]:
    files = [*ROOT.glob("shared/*/queries.sql"), *ROOT.glob("functions/*/queries.sql")]
    return [".".join(path.parent.relative_to(ROOT).parts) for path in files]


def test_every_query_can_be_prepared(database_url: str) -> None:
    """A misspelt column is found here, not by a user."""
    with connect(database_url, autocommit=True) as connection:
        for package in query_packages():
            for name, statement in vars(queries(package)).items():
                plain = _numbered(statement)
                connection.execute(f"PREPARE {package.replace('.', '_')}_{name} AS {plain}")  # type: ignore[arg-type]


def _numbered(statement: str) -> str:
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


_BEFORE_PUBLICATION = ("0001_initial", "0002_fits", "0003_words_on_shaders")
_OLD_SHADER = """
INSERT INTO shaders (author_id, title, license, status, version, first_public, published_at)
SELECT id, %(title)s, 'MIT', %(status)s, %(version)s, %(first)s, CASE WHEN %(first)s::int IS NULL THEN NULL ELSE now() END
FROM users WHERE username = 'fractafrag' RETURNING id"""
_OLD_RENDER = """
INSERT INTO renders (shader_id, version, plan, status, reason, queued_at, settled_at, facets)
VALUES (%s, %s, '{}', %s, %s, clock_timestamp(), CASE WHEN %s = 'queued' THEN NULL ELSE now() END, %s)"""


@pytest.mark.parametrize(
    ("status", "renders", "after"),
    [
        ("published", ["ready"], ("published", 1, None, None)),
        ("published", ["queued"], ("draft", None, 1, None)),
        ("published", ["failed"], ("draft", None, None, "deadline")),
        ("published", ["blank"], ("draft", None, None, "blank")),
        ("published", ["ready", "failed"], ("published", 1, None, "deadline")),
        ("published", ["ready", "queued"], ("published", 1, 2, None)),
        ("archived", ["ready"], ("archived", 1, None, None)),
        ("archived", ["queued"], ("draft", None, None, None)),
        ("draft", ["ready"], ("draft", None, None, None)),
    ],
)
def test_shaders_from_before_publication_was_a_wish(
    database_url: str, status: str, renders: list[str], after: tuple[object, ...]
) -> None:
    with connect(database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        texts = {path.stem: path.read_text() for path in sorted((ROOT / "db/migrations").glob("*.sql"))}
        for name in _BEFORE_PUBLICATION:
            connection.execute(texts[name].encode())
        first = None if status == "draft" else 1
        values = {"title": "Old", "status": status, "version": len(renders), "first": first}
        row = connection.execute(_OLD_SHADER, values).fetchone()
        assert row
        for n, made in enumerate(renders, 1):
            connection.execute("INSERT INTO versions (shader_id, n, project) VALUES (%s, %s, '{}')", [row[0], n])
            became, facets = ("ready", '{"blank": true}') if made == "blank" else (made, "{}")
            reason = "deadline" if made == "failed" else None
            connection.execute(_OLD_RENDER, [row[0], n, became, reason, became, facets])
        for name in [name for name in texts if name not in _BEFORE_PUBLICATION]:
            connection.execute(f"BEGIN; {texts[name]}; COMMIT".encode())
        statement = "SELECT status, public_version, wish, refusal->>'reason' FROM shaders"
        assert connection.execute(statement).fetchone() == after
