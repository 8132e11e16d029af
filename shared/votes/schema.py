"""What a vote may be."""

from marshmallow import Schema, fields, validate


class NewVote(Schema):
    """Up (1) or down (-1)."""

    value = fields.Integer(required=True, strict=True, validate=validate.OneOf([1, -1]))
