"""The signed-in user's account and API keys. An API key cannot make or delete keys."""

from typing import Any
from uuid import UUID

from shared.auth import api_keys, documents
from shared.auth.schema import NewApiKey
from shared.http.resource import Call, Resource, operation
from shared.lists import Page
from shared.users.documents import User


class Me(Resource):
    """One's own account."""

    @operation(auth="read", returns=User)
    def on_get(self, call: Call) -> Any:
        """Who is signed in."""
        return call.signed_in.document()


class ApiKeys(Resource):
    """Keys for programs and agents."""

    @operation(auth="account", query=Page, returns=documents.ApiKeyList)
    def on_get(self, call: Call) -> Any:
        """List the account's API keys, without their text."""
        return api_keys.list_own(call, call.query)

    @operation(auth="account", body=NewApiKey, returns=documents.CreatedApiKey, status=201, secret=True, creates="key")
    def on_post(self, call: Call) -> Any:
        """Create an API key; the answer is the only place that shows it."""
        key = api_keys.create(call, call.body["name"], call.body["scopes"])
        call.location = f"/api/v1/me/api-keys/{key['id']}"
        return key


class ApiKey(Resource):
    """One key."""

    @operation(auth="account", status=204)
    def on_delete(self, call: Call, key: UUID) -> None:
        """Delete an API key; it stops working at once."""
        api_keys.delete(call, key)


routes = {"/api/v1/me": Me, "/api/v1/me/api-keys": ApiKeys, "/api/v1/me/api-keys/{key}": ApiKey}
