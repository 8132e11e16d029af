"""Accounts as clients see them."""

from marshmallow import Schema, fields


class User(Schema):
    """An account, as its owner sees it."""

    id = fields.UUID(required=True)
    username = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
