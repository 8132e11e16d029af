"""Versions: every save of a shader, never changed."""

from typing import Any
from uuid import UUID

from shared import lists
from shared.errors import NotFound
from shared.request import Request
from shared.stores.db import Connection, Vector, json, one, queries

_SQL = queries("shared.versions")


def add(connection: Connection, shader: UUID, n: int, project: dict[str, Any]) -> None:
    """Keeps a project as the shader's version n."""
    connection.execute(_SQL.add, {"shader": shader, "n": n, "project": json(project)})


def bytes_of_author(connection: Connection, author: UUID) -> int:
    """Bytes that all versions of a user's shaders take, as they are stored."""
    return one(connection, _SQL.bytes_of_author, {"author": author})["bytes"]


def mark_public(connection: Connection, shader: UUID, n: int) -> None:
    """From now on others may see this version, also once a later one is public."""
    connection.execute(_SQL.mark_public, {"shader": shader, "n": n})


def project_of(connection: Connection, shader: UUID, n: int) -> dict[str, Any]:
    """The project of a version that there is."""
    return one(connection, _SQL.project, {"shader": shader, "n": n})["project"]


def list_of_shader(request: Request, shader: UUID, seen: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    """A page of `{n, created_at, render}`, newest first. seen: whether it is one's `own`, from shaders.visible."""
    (after,) = lists.decode("versions", page.get("cursor"), (int,)) or (None,)
    values = {"shader": shader, "own": seen["own"], "after": after, "limit": page["limit"] + 1}
    rows = request.connection.execute(_SQL.of_shader, values).fetchall()
    return lists.page(rows, page["limit"], "versions", "n")


def read(request: Request, shader: UUID, seen: dict[str, Any], n: int) -> dict[str, Any]:
    """`{n, created_at, project, render}` of a version that may be seen. seen: as above. Raises NotFound."""
    values = {"shader": shader, "own": seen["own"], "n": n}
    row = request.connection.execute(_SQL.read, values).fetchone()
    if row is None:
        raise NotFound("This shader has no such version.")
    return row["document"]


def set_style(connection: Connection, shader: UUID, n: int, style: Vector) -> None:
    """Keeps the numbers that `describe` found for how a version looks."""
    connection.execute(_SQL.set_style, {"shader": shader, "n": n, "style": style})
