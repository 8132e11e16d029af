"""Idempotency keys: a repeated POST is answered with what the first one created, and creates nothing twice.

The key lives in the transaction that creates: either both are there or none. Only the address of what was created is kept.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.stores.db import Connection, queries

MAX_KEYS = 2000
"""Of one user, kept for a day at most, since each is a row of some 200 bytes. Beyond them the oldest go, within their day, too."""

_SQL = queries("shared.http")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request was answered."""

    status: int
    location: str

    @property
    def created(self) -> UUID:
        """The id of what was created."""
        return UUID(self.location.rpartition("/")[2])


def begin(connection: Connection, user: UUID, key: str, *request: str | bytes) -> Answer | None:
    """The earlier answer, or None for the first request with this key. request: what must be equal in a retry.

    Raises Invalid for a key of the wrong form, Conflict when the key came with another request.
    """
    if not 1 <= len(key) <= 200:
        raise Invalid("An Idempotency-Key has 1 to 200 characters.")
    fingerprint = hashlib.sha256(
        b"\0".join(part.encode() if isinstance(part, str) else part for part in request)
    ).digest()
    values = {"user": user, "key": key, "fingerprint": fingerprint}
    if connection.execute(_SQL.begin, values).fetchone():
        return None
    row = connection.execute(_SQL.replay, values).fetchone()
    if row is None or row["fingerprint"] != fingerprint:
        raise Conflict("This Idempotency-Key was used for another request; use a new one.")
    return Answer(row["status"], row["location"])


def finish(connection: Connection, user: UUID, key: str, answer: Answer) -> None:
    """Keeps the answer for retries; they are possible for a day, or until the user has made MAX_KEYS newer ones."""
    values = {"user": user, "key": key, "status": answer.status, "location": answer.location}
    connection.execute(_SQL.finish, values)


def sweep(connection: Connection) -> None:
    """Forgets keys that are older than a day, and of each user all but the newest MAX_KEYS, however fresh.

    A retry with a key that was forgotten creates anew.
    """
    connection.execute(_SQL.sweep)
    connection.execute(_SQL.sweep_oldest, {"most": MAX_KEYS})
