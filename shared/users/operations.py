"""Accounts: made, found, and their passwords' hashes."""

from typing import Any
from uuid import UUID

from shared.errors import Conflict
from shared.stores.db import Connection, UniqueViolation, one, queries

_SQL = queries("shared.users")


def create(connection: Connection, username: str, email: str, password_hash: str) -> dict[str, Any]:
    """A new account: `{id, username, email, role}`. Raises Conflict when the name or the address is taken."""
    values = {"username": username, "email": email, "password_hash": password_hash}
    try:
        return one(connection, _SQL.create, values)
    except UniqueViolation as error:
        field = "email" if error.diag.constraint_name == "users_email_unique" else "username"
        message = "There is an account with this one. Sign in, or choose another."
        raise Conflict("That account exists.", errors=[{"field": field, "message": message}]) from error


def by_id(connection: Connection, user: UUID) -> dict[str, Any]:
    """`{id, username, email, role}` of an account that there is."""
    return one(connection, _SQL.by_id, {"id": user})


def by_login(connection: Connection, login: str) -> dict[str, Any] | None:
    """The account of a name or an email address, with its `password_hash`."""
    return connection.execute(_SQL.by_login, {"login": login}).fetchone()


def by_username(connection: Connection, username: str) -> dict[str, Any]:
    """The account of a name that there is."""
    return one(connection, _SQL.by_username, {"username": username})


def set_password_hash(connection: Connection, user: UUID, password_hash: str) -> None:
    """Replaces the hash of the account's password."""
    connection.execute(_SQL.set_password_hash, {"id": user, "password_hash": password_hash})
