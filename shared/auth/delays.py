"""Delays after wrong passwords, growing by name and by address, in Postgres: they outlive restarts and hold for all copies.

A name is counted as it was typed, whether there is such an account or not, so that a delay tells nothing. Sessions go on
meanwhile: whoever locks somebody's name on purpose does not sign them out.
"""

import hashlib
from dataclasses import dataclass

from shared.errors import TooMany
from shared.stores.db import Connection, one, queries

_SQL = queries("shared.auth")


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted by. free: how many are without a delay but the first; longest: of the delays, in seconds."""

    hash: bytes
    free: int
    longest: int

    @property
    def values(self) -> dict[str, object]:
        """What the statements are told."""
        return {"subject": self.hash, "free": self.free, "longest": self.longest}


def by_name(login: str) -> Subject:
    """A name or email address as it was typed, in whatever case."""
    return Subject(_hash("name", login.casefold()), free=5, longest=15 * 60)


def by_client(client: str | None) -> Subject:
    """A client's network, as Request.client names it; many people may share it, so it has more tries and shorter delays."""
    return Subject(_hash("client", client or ""), free=100, longest=60)


def check(connection: Connection, name: Subject, client: Subject) -> None:
    """Lets one try go on, alone until the end of the transaction. Raises TooMany while there is a delay."""
    connection.execute(_SQL.alone, name.values)
    seconds = one(connection, _SQL.wait, {"subjects": [name.hash, client.hash]})["seconds"]
    if seconds:
        raise TooMany(f"Too many wrong passwords. Try again in {seconds} s.", retry_after=seconds)


def count_failure(connection: Connection, *subjects: Subject) -> None:
    """One wrong password more, to be committed."""
    for subject in sorted(subjects, key=lambda subject: subject.hash):
        connection.execute(_SQL.count_failure, subject.values)


def forgive(connection: Connection, *names: Subject) -> None:
    """Starts anew after a right password."""
    connection.execute(_SQL.forgive, {"subjects": [name.hash for name in names]})


def sweep(connection: Connection) -> None:
    """Forgets failures that are older than a day."""
    connection.execute(_SQL.sweep_failures)


def _hash(kind: str, text: str) -> bytes:
    return hashlib.sha256(f"{kind}\0{text}".encode()).digest()
