"""The lease on a render: renewed while the work goes on, proved before every commit."""

import contextvars
import threading
from datetime import timedelta
from types import TracebackType
from typing import Any

from shared.errors import Problem
from shared.log import get_logger
from shared.stores.db import Connection, Database, queries

LEASE = timedelta(seconds=4)
RENEWAL = 1.0
"""Seconds between renewals: three may fail before the lease runs out."""

_SQL = queries("shared.renders")
log = get_logger()


class LeaseLost(Exception):
    """Another worker has the render now; nothing of ours may be committed."""


class Lease:
    """Keeps a claimed row ours, from a thread, until the block ends."""

    def __init__(self, db: Database, row: dict[str, Any]):
        self._db = db
        self._values = {"id": row["id"], "fence": row["fence"], "lease": LEASE}
        self._ended = threading.Event()
        here = contextvars.copy_context()  # the thread's log lines belong to this render's request, too
        self._thread = threading.Thread(target=here.run, args=(self._renew,), name="lease", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEWAL):
            try:
                with self._db.transaction() as connection:
                    connection.execute(_SQL.renew, self._values)
            except Problem as error:
                log.warning("lease not renewed", error=str(error))

    def hold(self, connection: Connection) -> dict[str, Any]:
        """Locks the row for this transaction and returns the fence's values. Raises LeaseLost."""
        if connection.execute(_SQL.hold, self._values).fetchone() is None:
            raise LeaseLost(str(self._values["id"]))
        return self._values
