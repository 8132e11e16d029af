"""Metrics read from Postgres when Prometheus asks: what is due, for how long, and how much there is.

Nobody is kept waiting: a reading is kept for some seconds, is made in a thread of its own, and what is not there in
time is left out, `fractafrag_database_up` 0 in its place.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from shared import log
from shared.errors import Problem
from shared.metrics import Family
from shared.renders import operations as renders
from shared.shaders import operations as shaders
from shared.stores.db import Connection, Database, limit_statements
from shared.work import WORKERS

PATIENCE = 1.0
"""Seconds that a scrape waits for new figures."""
STATEMENT_SECONDS = 2.0
"""Whoever reads metrics waits for no lock, and for no table that has grown large."""
Rows = list[dict[str, Any]]

logger = log.get_logger()


class Reading:
    """Rows that are read anew `age` seconds after the last attempt, and forgotten when they are three times as old."""

    def __init__(self, read: Callable[[], Rows], age: float, clock: Callable[[], float] = time.monotonic):
        self._read, self._age, self._clock = read, age, clock
        self._rows: Rows | None = None
        self._read_at = self._tried_at = float("-inf")
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def rows(self) -> Rows | None:
        """The rows, or None while they are unavailable."""
        with self._lock:
            at_work = self._thread is not None and self._thread.is_alive()
            if not at_work and self._clock() - self._tried_at > self._age:
                self._tried_at = self._clock()
                self._thread = threading.Thread(target=self._refresh, name="figures", daemon=True)
                self._thread.start()
            if self._thread:
                self._thread.join(PATIENCE)
            return self._rows if self._clock() - self._read_at < 3 * self._age else None

    def _refresh(self) -> None:
        try:
            self._rows = self._read()
            self._read_at = self._clock()
        except Problem as error:
            self._rows = None
            logger.warning("no figures", error=str(error))


class Figures:
    """A collector for the registry: due rows every 5 s at most, whole tables once a minute."""

    def __init__(self, db: Database):
        self._db = db
        self._due = Reading(lambda: self._read(_due), 5)
        self._stored = Reading(lambda: self._read(_stored), 60)

    def _read(self, read: Callable[[Connection], Rows]) -> Rows:
        with self._db.transaction() as connection:
            limit_statements(connection, STATEMENT_SECONDS)
            return read(connection)

    def describe(self) -> Iterable[Family]:
        """The names alone, since registering asks before there is anything to read from."""
        return self._families(None, None)

    def collect(self) -> Iterable[Family]:
        """What the registry exports."""
        return self._families(self._due.rows(), self._stored.rows())

    def _families(self, due: Rows | None, stored: Rows | None) -> Iterable[Family]:
        up = Family("fractafrag_database_up", "Whether the figures could be read from Postgres.")
        up.add_metric([], 0 if due is None else 1)
        waiting = Family("fractafrag_due", "Rows that wait for a worker.", labels=["queue"])
        oldest = Family("fractafrag_oldest_due_seconds", "For how long the oldest of them has.", labels=["queue"])
        for row in due or ():
            waiting.add_metric([row["queue"]], row["due"])
            oldest.add_metric([row["queue"]], row["oldest"])
        shaders_by = Family("fractafrag_stored_shaders", "Shaders by status.", labels=["status"])
        renders_by = Family("fractafrag_stored_renders", "Renders by status.", labels=["status"])
        for row in stored or ():
            (shaders_by if row["kind"] == "shaders" else renders_by).add_metric([row["status"]], row["n"])
        return up, waiting, oldest, shaders_by, renders_by


def _due(connection: Connection) -> Rows:
    """What waits for each worker: `{queue, due, oldest}`."""
    rows: Rows = []
    for worker in WORKERS.values():
        due, oldest = worker.waiting(connection)
        rows.append({"queue": worker.name, "due": due, "oldest": oldest})
    return rows


def _stored(connection: Connection) -> Rows:
    """How much there is: `{kind, status, n}`."""
    counts = {"shaders": shaders.count_by_status(connection), "renders": renders.count_by_status(connection)}
    return [{"kind": kind, "status": status, "n": n} for kind, by in counts.items() for status, n in by.items()]
