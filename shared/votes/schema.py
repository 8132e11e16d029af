"""What a vote may be."""

from marshmallow import validate

from shared import fields
from shared.validation import Schema


class NewVote(Schema):
    """Up (1) or down (-1)."""

    value = fields.Whole(required=True, strict=True, validate=validate.OneOf([1, -1]))
