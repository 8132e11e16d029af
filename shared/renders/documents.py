"""Renders as clients see them."""

from typing import ClassVar

from marshmallow import Schema, fields, validate

from shared import lists
from shared.project.contract import BUFFERS
from shared.renders.warnings import Code


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


class Warning(Schema):
    """Where a render is not what was asked for, or not what it seems."""

    code = fields.String(required=True, validate=validate.OneOf([code.value for code in Code]))
    message = fields.String(required=True, metadata={"description": "what it says, in a sentence"})


class FrameFacts(Schema):
    """What was measured of a picture."""

    blank = fields.Boolean(metadata={"description": "one colour all over"})
    nan = fields.Integer(metadata={"description": "pixels with a component that is NaN"})
    inf = fields.Integer(metadata={"description": "other pixels with a component that is infinite"})
    brightness = fields.Float(metadata={"description": "0 to 1"})
    contrast = fields.Float(metadata={"description": "0 to 1"})


class Frame(Schema):
    """A picture of a frame. Those of renders before version 7 of the renderer lack `frame`, `time_delta` and `facts`."""

    name = fields.String(required=True, metadata={"description": "`poster`, or `frame-` and a number"})
    time = fields.Float(
        metadata={"description": "seconds, as drawn: frame / 60; absent of a picture from its author's browser"}
    )
    frame = fields.Integer(
        metadata={"description": "iFrame; whatever builds on earlier frames was stepped from frame 0 on"}
    )
    time_delta = fields.Float(metadata={"description": "iTimeDelta, seconds"})
    width = fields.Integer(required=True, metadata={"description": "pixels"})
    height = fields.Integer(required=True, metadata={"description": "pixels"})
    url = fields.String(required=True)
    facts = fields.Nested(FrameFacts)
    warnings = fields.List(fields.Nested(Warning), required=True)


class Clip(Schema):
    """A moving picture."""

    start = fields.Float(required=True, metadata={"description": "seconds"})
    duration = fields.Float(required=True, metadata={"description": "seconds"})
    fps = fields.Float(required=True, metadata={"description": "frames a second"})
    width = fields.Integer(required=True, metadata={"description": "pixels"})
    height = fields.Integer(required=True, metadata={"description": "pixels"})
    steps_per_second = fields.Integer(
        required=True,
        metadata={"description": "frames that were drawn for a second; 60, as in a browser, but for heavy previews"},
    )
    warnings = fields.List(fields.Nested(Warning), required=True)


class Possible(Schema):
    """What would not have been too heavy: a picture of this size, no later than `time`, as many as `times`, or a clip so long."""

    width = fields.Integer(required=True, metadata={"description": "pixels"})
    height = fields.Integer(required=True, metadata={"description": "pixels"})
    time = fields.Float(metadata={"description": "seconds, where frames build on each other"})
    times = fields.Integer(metadata={"description": "how many, where they do not"})
    duration = fields.Float(metadata={"description": "seconds of a clip"})


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
    megapixel_seconds = fields.Float(
        metadata={"description": "seconds of processor time that a frame of a million pixels takes"}
    )
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
    possible = fields.Nested(Possible)
    poster_url = fields.String()
    preview_url = fields.String()
    frames = fields.List(
        fields.Nested(Frame), required=True, metadata={"description": "every still, the poster too, by time"}
    )
    clip = fields.Nested(Clip, required=True, allow_none=True, metadata={"description": "what `preview_url` shows"})
    warnings = fields.List(
        fields.Nested(Warning),
        required=True,
        metadata={"description": "those of the project, of the frames and of the clip, each once"},
    )
    errors = fields.List(fields.Nested(CompileError), required=True)
    facets = fields.Nested(Facets)


class RenderList(lists.List):
    """A page of renders."""

    items = fields.List(fields.Nested(Render), required=True)
