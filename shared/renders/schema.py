"""What a request for pictures may hold."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from shared.project.schema import Source
from shared.renders.operations import IMAGE_FORMATS, MAX_CLIP, VIDEO_FORMATS


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
