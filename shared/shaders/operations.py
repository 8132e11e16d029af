"""Shaders: create, read, list, save, fork, delete."""

from typing import Any
from uuid import UUID

from shared import lists
from shared.errors import Forbidden, Invalid, NotFound
from shared.project.normalise import normalise
from shared.renders import operations as renders
from shared.request import Request
from shared.stores.db import Connection, json, one, queries
from shared.versions import operations as versions

_NO_FORKS = ("LicenseRef-All-Rights-Reserved",)
_WORDS = ("title", "description", "tags", "license", "credits", "origin", "status")
"""What a save changes without making a version."""
_ORDERS: dict[str, tuple[str, lists.Part]] = {
    "new": ("published_at", lists.timestamp),
    "trending": ("hot", float),
    "top": ("wilson", float),
}
"""Order of a list -> the column that it goes by, and how a cursor's value of it is read."""

_SQL = queries("shared.shaders")


def create(request: Request, values: dict[str, Any], forked_from: UUID | None = None) -> UUID:
    """A new shader with its first version, whose render is queued; returns its id. values: a loaded NewShader."""
    words = {name: values[name] for name in _WORDS}
    row = one(
        request.connection,
        _SQL.create,
        {**words, "author": request.signed_in.id, "forked_from": forked_from, "origin": _origin(words)},
    )
    _add_version(request, row["id"], 1, values["project"])
    return row["id"]


def _add_version(request: Request, shader: UUID, n: int, project: dict[str, Any]) -> None:
    versions.add(request.connection, shader, n, project)
    renders.queue_version(request, shader, n, project)


def _origin(words: dict[str, Any]) -> Any:
    return None if words["origin"] is None else json(words["origin"])


def read(request: Request, shader: UUID) -> dict[str, Any]:
    """One shader with its project; `my_vote` too when signed in. Raises NotFound, also for others' drafts."""
    row = request.connection.execute(_SQL.read, {"id": shader, "user": request.user_id}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    return row["document"]


def visible(request: Request, shader: UUID) -> dict[str, Any]:
    """`{id, author_id, status, version, title, first}` if the user may see it. Raises NotFound."""
    row = request.connection.execute(_SQL.visible, {"id": shader, "user": request.user_id}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    return row


def lock_visible(request: Request, shader: UUID) -> None:
    """Locks the shader's row, if the user may see it, until the end of the transaction. Raises NotFound."""
    if request.connection.execute(_SQL.lock_visible, {"id": shader, "user": request.user_id}).fetchone() is None:
        raise NotFound("There is no such shader.")


def set_votes(connection: Connection, shader: UUID, up: int, down: int) -> None:
    """Keeps how many votes a shader has, which its score comes from. The caller holds the row."""
    connection.execute(_SQL.set_votes, {"id": shader, "up": up, "down": down})


def list_published(request: Request, query: dict[str, Any]) -> dict[str, Any]:
    """A page of published shaders. query: a loaded Listing."""
    order = query["sort"]
    column, kind = _ORDERS[order]
    after, after_id = lists.decode(order, query.get("cursor"), (kind, UUID)) or (None, None)
    tags = [tag.strip().lower() for tag in query.get("tags", "").split(",") if tag.strip()]
    values = {"after": after, "after_id": after_id, "tags": tags or None, "q": query.get("q") or None}
    statement = getattr(_SQL, f"list_{order}")
    rows = request.connection.execute(statement, {**values, "limit": query["limit"] + 1}).fetchall()
    return lists.page(rows, query["limit"], order, column, "id")


def list_own(request: Request, page: dict[str, Any]) -> dict[str, Any]:
    """A page of the user's own shaders, drafts too, newest first. page: a loaded lists.Page."""
    after, after_id = lists.decode("mine", page.get("cursor"), (lists.timestamp, UUID)) or (None, None)
    values = {"user": request.signed_in.id, "after": after, "after_id": after_id, "limit": page["limit"] + 1}
    rows = request.connection.execute(_SQL.list_mine, values).fetchall()
    return lists.page(rows, page["limit"], "mine", "created_at", "id")


def similar(request: Request, shader: UUID, limit: int) -> dict[str, Any]:
    """Published shaders whose pictures look most like this one's; none until it has been described."""
    visible(request, shader)
    rows = request.connection.execute(_SQL.similar, {"id": shader, "limit": limit}).fetchall()
    return {"items": [row["document"] for row in rows], "next": None}


def _lock_own(request: Request, shader: UUID) -> dict[str, Any]:
    visible(request, shader)
    row = request.connection.execute(_SQL.lock, {"id": shader}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    if row["author_id"] != request.signed_in.id:
        raise Forbidden("Only its author may change this shader. Fork it to make it yours.")
    return row


def save(request: Request, shader: UUID, changes: dict[str, Any]) -> bool:
    """Applies changes: a loaded Changes. Another project makes a new version, whose render is queued; returns whether."""
    row = _lock_own(request, shader)
    if changes.get("status") == "draft" and row["status"] != "draft":
        message = "A published shader can be archived, not made a draft again."
        raise Invalid(message, errors=[{"field": "status", "message": message}])
    project = changes.get("project")
    changed = project is not None and not _is_current(request, row, project)
    version = row["version"] + int(changed)
    words = {name: changes.get(name, row[name]) for name in _WORDS}
    if project and changed:
        _add_version(request, shader, version, project)
    values = {"id": shader, "version": version, **words, "origin": _origin(words)}
    request.connection.execute(_SQL.update, values)
    return changed


def _is_current(request: Request, row: dict[str, Any], project: dict[str, Any]) -> bool:
    """Whether it is the project of the shader's version; what was saved long ago may not be in today's form."""
    return project == normalise(versions.project_of(request.connection, row["id"], row["version"]))


def fork(request: Request, shader: UUID) -> UUID:
    """A draft of the user's own with the same project, tags, licence, credits and origin; returns its id.

    Raises Forbidden where the licence says no.
    """
    source = read(request, shader)
    if source["license"] in _NO_FORKS and source["author"]["username"] != request.signed_in.username:
        raise Forbidden("The author reserves all rights: this shader can be looked at, not forked.")
    kept = ("description", "tags", "license", "credits", "origin", "project")
    values = {name: source[name] for name in kept}
    title = f"{source['title'][:113]} (fork)"
    return create(request, {**values, "title": title, "status": "draft"}, forked_from=shader)


def delete(request: Request, shader: UUID) -> None:
    """The shader, its versions and pictures are gone; forks of it stay."""
    _lock_own(request, shader)
    request.connection.execute(_SQL.delete, {"id": shader})


def ids_by_title(request: Request) -> dict[str, UUID]:
    """The user's own shaders: title -> id."""
    rows = request.connection.execute(_SQL.by_author, {"author": request.signed_in.id}).fetchall()
    return {row["title"]: row["id"] for row in rows}


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many shaders there are; reads the table through."""
    return {row["status"]: row["n"] for row in connection.execute(_SQL.count_by_status).fetchall()}
