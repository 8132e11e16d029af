"""The reconciler: every second it wakes workers for rows that are due and that nobody works on, and now and then it cleans up.

Any number may run; an advisory lock lets one act at a time.
"""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from functions.reconcile.figures import Figures
from shared import log
from shared.auth import operations as auth
from shared.errors import Problem
from shared.heartbeat import heartbeat
from shared.http import idempotency
from shared.metrics import REGISTRY, Counter
from shared.renders import upkeep
from shared.request import Request, Services
from shared.settings import Config
from shared.shaders import operations as shaders
from shared.shaders import publication
from shared.stores.storage import StorageError
from shared.work import WORKERS

TICK = 1.0
"""Seconds between two rounds."""
PAUSE = timedelta(seconds=3)
"""Nobody is woken for a row again so soon."""
_LOCK = 7_201_003

_RINGS = Counter("fractafrag_rings", "Rows rung for again since nobody worked on them.", ["queue"])
_REMAKES = Counter("fractafrag_remakes", "Stored pictures found missing or damaged, and made again.")
logger = log.get_logger()
T = TypeVar("T")


@dataclass(slots=True)
class Reconciler:
    """What one round works with, and where the audit of stored pictures stands."""

    services: Services
    audited: upkeep.Position = field(default_factory=upkeep.Position)

    def tick(self, n: int) -> None:
        """One round: ring; every 2 s empty the garbage; every 10 s audit, and review wishes; every minute expire and sweep."""
        self._alone(self.ring)
        if n % 2 == 0:
            self._alone(self.empty_garbage)
        if n % 10 == 0:
            self._alone(publication.review_settled)
            self.audit()
        if n % 60 == 0:
            self._alone(self.sweep)

    def _alone(self, act: Callable[[Request], T]) -> T | None:
        """What the act returns; None where somebody else is acting."""
        with self.services.request() as request:
            row = request.connection.execute("SELECT pg_try_advisory_xact_lock(%s) AS mine", [_LOCK]).fetchone()
            return act(request) if row and row["mine"] else None

    def ring(self, request: Request) -> None:
        """Wakes the workers for rows that are due and that nobody works on, once their locks are released."""
        for worker in WORKERS.values():
            due = worker.due_rows(request.connection, PAUSE)
            if due:
                request.after_commit(partial(self._wake, worker.name, due))

    def _wake(self, worker: str, rows: list[UUID]) -> None:
        rung = 0
        while rung < len(rows) and self.services.bell.ring(worker, rows[rung]):
            rung += 1
        _RINGS.labels(worker).inc(rung)
        logger.info("rang again", queue=worker, rows=rung)

    def empty_garbage(self, request: Request) -> None:
        """Deletes pictures that no render refers to."""
        upkeep.empty_garbage(request.connection, self.services.storage)

    def audit(self) -> None:
        """Looks whether a slice of the stored pictures is there in its size; what is not is made again.

        Outside of any transaction, since a slow storage may take its time with each of them.
        """
        for row in self._alone(self._slice) or ():
            if self.services.storage.size(row["key"]) != row["size"]:
                with self.services.request() as request:
                    remade = upkeep.remake_if_missing(request, row)
                _REMAKES.inc(int(bool(remade)))

    def _slice(self, request: Request) -> list[dict[str, Any]]:
        rows, self.audited = upkeep.next_slice(request.connection, self.audited)
        return rows

    def sweep(self, request: Request) -> None:
        """What time has made worthless: expired renders, spent tokens, old idempotency keys, deletions of long ago, unfinished files."""
        upkeep.expire(request.connection)
        auth.sweep(request.connection)
        idempotency.sweep(request.connection)
        shaders.forget_deleted(request.connection)
        self.services.storage.sweep(older_than=3600)


def serve(config: Config) -> None:
    """Ticks until SIGTERM or SIGINT."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    services = Services(config, connections=3)
    REGISTRY.register(Figures(services.db))
    reconciler = Reconciler(services)
    n = 0
    logger.info("started", tick=TICK)
    while not ended.wait(TICK):
        heartbeat.beat()
        try:
            reconciler.tick(n)
        except (Problem, StorageError) as error:
            logger.warning("tick failed", error=str(error))
        n += 1
    logger.info("stopped", ticks=n)
