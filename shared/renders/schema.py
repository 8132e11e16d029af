"""What a request for pictures may hold. What the parts mean together is for shared/renders/plan.py to judge."""

from marshmallow import fields, validate

from shared.project.schema import Source
from shared.renders.plan import CLIP_FORMATS, IMAGE_FORMATS, MAX_STILL_ASKED, MAX_STILLS, MAX_TIME, MIN_SIDE


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
