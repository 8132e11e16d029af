"""The reconciler: every second it rings for rows that are due and that nobody works on, and now and then it cleans up.

Any number may run; an advisory lock lets one act at a time.
"""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from functions.reconcile.figures import Figures
from shared.errors import Problem
from shared.heartbeat import heartbeat
from shared.log import get_logger
from shared.metrics import REGISTRY, Counter
from shared.renders import operations as renders
from shared.settings import Config
from shared.stores.db import Connection, Database, queries, wait_for_storage
from shared.stores.queue import Bell
from shared.stores.storage import Storage, StorageError, create_storage

TICK = 1.0
PAUSE = timedelta(seconds=3)
"""A row is not rung for again so soon."""
BATCH = 32
_LOCK = 7_201_003
_NOBODY = UUID(int=0)

_RENDERS = queries("shared.renders")
_USERS = queries("shared.users")
_RINGS = Counter("fractafrag_rings", "Rows rung for again since nobody worked on them.", ["queue"])
_REMAKES = Counter("fractafrag_remakes", "Stored pictures found missing or damaged, and made again.")
log = get_logger()
T = TypeVar("T")


@dataclass(slots=True)
class Reconciler:
    """What one tick works with, and where the audit of stored pictures stands."""

    db: Database
    bell: Bell
    storage: Storage
    audited: tuple[UUID, str] = (_NOBODY, "")

    def tick(self, n: int) -> None:
        """One round: ring; every 2 s empty the garbage; every 10 s audit; every minute expire and sweep."""
        self._alone(self.ring)
        if n % 2 == 0:
            self._alone(self.empty_garbage)
        if n % 10 == 0:
            self.audit()
        if n % 60 == 0:
            self._alone(self.sweep)

    def _alone(self, act: Callable[[Connection], T]) -> T | None:
        """What the act returns; None where somebody else is acting."""
        with self.db.transaction() as connection:
            row = connection.execute("SELECT pg_try_advisory_xact_lock(%s) AS mine", [_LOCK]).fetchone()
            return act(connection) if row and row["mine"] else None

    def ring(self, connection: Connection) -> None:
        """Rings for renders that are due, and for pictures without a description."""
        values = {"pause": PAUSE, "limit": BATCH}
        due = connection.execute(_RENDERS.due, values).fetchall()
        for row in due:
            if not self.bell.ring(renders.QUEUE, row["id"]):
                break
            _RINGS.labels(renders.QUEUE).inc()
        undescribed = connection.execute(_RENDERS.undescribed, {**values, "limit": 1}).fetchall()
        for row in undescribed:
            if self.bell.ring("describe", row["id"]):
                _RINGS.labels("describe").inc()
        if due:
            log.info("rang again", renders=len(due))

    def empty_garbage(self, connection: Connection) -> None:
        """Deletes pictures that no render refers to."""
        wait_for_storage(connection)
        for row in connection.execute(_RENDERS.garbage, {"limit": 200}).fetchall():
            connection.execute(_RENDERS.lock_key, row)
            answer = connection.execute(_RENDERS.is_garbage, row).fetchone()
            if answer and answer["yes"]:
                self.storage.delete(row["key"])
            connection.execute(_RENDERS.keep, row)

    def audit(self) -> None:
        """Looks whether a slice of the stored pictures is there in its size; what is not is made again.

        Outside of any transaction, since a slow storage may take its time with each of them.
        """
        for row in self._alone(self._slice) or ():
            if self.storage.size(row["key"]) != row["size"]:
                with self.db.transaction() as connection:
                    self._look_again(connection, row)

    def _slice(self, connection: Connection) -> list[dict[str, Any]]:
        values = {"after": self.audited[0], "after_name": self.audited[1], "limit": 200}
        rows = connection.execute(_RENDERS.audit, values).fetchall()
        self.audited = (rows[-1]["id"], rows[-1]["name"]) if len(rows) == 200 else (_NOBODY, "")
        return rows

    def _look_again(self, connection: Connection, row: dict[str, Any]) -> None:
        """Under the key's lock, so that a worker that is just storing it has committed."""
        wait_for_storage(connection)
        connection.execute(_RENDERS.lock_key, row)
        current = connection.execute(_RENDERS.output_at, row).fetchone()
        if current and self.storage.size(row["key"]) != current["size"]:
            self.storage.delete(row["key"])
            again = connection.execute(_RENDERS.make_again, row).rowcount > 0
            log.warning("picture missing or damaged", render=str(row["id"]), key=row["key"], made_again=again)
            _REMAKES.inc(int(again))

    def sweep(self, connection: Connection) -> None:
        """What time has made worthless: expired renders, spent tokens, unfinished files."""
        connection.execute(_RENDERS.expire)
        connection.execute(_USERS.sweep)
        self.storage.sweep(older_than=3600)


def serve(config: Config) -> None:
    """Ticks until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    storage = create_storage(config.storage_url, config.aws_endpoint_url)
    db = Database(config.database_url, max_size=3)
    REGISTRY.register(Figures(db))
    reconciler = Reconciler(db, Bell(config.redis_url), storage)
    n = 0
    log.info("started", tick=TICK)
    while not ended.wait(TICK):
        heartbeat.beat()
        try:
            reconciler.tick(n)
        except (Problem, StorageError) as error:
            log.warning("tick failed", error=str(error))
        n += 1
    log.info("stopped", ticks=n)
