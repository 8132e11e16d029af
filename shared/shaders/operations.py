"""Shaders and their versions: create, read, list, save, fork, delete."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, pre_load, validate

from shared import lists
from shared.auth.operations import User
from shared.errors import Forbidden, Invalid, NotFound
from shared.project.schema import Source
from shared.renders import operations as renders
from shared.stores.db import Connection, json, one, queries

_SQL = queries("shared.shaders")

DEFAULT_LICENSE = "CC-BY-NC-SA-4.0"
LICENSES = (
    "CC0-1.0",
    "MIT",
    "Apache-2.0",
    "GPL-3.0-or-later",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    DEFAULT_LICENSE,
    "LicenseRef-All-Rights-Reserved",
)
_NO_FORKS = ("LicenseRef-All-Rights-Reserved",)
_ORDERS: dict[str, tuple[str, lists.Part]] = {
    "new": ("published_at", lists.timestamp),
    "trending": ("hot", float),
    "top": ("wilson", float),
}


class Words(Schema):
    """What people say about a shader."""

    title = fields.String(validate=validate.Length(1, 120))
    description = fields.String(validate=validate.Length(max=5000))
    tags = fields.List(
        fields.String(validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,31}\Z", error="Use a-z, 0-9 and -, up to 32.")),
        validate=validate.Length(max=12),
    )
    license = fields.String(validate=validate.OneOf(LICENSES), metadata={"description": "SPDX id"})

    @pre_load
    def trim(self, data: Any, **_: Any) -> Any:
        """Spaces around a title and capitals in tags are slips."""
        if not isinstance(data, dict):
            return data
        trimmed: dict[str, Any] = {**data}
        if isinstance(trimmed.get("title"), str):
            trimmed["title"] = trimmed["title"].strip()
        if isinstance(trimmed.get("tags"), list):
            tags = [tag.strip().lower() if isinstance(tag, str) else tag for tag in trimmed["tags"]]
            trimmed["tags"] = list(dict.fromkeys(tags)) if all(isinstance(tag, str) for tag in tags) else tags
        return trimmed


class NewShader(Words, Source):
    """A shader to create."""

    title = fields.String(required=True, validate=validate.Length(1, 120))
    description = fields.String(load_default="", validate=validate.Length(max=5000))
    license = fields.String(load_default=DEFAULT_LICENSE, validate=validate.OneOf(LICENSES))
    status = fields.String(load_default="draft", validate=validate.OneOf(["draft", "published"]))


class Changes(Words, Source):
    """What to change of a shader; what is not there stays."""

    source_required = False
    status = fields.String(validate=validate.OneOf(["draft", "published", "archived"]))


class Listing(lists.Page):
    """Which shaders, in which order."""

    sort = fields.String(load_default="new", validate=validate.OneOf(list(_ORDERS)))
    q = fields.String(validate=validate.Length(max=200), metadata={"description": "words to search for"})
    tags = fields.String(validate=validate.Length(max=400), metadata={"description": "all of these, by commas"})


@dataclass(frozen=True, slots=True)
class Saved:
    """A shader after a change, and the render that the change queued, if any."""

    id: UUID
    render: UUID | None


def create(
    connection: Connection,
    user: User,
    values: dict[str, Any],
    request_id: str | None = None,
    forked_from: UUID | None = None,
) -> Saved:
    """A new shader, its first version and its queued render. values: a loaded NewShader."""
    row = one(
        connection,
        _SQL.create,
        {
            "author": user.id,
            "title": values["title"],
            "description": values["description"],
            "tags": values.get("tags", []),
            "license": values["license"],
            "status": values["status"],
            "forked_from": forked_from,
            "project": json(values["project"]),
        },
    )
    saved = row["id"], 1
    return Saved(row["id"], renders.queue_version(connection, saved, values["project"], user, request_id))


def read(connection: Connection, shader: UUID, user: User | None) -> dict[str, Any]:
    """One shader with its project; `my_vote` too when signed in. Raises NotFound, also for others' drafts."""
    row = connection.execute(_SQL.read, {"id": shader, "user": user and user.id}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    return row["document"]


def visible(connection: Connection, shader: UUID, user: User | None) -> dict[str, Any]:
    """`{id, author_id, status, version, title, first}` if the user may see it. Raises NotFound."""
    row = connection.execute(_SQL.visible, {"id": shader, "user": user and user.id}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    return row


def list_published(connection: Connection, query: dict[str, Any]) -> dict[str, Any]:
    """A page of published shaders. query: a loaded Listing."""
    order = query["sort"]
    column, kind = _ORDERS[order]
    after, after_id = lists.decode(order, query.get("cursor"), (kind, UUID)) or (None, None)
    tags = [tag.strip().lower() for tag in query.get("tags", "").split(",") if tag.strip()]
    values = {"after": after, "after_id": after_id, "tags": tags or None, "q": query.get("q") or None}
    statement = getattr(_SQL, f"list_{order}")
    rows = connection.execute(statement, {**values, "limit": query["limit"] + 1}).fetchall()
    return lists.page(rows, query["limit"], order, column, "id")


def list_mine(connection: Connection, user: User, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of the user's own shaders, drafts too, newest first."""
    after, after_id = lists.decode("mine", cursor, (lists.timestamp, UUID)) or (None, None)
    values = {"user": user.id, "after": after, "after_id": after_id, "limit": limit + 1}
    rows = connection.execute(_SQL.list_mine, values).fetchall()
    return lists.page(rows, limit, "mine", "created_at", "id")


def similar(connection: Connection, shader: UUID, user: User | None, limit: int) -> dict[str, Any]:
    """Published shaders whose pictures look most like this one's; none until it has been described."""
    visible(connection, shader, user)
    rows = connection.execute(_SQL.similar, {"id": shader, "limit": limit}).fetchall()
    return {"items": [row["document"] for row in rows], "next": None}


def _own(connection: Connection, shader: UUID, user: User) -> dict[str, Any]:
    visible(connection, shader, user)
    row = connection.execute(_SQL.lock, {"id": shader}).fetchone()
    if row is None:
        raise NotFound("There is no such shader.")
    if row["author_id"] != user.id:
        raise Forbidden("Only its author may change this shader. Fork it to make it yours.")
    return row


def save(
    connection: Connection, shader: UUID, user: User, changes: dict[str, Any], request_id: str | None = None
) -> Saved:
    """Applies changes: a loaded Changes. Another project makes a new version and queues its render."""
    row = _own(connection, shader, user)
    if changes.get("status") == "draft" and row["status"] != "draft":
        message = "A published shader can be archived, not made a draft again."
        raise Invalid(message, errors=[{"field": "status", "message": message}])
    project = changes.get("project", row["project"])
    changed = project != row["project"]
    version = row["version"] + 1 if changed else row["version"]
    if changed:
        connection.execute(_SQL.add_version, {"id": shader, "n": version, "project": json(project)})
    names = ("title", "description", "tags", "license", "status")
    words = {name: changes.get(name, row[name]) for name in names}
    connection.execute(_SQL.update, {"id": shader, "version": version, **words})
    render = renders.queue_version(connection, (shader, version), project, user, request_id) if changed else None
    return Saved(shader, render)


def fork(connection: Connection, shader: UUID, user: User, request_id: str | None = None) -> Saved:
    """A draft of the user's own with the same project, licence and tags. Raises Forbidden where the licence says no."""
    source = read(connection, shader, user)
    if source["license"] in _NO_FORKS and source["author"]["username"] != user.username:
        raise Forbidden("The author reserves all rights: this shader can be looked at, not forked.")
    values = {name: source[name] for name in ("description", "tags", "license", "project")}
    title = f"{source['title'][:113]} (fork)"
    return create(connection, user, {**values, "title": title, "status": "draft"}, request_id, forked_from=shader)


def delete(connection: Connection, shader: UUID, user: User) -> None:
    """The shader, its versions and pictures are gone; forks of it stay."""
    _own(connection, shader, user)
    connection.execute(_SQL.delete, {"id": shader})


def list_versions(
    connection: Connection, shader: UUID, user: User | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of `{n, created_at, render}`, newest first."""
    first = visible(connection, shader, user)["first"]
    (after,) = lists.decode("versions", cursor, (int,)) or (None,)
    rows = connection.execute(
        _SQL.versions, {"id": shader, "first": first, "after": after, "limit": limit + 1}
    ).fetchall()
    return lists.page(rows, limit, "versions", "n")


def read_version(connection: Connection, shader: UUID, n: int, user: User | None) -> dict[str, Any]:
    """`{n, created_at, project, render}`. Raises NotFound."""
    first = visible(connection, shader, user)["first"]
    row = connection.execute(_SQL.version, {"id": shader, "first": first, "n": n}).fetchone()
    if row is None:
        raise NotFound("This shader has no such version.")
    return row["document"]
