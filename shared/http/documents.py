"""Documents that every function may answer with: its health, and problem details."""

from marshmallow import Schema, fields


class Health(Schema):
    """The answer of a health check."""

    status = fields.String(required=True)


class FieldError(Schema):
    """What is wrong with a field."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldError))
