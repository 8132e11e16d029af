"""The registry of workers: whoever wakes, scales or measures them reads it here.

A worker's name is also that of its folder in functions/, its RQ queue, its service and its image. What there is to do
stands in Postgres; a job on the queue only says "do what is due, this row first" (shared/stores/queue.py).

To add one: a folder in functions/, an entry here, a test. `reconcile`, the metrics, compose and Kubernetes follow.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.stores.db import Connection, queries

_RENDERS = queries("shared.renders")


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker function, and the statements that say what waits for it.

    due: with `pause` and `limit`, the ids of rows to wake it for, which nobody has been woken for within the pause.
    depth: one row, `due` (how many rows wait) and `oldest` (seconds for which the oldest has).
    wakes: rows that it is woken for at a time; a worker that does all of its work in one go needs one.
    rows: due rows that one copy clears in a few seconds, by which their number is scaled.
    """

    name: str
    due: str
    depth: str
    wakes: int
    rows: int

    def due_rows(self, connection: Connection, pause: timedelta) -> list[UUID]:
        """Rows to wake the worker for."""
        values: dict[str, Any] = {"pause": pause, "limit": self.wakes}
        return [row["id"] for row in connection.execute(self.due, values).fetchall()]  # type: ignore[arg-type]  # our own statements

    def waiting(self, connection: Connection) -> tuple[int, float]:
        """How many rows wait, and seconds for which the oldest has."""
        row = connection.execute(self.depth).fetchone()  # type: ignore[arg-type]  # our own statements
        return (row["due"], row["oldest"]) if row else (0, 0.0)


WORKERS = {
    worker.name: worker
    for worker in (
        Worker("render", due=_RENDERS.due, depth=_RENDERS.depth, wakes=32, rows=4),
        Worker("describe", due=_RENDERS.undescribed, depth=_RENDERS.undescribed_depth, wakes=1, rows=50),
    )
}
"""By name."""
