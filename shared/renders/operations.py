"""Renders as clients ask for them: queued in the transaction that needs them, read as they progress."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared import lists
from shared.errors import Conflict, Invalid, NotFound, TooMany
from shared.renders.plan import CAPTURE, Plan, PlanError, ad_hoc, publication
from shared.request import Request
from shared.stores.db import Connection, json, one, queries

QUEUE = "render"
"""The worker that makes the pictures."""
MAX_OPEN = 32
"""Ad hoc renders that one user may have waiting, and that all who are not signed in may have together."""
MAX_OPEN_OF_CLIENT = 8
"""Of those, how many may come from one address."""
MAX_OPEN_SAVED = 250
"""Renders of saved versions that one user may have waiting."""
MAX_WAITING_VERSIONS = 8
"""Versions of one shader that wait to be drawn: where it is saved faster than that, nobody needs the pictures in between."""
TOO_MUCH = ("too_heavy", "deadline")
"""Reasons of a failure that say nothing against the shader: somebody's own graphics processor may draw it."""
BLANK = "Every picture of it is one colour all over: there is nothing to see."
"""Why a blank shader is not public."""

_SQL = queries("shared.renders")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a version's pictures can be shown to everybody; else the reason, as a word and as a sentence."""

    reason: str | None = None
    detail: str | None = None

    @property
    def good(self) -> bool:
        """Whether they can."""
        return self.reason is None

    def document(self, version: int) -> dict[str, Any]:
        """`{version, reason, detail}` of a refusal, as it is kept."""
        return {"version": version, "reason": self.reason, "detail": self.detail}


def lock_quota(request: Request) -> None:
    """Until the end of the transaction nobody else adds to what is counted of this user, or of all who are not signed in.

    Comes before the shader's row, see docs/decisions/lock-order.md.
    """
    request.connection.execute(_SQL.lock_quota, {"user": request.user_id})


def queue_version(request: Request, shader: UUID, version: int, project: dict[str, Any]) -> UUID:
    """Queues the pictures of a saved version, whose project this is, and wakes the worker; returns the render's id.

    Raises TooMany when the user has MAX_OPEN_SAVED waiting.
    """
    waiting = {"shader": shader, "oldest": version - MAX_WAITING_VERSIONS}
    request.connection.execute(_SQL.supersede, waiting)
    _check_open_saved(request)
    plan = publication(project, request.services.config.max_render_duration)
    values = {"shader": shader, "version": version, "plan": json(plan.document())}
    return _queue(request, _SQL.queue_version, values)


def _check_open_saved(request: Request) -> None:
    lock_quota(request)
    if one(request.connection, _SQL.open_saved, {"user": request.user_id})["n"] >= MAX_OPEN_SAVED:
        raise TooMany(
            f"Pictures of {MAX_OPEN_SAVED} saves are waiting already; save again in a minute.", retry_after=60
        )


def queue_capture(request: Request, shader: UUID, version: int, picture: str) -> UUID:
    """Queues a picture that the author's browser made, for the worker to encode anew; returns the render's id.

    picture: base64. Raises Invalid where it is none, Conflict unless the version proved too heavy for the server and has no
    picture yet, TooMany as of queue_version.
    """
    _check_open_saved(request)
    known = {"shader": shader, "n": version, "reasons": list(TOO_MUCH)}
    if request.connection.execute(_SQL.was_too_much, known).fetchone() is None:
        raise Conflict("A captured picture is for a version that is too heavy for the server and has no picture yet.")
    try:
        data = base64.b64decode(picture, validate=True)
    except ValueError as error:
        message = "Must be base64."
        raise Invalid(message, errors=[{"field": "picture", "message": message}]) from error
    request.connection.execute(_SQL.drop_bad_captures, known)
    values = {"shader": shader, "version": version, "plan": json(CAPTURE.document()), "capture": data}
    return _queue(request, _SQL.queue_capture, values)


def queue_ad_hoc(request: Request, wanted: dict[str, Any]) -> UUID:
    """Queues pictures of a project that is not saved, and wakes the worker; returns the render's id.

    wanted: a loaded NewRender. Raises Invalid where no plan can be made of it, TooMany when the user, or all who are not
    signed in together, have MAX_OPEN of them waiting, or one of these MAX_OPEN_OF_CLIENT.
    """
    plan = _plan(wanted, request.services.config.max_render_duration)
    lock_quota(request)
    waiting = one(request.connection, _SQL.open_ad_hoc, {"user": request.user_id, "client": request.client})
    if waiting["n"] >= MAX_OPEN:
        raise TooMany(f"{MAX_OPEN} renders are waiting already; wait for them, or sign in.", retry_after=5)
    if request.user is None and waiting["of_client"] >= MAX_OPEN_OF_CLIENT:
        raise TooMany(
            f"{MAX_OPEN_OF_CLIENT} of your renders are waiting already; wait for them, or sign in.", retry_after=5
        )
    values = {"project": json(wanted["project"]), "plan": json(plan.document())}
    return _queue(request, _SQL.queue_project, {**values, "preview": "pending" if plan.clip else "none"})


