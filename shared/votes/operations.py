"""Votes: one a person and shader, counted on the shader."""

from uuid import UUID

from shared.auth.operations import User
from shared.errors import NotFound
from shared.stores.db import Connection, one, queries

_SQL = queries("shared.votes")


def vote(connection: Connection, shader: UUID, user: User, value: int) -> dict[str, int]:
    """Casts (1, -1) or withdraws (0) the user's vote; returns `{up, down, my_vote}`. Raises NotFound."""
    values = {"shader": shader, "user": user.id, "value": value}
    if connection.execute(_SQL.lock, values).fetchone() is None:
        raise NotFound("There is no such shader.")
    connection.execute(_SQL.cast if value else _SQL.withdraw, values)
    row = one(connection, _SQL.count, values)
    return {"up": row["up"], "down": row["down"], "my_vote": value}
