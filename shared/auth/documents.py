"""Sign-in and API keys as clients see them."""

from marshmallow import Schema, fields, validate

from shared import lists
from shared.users.documents import User


class SignedIn(Schema):
    """An access token; the refresh token comes as a cookie."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "seconds"})
    user = fields.Nested(User, required=True)


class ApiKey(Schema):
    """An API key, without its text."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "how the key starts"})
    scopes = fields.List(fields.String(validate=validate.OneOf(["read", "write"])), required=True)
    created_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(required=True, allow_none=True)


class CreatedApiKey(ApiKey):
    """A new API key; its text is shown only now."""

    key = fields.String(required=True)


class ApiKeyList(lists.List):
    """A page of API keys."""

    items = fields.List(fields.Nested(ApiKey), required=True)