def _plan(wanted: dict[str, Any], longest: float) -> Plan:
    try:
        return ad_hoc(wanted["times"], wanted["width"], wanted["height"], wanted["format"], longest)
    except PlanError as error:
        raise Invalid(f"{error}.", errors=[{"field": error.field, "message": f"{error}."}]) from error


def _queue(request: Request, statement: Any, values: dict[str, Any]) -> UUID:
    client = None if request.user else request.client
    who = {"request": request.request_id, "user": request.user_id, "client": client}
    row = one(request.connection, statement, {**values, **who})
    request.ring(QUEUE, row["id"])
    return row["id"]


def read(request: Request, render: UUID, *, trusted: bool = False) -> dict[str, Any]:
    """The render as clients see it; trusted: the caller has just made it. Raises NotFound."""
    values = {"id": render, "user": request.user_id, "trusted": trusted}
    row = request.connection.execute(_SQL.read, values).fetchone()
    if row is None:
        raise NotFound("There is no such render; ad hoc renders go after a day.")
    return row["document"]


def verdict(connection: Connection, shader: UUID, n: int) -> Verdict | None:
    """Whether the pictures of a version can be shown to everybody; None while they are in the making."""
    row = connection.execute(_SQL.verdict, {"shader": shader, "n": n}).fetchone()
    if row is None or row["status"] in ("queued", "rendering"):
        return None
    if row["status"] == "failed":
        return Verdict(row["too_much"] or row["reason"] or "other", row["detail"] or _first_error(row["errors"]))
    facets = row["facets"] or {}
    if not facets.get("blank") or facets.get("moves"):
        return Verdict()
    return Verdict(row["too_much"] or "blank", BLANK) if row["settled"] else None


def older_good(connection: Connection, shader: UUID, n: int) -> int | None:
    """The newest version before n that was public and can still be seen."""
    return one(connection, _SQL.older_good, {"shader": shader, "n": n})["n"]


def captured_bytes(connection: Connection, author: UUID) -> int:
    """Bytes of the pictures that a user's browser made."""
    return one(connection, _SQL.captured_bytes, {"author": author})["bytes"]


def _first_error(errors: list[dict[str, Any]]) -> str:
    return "; ".join(f"{error['pass']}, line {error['line']}: {error['message']}" for error in errors[:1])


def cancel(request: Request, render: UUID) -> None:
    """Ends an ad hoc render that nobody waits for any more, whether it is queued or being drawn; done ones stay as they are."""
    values = {"id": render, "detail": "Whoever asked for it left before it was done."}
    request.connection.execute(_SQL.cancel, values)


def is_done(document: dict[str, Any]) -> bool:
    """Whether nothing more will come of this render."""
    return document["status"] == "failed" or (document["status"] == "ready" and document["preview"] != "pending")


def outputs(request: Request, render: UUID) -> list[dict[str, Any]]:
    """What the render has made so far: `{name, key, type, width, height, time}`."""
    return request.connection.execute(_SQL.outputs, {"id": render}).fetchall()


def list_of_shader(request: Request, shader: UUID, seen: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    """A page of the renders of a shader's versions, newest first. seen: whether it is one's `own`, from shaders.visible.

    page: a loaded lists.Page.
    """
    after, after_id = lists.decode("renders", page.get("cursor"), (lists.timestamp, UUID)) or (None, None)
    place = {"after": after, "after_id": after_id, "limit": page["limit"] + 1}
    values = {"shader": shader, "own": seen["own"], **place}
    rows = request.connection.execute(_SQL.of_shader, values).fetchall()
    return lists.page(rows, page["limit"], "renders", "queued_at", "id")


def lock_of_shader(connection: Connection, shader: UUID) -> None:
    """Locks a shader's renders in the order of their ids, until the end of the transaction: before a deletion of their versions."""
    connection.execute(_SQL.lock_of_shader, {"shader": shader})


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many renders there are; reads the table through."""
    return {row["status"]: row["n"] for row in connection.execute(_SQL.count_by_status).fetchall()}
