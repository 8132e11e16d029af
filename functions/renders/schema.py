"""How long an ad hoc render may be waited for."""

from marshmallow import validate

from shared import fields
from shared.validation import Schema


class Wait(Schema):
    """How long the answer may take."""

    wait = fields.Number(load_default=0.0, validate=validate.Range(0, 60), metadata={"description": "seconds"})
