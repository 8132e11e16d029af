"""Renders as clients ask for them: queued in the transaction that needs them, read as they progress."""

from typing import Any
from uuid import UUID

from shared import lists
from shared.errors import NotFound, TooMany
from shared.request import Request
from shared.stores.db import Connection, json, one, queries

QUEUE = "render"
"""The worker that makes the pictures."""
MAX_OPEN = 32
"""Ad hoc renders that one user may have waiting."""

_SQL = queries("shared.renders")

POSTER = {"name": "poster", "time": 1.0, "width": 640, "height": 360, "format": "webp", "seek": True}
PREVIEW = {
    "name": "preview",
    "start": 0.0,
    "duration": 4.0,
    "fps": 30,
    "width": 480,
    "height": 270,
    "format": "mp4",
    "unless_still": True,
    "loop": True,
    "sparse": True,
}
PUBLISH_PLAN: dict[str, Any] = {"stills": [POSTER], "clip": PREVIEW}
"""What a saved version gets: a poster at one second, or where there is something to see; and four seconds that
loop when it moves, or one period of it, with fewer frames where it moves slowly."""

IMAGE_FORMATS = ("webp", "png", "avif")
VIDEO_FORMATS = ("mp4", "webm")
MAX_CLIP = (1920, 1080)


def plan(times: list[float], width: int, height: int, image_format: str) -> dict[str, Any]:
    """The plan of an ad hoc render: a still for each time, or for a video format the clip from the first time to the last.

    The first still is also the poster, so that every render can be seen the same way. Times in seconds, sizes in pixels.
    """
    if image_format in VIDEO_FORMATS:
        start, end = times[0], times[-1]
        clip = {**PREVIEW, "start": start, "duration": end - start, "width": width, "height": height}
        still = {**POSTER, "time": start, "width": width, "height": height, "seek": False}
        exact = {"unless_still": False, "loop": False, "sparse": False}
        return {"stills": [still], "clip": {**clip, "format": image_format, **exact}}
    names = ["poster", *(f"frame-{n}" for n in range(1, len(times)))]
    size = {"width": width, "height": height, "format": image_format}
    return {
        "stills": [{"name": name, "time": time, **size} for name, time in zip(names, times, strict=True)],
        "clip": None,
    }


def publish_plan(project: dict[str, Any]) -> dict[str, Any]:
    """PUBLISH_PLAN, with the poster at the moment that the author chose, if there is one."""
    if (moment := project.get("poster_time")) is None:
        return PUBLISH_PLAN
    return {**PUBLISH_PLAN, "stills": [{**POSTER, "time": moment, "seek": False}]}


def queue_version(request: Request, shader: UUID, version: int, project: dict[str, Any]) -> UUID:
    """Queues the pictures of a saved version, whose project this is, and wakes the worker; returns the render's id."""
    values = {"shader": shader, "version": version, "plan": json(publish_plan(project))}
    return _queue(request, _SQL.queue_version, values)


def queue_project(request: Request, project: dict[str, Any], plan: dict[str, Any]) -> UUID:
    """Queues pictures of a project that is not saved, and wakes the worker; returns the render's id.

    Raises TooMany when the user, or all who are not signed in together, have MAX_OPEN of them waiting.
    """
    if one(request.connection, _SQL.open_ad_hoc, {"user": request.user_id})["n"] >= MAX_OPEN:
        raise TooMany(f"{MAX_OPEN} renders are waiting already; wait for them, or sign in.", retry_after=5)
    preview = "pending" if plan["clip"] else "none"
    return _queue(request, _SQL.queue_project, {"project": json(project), "plan": json(plan), "preview": preview})


def _queue(request: Request, statement: Any, values: dict[str, Any]) -> UUID:
    row = one(request.connection, statement, {**values, "request": request.request_id, "user": request.user_id})
    request.ring(QUEUE, row["id"])
    return row["id"]


def read(request: Request, render: UUID, *, trusted: bool = False) -> dict[str, Any]:
    """The render as clients see it; trusted: the caller has just made it. Raises NotFound."""
    values = {"id": render, "user": request.user_id, "trusted": trusted}
    row = request.connection.execute(_SQL.read, values).fetchone()
    if row is None:
        raise NotFound("There is no such render; ad hoc renders go after a day.")
    return row["document"]


def is_done(document: dict[str, Any]) -> bool:
    """Whether nothing more will come of this render."""
    return document["status"] == "failed" or (document["status"] == "ready" and document["preview"] != "pending")


def outputs(request: Request, render: UUID) -> list[dict[str, Any]]:
    """What the render has made so far: `{name, key, type, width, height, time}`."""
    return request.connection.execute(_SQL.outputs, {"id": render}).fetchall()


def list_of_shader(request: Request, shader: UUID, first: int, page: dict[str, Any]) -> dict[str, Any]:
    """A page of the renders of a shader's versions from `first` on (shaders.visible says which), newest first.

    page: a loaded lists.Page.
    """
    after, after_id = lists.decode("renders", page.get("cursor"), (lists.timestamp, UUID)) or (None, None)
    values = {"shader": shader, "first": first, "after": after, "after_id": after_id, "limit": page["limit"] + 1}
    rows = request.connection.execute(_SQL.of_shader, values).fetchall()
    return lists.page(rows, page["limit"], "renders", "queued_at", "id")


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many renders there are; reads the table through."""
    return {row["status"]: row["n"] for row in connection.execute(_SQL.count_by_status).fetchall()}
