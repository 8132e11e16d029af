"""Which pictures wait for a description, and what became of them."""

from dataclasses import dataclass
from uuid import UUID

from shared.stores.db import Connection, queries

_SQL = queries("shared.renders")


@dataclass(frozen=True, slots=True)
class Undescribed:
    """A saved version's poster that nobody has described."""

    id: UUID
    shader_id: UUID
    version: int
    request_id: str | None
    key: str
    sha256: bytes


def claim(connection: Connection, first: str) -> Undescribed | None:
    """One undescribed poster, that of the render `first` if it is one; locked until the end of the transaction."""
    row = connection.execute(_SQL.claim_description, {"first": first}).fetchone()
    return Undescribed(**row) if row else None


def mark_described(connection: Connection, render: UUID) -> None:
    """Nothing is left to describe in this render."""
    connection.execute(_SQL.mark_described, {"id": render})
