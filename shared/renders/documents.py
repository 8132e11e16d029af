"""Renders as clients see them."""

from typing import ClassVar

from marshmallow import Schema, fields, validate

from shared import lists
from shared.project.contract import BUFFERS


class CompileError(Schema):
    """A compiler's message on the user's own line."""

    class Meta:
        include: ClassVar = {
            "pass": fields.String(required=True, validate=validate.OneOf(["common", *BUFFERS, "image"])),
        }

    line = fields.Integer(required=True)
    column = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "from 1, in UTF-16 units as editors count; null where the compiler does not say it"},
    )
    message = fields.String(required=True)
    source = fields.String(
        allow_none=True,
        metadata={
            "description": "the line itself, or of a long one 200 characters around the column between ellipses; absent from older renders"
        },
    )


class Frame(Schema):
    """A picture at a time."""

    time = fields.Float(required=True, metadata={"description": "seconds"})
    url = fields.String(required=True)


class Facets(Schema):
    """What was measured of a render; each is there once it is known. Those from `flashing` on come with a preview."""

    moves = fields.Boolean()
    captured = fields.Boolean(
        metadata={"description": "the poster is from its author's browser: the shader is too heavy for this server"}
    )
    blank = fields.Boolean(metadata={"description": "one colour all over"})
    palette = fields.List(fields.String(), metadata={"description": "five colours, commonest first"})
    brightness = fields.Float(metadata={"description": "0 to 1"})
    contrast = fields.Float(metadata={"description": "0 to 1"})
    compile_ms = fields.Float(metadata={"description": "milliseconds of processor time"})
    frame_ms = fields.Float(metadata={"description": "milliseconds of processor time that the poster took to draw"})
    cost = fields.Float(metadata={"description": "nanoseconds of processor time a pixel"})
    weight = fields.String(
        validate=validate.OneOf(["light", "medium", "heavy"]),
        metadata={"description": "what it asks of a device that plays it; heavy ones start when asked to"},
    )
    nonfinite = fields.Float(
        metadata={"description": "share of pixels that are NaN or infinite, which devices show as they please, 0 to 1"}
    )
    flashing = fields.String(
        validate=validate.OneOf(["none", "general", "red", "both"]),
        metadata={
            "description": "which flash thresholds of WCAG 2.3.1 it passes; play it only when asked to unless none"
        },
    )
    flashes = fields.Float(metadata={"description": "general flashes in the worst second"})
    red_flashes = fields.Float(metadata={"description": "red flashes in the worst second"})
    flash_area = fields.Float(metadata={"description": "the largest share of the picture that changes at once, 0 to 1"})
    motion = fields.Float(metadata={"description": "mean difference of consecutive frames, 0 to 1"})
    loops = fields.Float(metadata={"description": "seconds after which it repeats itself; absent when it does not"})


class Render(Schema):
    """Pictures in the making: `ready` means that the poster can be seen; the preview may follow."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["queued", "rendering", "ready", "failed"]))
    preview = fields.String(required=True, validate=validate.OneOf(["pending", "ready", "none", "failed"]))
    reason = fields.String(
        metadata={"description": "why it failed: compile_error, deadline, too_heavy, browser_lost, ..."}
    )
    detail = fields.String(metadata={"description": "the reason as a sentence"})
    poster_url = fields.String()
    preview_url = fields.String()
    frames = fields.List(fields.Nested(Frame), required=True)
    errors = fields.List(fields.Nested(CompileError), required=True)
    facets = fields.Nested(Facets)


class RenderList(lists.List):
    """A page of renders."""

    items = fields.List(fields.Nested(Render), required=True)
