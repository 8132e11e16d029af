"""What a request for pictures may hold. What the parts mean together is for shared/renders/plan.py to judge."""

from marshmallow import validate

from shared import fields
from shared.project.schema import Source
from shared.renders.plan import CLIP_FORMATS, IMAGE_FORMATS, MAX_STILL_ASKED, MAX_STILLS, MAX_TIME, MIN_SIDE
from shared.validation import Schema

MAX_CAPTURE = 2 << 20
"""Bytes of a captured picture."""


class NewCapture(Schema):
    """A picture of a shader that is too heavy for the server, captured in its author's browser."""

    picture = fields.Text(
        MAX_CAPTURE * 4 // 3,
        1,
        required=True,
        metadata={"description": f"PNG, JPEG or WebP in base64, {MAX_CAPTURE >> 20} MB at most; shown cut to 16:9"},
    )


class NewRender(Source):
    """Pictures to make of a shader that need not be saved."""

    times = fields.Items(
        fields.Number(validate=validate.Range(0, MAX_TIME)),
        MAX_STILLS,
        1,
        load_default=lambda: [1.0],
        metadata={"description": "seconds; for a clip, its start and end"},
    )
    width = fields.Whole(load_default=640, validate=validate.Range(MIN_SIDE, MAX_STILL_ASKED[0]))
    height = fields.Whole(load_default=360, validate=validate.Range(MIN_SIDE, MAX_STILL_ASKED[1]))
    format = fields.Choice([*IMAGE_FORMATS, *CLIP_FORMATS], load_default="webp")
