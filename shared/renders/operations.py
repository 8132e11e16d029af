"""Renders as clients ask for them: queued in the transaction that needs them, read as they progress."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from shared import lists
from shared.auth.operations import User
from shared.errors import NotFound, TooMany
from shared.project.schema import Source
from shared.stores.db import Connection, json, one, queries

QUEUE = "render"
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
MAX_OPEN = 32
"""Ad hoc renders that one user may have waiting."""


class NewRender(Source):
    """Pictures to make of a shader that need not be saved."""

    times = fields.List(
        fields.Float(validate=validate.Range(0, 3600)),
        load_default=lambda: [1.0],
        validate=validate.Length(1, 16),
        metadata={"description": "seconds; for a clip, its start and end"},
    )
    width = fields.Integer(load_default=640, validate=validate.Range(16, 3840))
    height = fields.Integer(load_default=360, validate=validate.Range(16, 2160))
    format = fields.String(load_default="webp", validate=validate.OneOf([*IMAGE_FORMATS, *VIDEO_FORMATS]))

    @validates_schema
    def clip_fits(self, data: dict[str, Any], **_: Any) -> None:
        """Times rise; a clip has a start and an end, and even sizes."""
        times = data["times"]
        if times != sorted(set(times)):
            raise ValidationError("Times must rise.", "times")
        if data["format"] in VIDEO_FORMATS:
            if len(times) != 2 or not 0.1 <= times[1] - times[0] <= 8:
                raise ValidationError("A clip takes two times: its start, and its end at most 8 s later.", "times")
            if data["width"] > MAX_CLIP[0] or data["height"] > MAX_CLIP[1]:
                raise ValidationError(f"A clip is at most {MAX_CLIP[0]} x {MAX_CLIP[1]}.", "width")
            if data["width"] % 2 or data["height"] % 2:
                raise ValidationError("A clip's width and height are even.", "width")


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


def queue_version(
    connection: Connection,
    saved: tuple[UUID, int],
    project: dict[str, Any],
    user: User | None,
    request_id: str | None = None,
) -> UUID:
    """Queues the pictures of a saved version; returns the render's id. The caller rings QUEUE after the commit.

    saved: the shader's id, and the version, whose project this is.
    """
    plan = json(publish_plan(project))
    values = {"shader": saved[0], "version": saved[1], "plan": plan, "request": request_id}
    row = one(connection, _SQL.queue_version, {**values, "user": user and user.id})
    return row["id"]


def queue_project(
    connection: Connection,
    project: dict[str, Any],
    plan: dict[str, Any],
    user: User | None,
    request_id: str | None = None,
) -> UUID:
    """Queues pictures of a project that is not saved; returns the render's id.

    Raises TooMany when the user, or all who are not signed in together, have MAX_OPEN of them waiting.
    """
    if one(connection, _SQL.open_ad_hoc, {"user": user and user.id})["n"] >= MAX_OPEN:
        raise TooMany(f"{MAX_OPEN} renders are waiting already; wait for them, or sign in.", retry_after=5)
    values = {"project": json(project), "plan": json(plan), "request": request_id, "user": user and user.id}
    preview = "pending" if plan["clip"] else "none"
    row = one(connection, _SQL.queue_project, {**values, "preview": preview})
    return row["id"]


def read(connection: Connection, render: UUID, user: User | None, *, trusted: bool = False) -> dict[str, Any]:
    """The render as clients see it; trusted: the caller has just made it. Raises NotFound."""
    row = connection.execute(_SQL.read, {"id": render, "user": user and user.id, "trusted": trusted}).fetchone()
    if row is None:
        raise NotFound("There is no such render; ad hoc renders go after a day.")
    return row["document"]


def is_done(document: dict[str, Any]) -> bool:
    """Whether nothing more will come of this render."""
    return document["status"] == "failed" or (document["status"] == "ready" and document["preview"] != "pending")


def outputs(connection: Connection, render: UUID) -> list[dict[str, Any]]:
    """What the render has made so far: `{name, key, type, width, height, time}`."""
    return connection.execute(_SQL.outputs, {"id": render}).fetchall()


def list_of_shader(connection: Connection, shader: UUID, first: int, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of the renders of a shader's versions from `first` on (shaders.visible says which), newest first."""
    after, after_id = lists.decode("renders", cursor, (lists.timestamp, UUID)) or (None, None)
    values = {"shader": shader, "first": first, "after": after, "after_id": after_id, "limit": limit + 1}
    rows = connection.execute(_SQL.of_shader, values).fetchall()
    return lists.page(rows, limit, "renders", "queued_at", "id")
