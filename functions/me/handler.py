"""The signed-in user's account and API keys. An API key cannot make or delete keys."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from shared import documents
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.users import operations as users


class NewApiKey(Schema):
    """An API key to create."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(["read", "write"])),
        load_default=lambda: ["read", "write"],
        validate=validate.Length(1, 2),
    )


class Me(Resource):
    """One's own account."""

    @operation(auth="read", returns=documents.User)
    def on_get(self, call: Call) -> Any:
        """Who is signed in."""
        return call.signed_in.document()


class ApiKeys(Resource):
    """Keys for programs and agents."""

    @operation(auth="account", query=Page, returns=documents.ApiKeyList)
    def on_get(self, call: Call) -> Any:
        """List the account's API keys, without their text."""
        return users.list_api_keys(call.connection, call.signed_in, call.query.get("cursor"), call.query["limit"])

    @operation(auth="account", body=NewApiKey, returns=documents.CreatedApiKey, status=201, secret=True)
    def on_post(self, call: Call) -> Any:
        """Create an API key; the answer is the only place that shows it."""
        key = users.create_api_key(call.connection, call.signed_in, call.body["name"], call.body["scopes"])
        call.location = f"/api/v1/me/api-keys/{key['id']}"
        return key


class ApiKey(Resource):
    """One key."""

    @operation(auth="account", status=204)
    def on_delete(self, call: Call, key: UUID) -> None:
        """Delete an API key; it stops working at once."""
        users.delete_api_key(call.connection, call.signed_in, key)


routes = {"/api/v1/me": Me, "/api/v1/me/api-keys": ApiKeys, "/api/v1/me/api-keys/{key}": ApiKey}
