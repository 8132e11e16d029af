"""Votes: one a person and shader, counted on the shader."""

from uuid import UUID

from shared.request import Request
from shared.shaders import operations as shaders
from shared.stores.db import one, queries

_SQL = queries("shared.votes")


def vote(request: Request, shader: UUID, value: int) -> dict[str, int]:
    """Casts (1, -1) or withdraws (0) the user's vote; returns `{up, down, my_vote}`. Raises NotFound.

    The shader's row is locked from before the vote to the count, so that parallel votes are all counted.
    """
    shaders.lock_visible(request, shader)
    values = {"shader": shader, "user": request.signed_in.id, "value": value}
    request.connection.execute(_SQL.cast if value else _SQL.withdraw, values)
    counts = one(request.connection, _SQL.count, values)
    shaders.set_votes(request.connection, shader, counts["up"], counts["down"])
    return {**counts, "my_vote": value}
