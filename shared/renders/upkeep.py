"""Looks after stored pictures: finds what is missing, has it made again, deletes what nothing refers to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared import log
from shared.renders.claims import lock_key
from shared.renders.operations import QUEUE
from shared.request import Request
from shared.stores.db import Connection, queries, wait_for_storage
from shared.stores.storage import Storage

MAX_KEPT = 500
"""Settled ad hoc renders of one user, or of one address, that are kept for their day."""
NOBODY = UUID(int=0)
"""Before every render."""
_SLICE = 200
"""Rows that are looked at in one go."""

_SQL = queries("shared.renders")
logger = log.get_logger()


@dataclass(frozen=True, slots=True)
class Position:
    """Where the audit of all outputs stands: behind this one."""

    render: UUID = NOBODY
    name: str = ""


def remake(request: Request, render: UUID, key: str) -> bool:
    """A picture is missing or damaged: deletes what is left of it, and has all outputs of its render made again.

    False for a render that was made again too often already, and for an ad hoc one: that is gone, as it would be after its
    day, since its source is not kept. The caller holds the render and the key's lock.
    """
    request.services.storage.delete(key)
    again = request.connection.execute(_SQL.make_again, {"id": render}).rowcount > 0
    if again:
        request.ring(QUEUE, render)
    else:
        request.connection.execute(_SQL.forget, {"id": render})
    logger.warning("picture missing or damaged", render=str(render), key=key, made_again=again)
    return again


def next_slice(connection: Connection, after: Position) -> tuple[list[dict[str, Any]], Position]:
    """The next outputs to look after, `{id, name, key, size}`, and where to go on; at the end from the beginning."""
    values = {"after": after.render, "after_name": after.name, "limit": _SLICE}
    rows = connection.execute(_SQL.audit, values).fetchall()
    full = len(rows) == _SLICE
    return rows, Position(rows[-1]["id"], rows[-1]["name"]) if full else Position()


def remake_if_missing(request: Request, row: dict[str, Any]) -> bool | None:
    """Looks again at an output of a slice, under its key's lock, so that a worker that is just storing it has committed.

    None when it is there in its size, else whether it is being made again.
    """
    wait_for_storage(request.connection)
    request.connection.execute(_SQL.lock, row)
    lock_key(request.connection, row["key"])
    current = request.connection.execute(_SQL.output_at, row).fetchone()
    if current is None or request.services.storage.size(row["key"]) == current["size"]:
        return None
    return remake(request, row["id"], row["key"])


def empty_garbage(connection: Connection, storage: Storage) -> None:
    """Deletes pictures that no render refers to."""
    wait_for_storage(connection)
    rows = connection.execute(_SQL.garbage, {"limit": _SLICE}).fetchall()
    for row in sorted(rows, key=lambda row: row["key"]):
        lock_key(connection, row["key"])
        answer = connection.execute(_SQL.is_garbage, row).fetchone()
        if answer and answer["yes"]:
            storage.delete(row["key"])
        connection.execute(_SQL.not_garbage, row)


def expire(connection: Connection) -> None:
    """Removes ad hoc renders whose day is over, and of each user's and address's all but the newest MAX_KEPT."""
    connection.execute(_SQL.expire)
    connection.execute(_SQL.expire_oldest, {"most": MAX_KEPT})
