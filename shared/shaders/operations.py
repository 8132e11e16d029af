"""Shaders: create, read, list, save, fork, delete."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from shared import lists
from shared.errors import Forbidden, Gone, Invalid, NotFound, Outdated, TooLarge
from shared.project.normalise import normalise
from shared.renders import operations as renders
from shared.request import Request
from shared.shaders import licences, publication
from shared.stores.db import Connection, json, one, queries
from shared.versions import operations as versions

_WORDS = ("title", "description", "tags", "license", "credits", "origin")
"""What a save changes without making a version."""
_ORDERS: dict[str, tuple[str, lists.Part]] = {
    "new": ("published_at", lists.timestamp),
    "trending": ("hot", float),
    "top": ("wilson", float),
}
"""Order of a list -> the column that it goes by, and how a cursor's value of it is read."""

_SQL = queries("shared.shaders")


def create(request: Request, values: dict[str, Any], forked_from: UUID | None = None) -> UUID:
    """A new draft with its first version, whose render is queued; returns its id. values: a loaded NewShader.

    With the status `published` it becomes public once its picture is there.
    """
    renders.lock_quota(request)
    words = {name: values[name] for name in _WORDS}
    wish = 1 if values["status"] == "published" else None
    more = {"author": request.signed_in.id, "forked_from": forked_from, "wish": wish}
    row = one(request.connection, _SQL.create, {**words, **more, "origin": _optional(words["origin"])})
    _add_version(request, row["id"], 1, values["project"])
    publication.review(request, row["id"], 1)
    return row["id"]


def _add_version(request: Request, shader: UUID, n: int, project: dict[str, Any]) -> None:
    versions.add(request.connection, shader, n, project)
    check_bytes(request)
    renders.queue_version(request, shader, n, project)


def check_bytes(request: Request) -> None:
    """Raises TooLarge where the user's sources and captured pictures take more than an account may keep."""
    most, user = request.services.config.user_source_bytes, request.signed_in.id
    if versions.bytes_of_author(request.connection, user) + renders.captured_bytes(request.connection, user) > most:
        raise TooLarge(f"All versions of your shaders would take more than {most >> 20} MB. Delete shaders to go on.")


def _optional(value: Any) -> Any:
    return None if value is None else json(value)


def read(request: Request, shader: UUID) -> dict[str, Any]:
    """One shader with its project; `my_vote` too when signed in. Raises NotFound, also for others' drafts, and Gone."""
    row = request.connection.execute(_SQL.read, {"id": shader, "user": request.user_id}).fetchone()
    if row is None:
        raise _missing(request, shader)
    return row["document"]


def _missing(request: Request, shader: UUID) -> NotFound | Gone:
    """What to say of a shader that is not there for this user."""
    return Gone("This shader was deleted.") if _deletion(request, shader) else NotFound("There is no such shader.")


def _deletion(request: Request, shader: UUID) -> dict[str, Any] | None:
    """`{deleted_by}`, the request that deleted the shader, where the user may know of it."""
    return request.connection.execute(_SQL.was_deleted, {"id": shader, "user": request.user_id}).fetchone()


def visible(request: Request, shader: UUID) -> dict[str, Any]:
    """`{id, author_id, status, title, own}` if the user may see it. Raises NotFound, Gone."""
    return _if_visible(request, shader, _SQL.visible)


def lock_visible(request: Request, shader: UUID) -> None:
    """Locks the shader's row, if the user may see it, until the end of the transaction. Raises NotFound, Gone."""
    _if_visible(request, shader, _SQL.lock_visible)


def _if_visible(request: Request, shader: UUID, statement: Any) -> dict[str, Any]:
    row = request.connection.execute(statement, {"id": shader, "user": request.user_id}).fetchone()
    if row is None:
        raise _missing(request, shader)
    return row


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
    values = {"id": shader, "user": request.user_id, "limit": limit}
    rows = request.connection.execute(_SQL.similar, values).fetchall()
    return {"items": [row["document"] for row in rows], "next": None}


def _lock_own(request: Request, shader: UUID, statement: Any, revisions: Collection[int] | None) -> dict[str, Any]:
    """The locked row of one's own shader. revisions: those that the client knows; None where it does not say.

    The lock's statement reads this one table: with a join it would find no row where another save came in between.
    """
    visible(request, shader)
    row = request.connection.execute(statement, {"id": shader}).fetchone()
    if row is None:
        raise _missing(request, shader)
    if row["author_id"] != request.signed_in.id:
        raise Forbidden("Only its author may change this shader. Fork it to make it yours.")
    known = revisions is None or row["revision"] in revisions
    # The gateway sends a request again whose first copy died, perhaps behind its commit.
    if not known and (request.request_id is None or row["saved_by"] != request.request_id):
        raise Outdated("It was saved elsewhere meanwhile; nothing was changed. Read it again, then save.")
    return row


