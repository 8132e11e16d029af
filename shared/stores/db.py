"""Postgres: a lazily opened pool, transactions, and the named queries of each aggregate's queries.sql."""

import atexit
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import psycopg
from pgvector import Vector
from pgvector.psycopg import register_vector
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from shared import log
from shared.errors import Invalid, Unavailable

__all__ = [
    "Connection",
    "Database",
    "UniqueViolation",
    "Vector",
    "json",
    "limit_statements",
    "one",
    "queries",
    "wait_for_storage",
]

Connection = psycopg.Connection[DictRow]
UniqueViolation = psycopg.errors.UniqueViolation

set_json_loads(orjson.loads)
set_json_dumps(orjson.dumps)

logger = log.get_logger()
_ROOT = Path(__file__).parents[2]
_OPTIONS = "-c timezone=UTC -c statement_timeout=20s -c idle_in_transaction_session_timeout=5s -c jit=off"


@cache
def queries(package: str) -> Any:
    """The statements of a package's queries.sql as attributes; each starts with a line `-- name: <attribute>`."""
    statements: dict[str, str] = {}
    for part in (_ROOT / package.replace(".", "/") / "queries.sql").read_text().split("-- name: ")[1:]:
        name, _, body = part.partition("\n")
        statements[name.strip()] = body.strip().rstrip(";")
    return SimpleNamespace(**statements)


def json(value: Any) -> Jsonb:
    """A value for a jsonb column."""
    return Jsonb(value)


def wait_for_storage(connection: Connection) -> None:
    """Lets this transaction idle for as long as three attempts at S3 take; otherwise the server ends it after 5 s."""
    connection.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")


def limit_statements(connection: Connection, seconds: float) -> None:
    """Lets no statement of this transaction take longer; 0: as long as it takes."""
    connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{int(seconds * 1000)}ms"])


def one(connection: Connection, statement: str, values: dict[str, Any]) -> dict[str, Any]:
    """The one row of a statement that always has one (INSERT ... RETURNING)."""
    row = connection.execute(cast("Any", statement), values).fetchone()
    if row is None:
        raise LookupError(f"no row from: {statement[:80]}")
    return row


def _with_vectors(connection: psycopg.Connection[Any]) -> None:
    register_vector(connection)
    connection.commit()  # it has asked the server for its types


class Database:
    """One process's connections; nothing connects before the first transaction, so a fork may come before it.

    vectors: whether pgvector's values are passed, which each new connection has to ask the server about.
    """

    def __init__(self, url: str, max_size: int = 8, *, vectors: bool = False):
        self._url = url
        self._max_size = max_size
        self._configure = _with_vectors if vectors else None
        self._lock = threading.Lock()
        self._pool: ConnectionPool[Connection] | None = None

    def _open(self) -> ConnectionPool[Connection]:
        with self._lock:
            if self._pool is None:
                pool = ConnectionPool(
                    self._url,
                    kwargs={"row_factory": dict_row, "options": _OPTIONS, "connect_timeout": 3},
                    min_size=0,
                    max_size=self._max_size,
                    max_idle=60,
                    configure=self._configure,
                    timeout=4,
                    # A restarted server is noticed here, not in the middle of a request.
                    check=ConnectionPool.check_connection,
                    open=True,
                )
                self._pool = cast("ConnectionPool[Connection]", pool)
                # At the end of a process the pool's threads are frozen, and it would wait 5 s for each of them.
                atexit.register(self.close)
            return self._pool

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """A connection in a transaction: committed at the end, rolled back on an exception.

        Raises Unavailable when the server does not answer, goes away or has waited too long for us, or when others change
        the same rows for too long; Invalid for text that it cannot hold.
        """
        try:
            with self._open().connection() as connection:
                yield connection
        except (psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled) as error:
            logger.error("statement given up", error=str(error))
            raise Unavailable("Too many changes at once; nothing was changed. Try again in a few seconds.") from error
        except (PoolTimeout, psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout) as error:
            raise Unavailable("The database is away; nothing was changed. Try again in a few seconds.") from error
        except psycopg.DataError as error:
            raise Invalid("A value cannot be stored; remove NUL and other control characters.") from error

    def close(self) -> None:
        """Gives every connection back to the server."""
        with self._lock:
            if self._pool is not None:
                atexit.unregister(self.close)
                self._pool.close()
                self._pool = None
