"""How long an ad hoc render may be waited for."""

from marshmallow import Schema, fields, validate


class Wait(Schema):
    """How long the answer may take."""

    wait = fields.Float(load_default=0.0, validate=validate.Range(0, 60), metadata={"description": "seconds"})