def save(request: Request, shader: UUID, changes: dict[str, Any], revisions: Collection[int] | None = None) -> bool:
    """Applies changes: a loaded Changes. Another project makes a new version, whose render is queued; returns whether.

    revisions: the states that the client has changed, if it says so. Raises Outdated where there is a newer one.
    """
    if "project" in changes or "status" in changes:
        renders.lock_quota(request)
    row = _lock_own(request, shader, _SQL.lock, revisions)
    project = changes.get("project")
    changed = project is not None and not _is_current(request, row, project)
    version = row["version"] + int(changed)
    if project and changed:
        _add_version(request, shader, version, project)
    words = {name: changes.get(name, row[name]) for name in _WORDS}
    if words["license"] != row["license"]:
        licences.check(row["source_license"], words["license"])
    values = {**words, "origin": _optional(words["origin"]), **_standing(request, row, changes.get("status"), version)}
    request.connection.execute(_SQL.update, {"id": shader, "version": version, "request": request.request_id, **values})
    publication.review(request, shader, version)
    return changed


def wish_again(request: Request, shader: UUID) -> int:
    """Locks one's own shader and wishes again for what was refused; returns its version."""
    renders.lock_quota(request)
    row = _lock_own(request, shader, _SQL.lock, None)
    if row["refusal"]:
        request.connection.execute(_SQL.wish, {"id": shader, "n": row["refusal"]["version"]})
    return row["version"]


def _standing(request: Request, row: dict[str, Any], asked: str | None, version: int) -> dict[str, Any]:
    """`{status, wish, refusal}` after a save. asked: the status that was asked for, if any."""
    status, public = row["status"], row["public_version"] is not None
    if asked == "draft" and public:
        raise _wrong_status("A published shader can be archived, not made a draft again.")
    if asked == "archived" and not public:
        raise _wrong_status("Only what is public can be archived; a draft is seen by its author alone.")
    status = asked if asked and public else status
    if asked == "draft":
        return {"status": status, "wish": None, "refusal": None}
    if version == row["version"] and (asked != "published" or version == row["public_version"]):
        return {"status": status, "wish": row["wish"], "refusal": _optional(row["refusal"])}
    if row["refusal"] and version == row["version"]:
        _draw_again(request, row)
    # Whoever was refused wishes still: mended code is published without asking again.
    wished = public or asked == "published" or row["wish"] or row["refusal"]
    return {"status": status, "wish": version if wished else None, "refusal": None}


def _draw_again(request: Request, row: dict[str, Any]) -> None:
    """Queues the pictures of the current version once more, where they failed for a reason that may have gone."""
    if row["refusal"]["reason"] not in publication.LASTING:
        project = versions.project_of(request.connection, row["id"], row["version"])
        renders.queue_version(request, row["id"], row["version"], project)


def _wrong_status(message: str) -> Invalid:
    return Invalid(message, errors=[{"field": "status", "message": message}])


def _is_current(request: Request, row: dict[str, Any], project: dict[str, Any]) -> bool:
    """Whether it is the project of the shader's version; what was saved long ago may not be in today's form."""
    return project == normalise(versions.project_of(request.connection, row["id"], row["version"]))


def fork(request: Request, shader: UUID) -> UUID:
    """A draft of the user's own with the same project, tags, licence, credits and origin; returns its id.

    Raises Forbidden where the licence says no.
    """
    renders.lock_quota(request)
    _if_visible(request, shader, _SQL.keep_visible)
    source = read(request, shader)
    if source["license"] == licences.ALL_RIGHTS_RESERVED and source["author"]["username"] != request.signed_in.username:
        raise Forbidden("The author reserves all rights: this shader can be looked at, not forked.")
    kept = ("description", "tags", "license", "credits", "origin", "project")
    values = {name: source[name] for name in kept}
    title = f"{source['title'][:113]} (fork)"
    made = create(request, {**values, "title": title, "status": "draft"}, forked_from=shader)
    request.connection.execute(_SQL.keep_source_license, {"id": made, "source": shader})
    return made


def delete(request: Request, shader: UUID, revisions: Collection[int] | None = None) -> None:
    """The shader, its versions and pictures are gone; forks of it stay. revisions: as of `save`."""
    deletion = _deletion(request, shader)
    if deletion and request.request_id and deletion["deleted_by"] == request.request_id:
        return  # the gateway sent the request again
    row = _lock_own(request, shader, _SQL.lock_whole, revisions)
    public = row["status"] != "draft"
    burial = {"author": row["author_id"], "was_public": public, "request": request.request_id}
    request.connection.execute(_SQL.bury, {"id": shader, **burial})
    renders.lock_of_shader(request.connection, shader)
    request.connection.execute(_SQL.delete, {"id": shader})


def forget_deleted(connection: Connection) -> None:
    """Forgets after 30 days what was deleted."""
    connection.execute(_SQL.forget_deleted)


def own_by_title(request: Request) -> dict[str, dict[str, Any]]:
    """The user's own shaders: title -> `{id, title, status}`."""
    rows = request.connection.execute(_SQL.by_author, {"author": request.signed_in.id}).fetchall()
    return {row["title"]: row for row in rows}


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many shaders there are; reads the table through."""
    return {row["status"]: row["n"] for row in connection.execute(_SQL.count_by_status).fetchall()}
