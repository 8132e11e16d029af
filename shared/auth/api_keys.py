"""API keys: made, listed and deleted by their owner."""

from typing import Any
from uuid import UUID

from shared import lists
from shared.auth import tokens
from shared.auth.credentials import KEY_PREFIX
from shared.errors import NotFound
from shared.request import Request
from shared.stores.db import one, queries

_SQL = queries("shared.auth")


def create(request: Request, name: str, scopes: list[str]) -> dict[str, Any]:
    """A new key; its text is in this answer and nowhere else."""
    key = tokens.new_token(KEY_PREFIX)
    values = {"user": request.signed_in.id, "name": name, "hint": key[:7], "hash": tokens.digest(key)}
    row = one(request.connection, _SQL.create_api_key, {**values, "scopes": sorted(set(scopes))})
    return {**row, "key": key, "last_used_at": None}


def list_own(request: Request, page: dict[str, Any]) -> dict[str, Any]:
    """A page of the user's keys, newest first. page: a loaded lists.Page."""
    after, after_id = lists.decode("keys", page.get("cursor"), (lists.timestamp, UUID)) or (None, None)
    values = {"user": request.signed_in.id, "after": after, "after_id": after_id, "limit": page["limit"] + 1}
    rows = request.connection.execute(_SQL.list_api_keys, values).fetchall()
    return lists.page(rows, page["limit"], "keys", "created_at", "id")


def delete(request: Request, key: UUID) -> None:
    """The key stops working at once. Raises NotFound."""
    values = {"id": key, "user": request.signed_in.id}
    if request.connection.execute(_SQL.delete_api_key, values).rowcount == 0:
        raise NotFound("You have no such API key.")
