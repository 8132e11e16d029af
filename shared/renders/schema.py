"""What a request for pictures may hold. What the parts mean together is for shared/renders/plan.py to judge."""

from marshmallow import Schema, fields, validate

from shared.project.schema import Source
from shared.renders.plan import CLIP_FORMATS, IMAGE_FORMATS, MAX_STILL_ASKED, MAX_STILLS, MAX_TIME, MIN_SIDE

MAX_CAPTURE = 2 << 20
"""Bytes of a captured picture."""


class NewCapture(Schema):
    """A picture of a shader that is too heavy for the server, captured in its author's browser."""

    picture = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MAX_CAPTURE * 4 // 3),
        metadata={"description": f"PNG, JPEG or WebP in base64, {MAX_CAPTURE >> 20} MB at most; shown cut to 16:9"},
    )


class NewRender(Source):
    """Pictures to make of a shader that need not be saved."""

    times = fields.List(
        fields.Float(validate=validate.Range(0, MAX_TIME)),
        load_default=lambda: [1.0],
        validate=validate.Length(1, MAX_STILLS),
        metadata={"description": "seconds; for a clip, its start and end"},
    )
    width = fields.Integer(load_default=640, validate=validate.Range(MIN_SIDE, MAX_STILL_ASKED[0]))
    height = fields.Integer(load_default=360, validate=validate.Range(MIN_SIDE, MAX_STILL_ASKED[1]))
    format = fields.String(load_default="webp", validate=validate.OneOf([*IMAGE_FORMATS, *CLIP_FORMATS]))
