"""Accounts: registration, sign-in, the family of refresh tokens, API keys."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared import lists
from shared.auth import operations as auth
from shared.auth.operations import User
from shared.errors import Conflict, NotFound, Unauthorized
from shared.stores.db import Connection, UniqueViolation, one, queries

_SQL = queries("shared.users")
_ACCOUNT = frozenset({"read", "write", "account"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh pair of tokens, and whose they are."""

    user: User
    access_token: str
    refresh_token: str

    def document(self) -> dict[str, Any]:
        """What the client is answered; the refresh token goes into the cookie."""
        return {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": auth.ACCESS_SECONDS,
            "user": self.user.document(),
        }


def _tokens(connection: Connection, secret: str, row: dict[str, Any], session: UUID) -> SignedIn:
    refresh = auth.new_token()
    life = f"{auth.REFRESH_DAYS} days"
    connection.execute(_SQL.add_refresh_token, {"hash": auth.digest(refresh), "session": session, "life": life})
    user = User(row["id"], row["username"], row["email"], row["role"], _ACCOUNT, session)
    return SignedIn(user, auth.access_token(secret, user.id, session), refresh)


def _start_session(connection: Connection, secret: str, row: dict[str, Any]) -> SignedIn:
    session = one(connection, _SQL.create_session, {"user": row["id"]})
    return _tokens(connection, secret, row, session["id"])


def register(connection: Connection, secret: str, username: str, email: str, password: str) -> SignedIn:
    """A new account, signed in. Raises Conflict when the name or the address is taken."""
    values = {"username": username, "email": email, "password_hash": auth.hash_password(password)}
    try:
        row = one(connection, _SQL.create, values)
    except UniqueViolation as error:
        field = "email" if error.diag.constraint_name == "users_email_unique" else "username"
        message = "There is an account with this one. Sign in, or choose another."
        raise Conflict("That account exists.", errors=[{"field": field, "message": message}]) from error
    return _start_session(connection, secret, row)


def login(connection: Connection, secret: str, login: str, password: str) -> SignedIn:
    """Signs in by name or email address. Raises Unauthorized, the same for a wrong name and a wrong password."""
    row = connection.execute(_SQL.by_login, {"login": login}).fetchone()
    if not auth.check_password(row["password_hash"] if row else None, password) or row is None:
        raise Unauthorized("The name or the password is wrong.")
    if auth.needs_rehash(row["password_hash"]):
        connection.execute(_SQL.rehash, {"id": row["id"], "password_hash": auth.hash_password(password)})
    return _start_session(connection, secret, row)


def refresh(connection: Connection, secret: str, token: str) -> SignedIn | None:
    """Exchanges a refresh token for a new pair, once; None (with the family revoked, to be committed) on reuse.

    A token that comes again within auth.REFRESH_GRACE gets another successor: parallel tabs and lost answers are not theft.
    """
    found = {"hash": auth.digest(token), "grace": auth.REFRESH_GRACE}
    row = connection.execute(_SQL.use_refresh_token, found).fetchone()
    if row is None or row["revoked"] or row["expired"]:
        return None
    if row["late"]:
        connection.execute(_SQL.revoke_session, {"session": row["session_id"]})
        return None
    connection.execute(_SQL.rotate_refresh_token, found)
    user = one(connection, _SQL.by_id, {"id": row["user_id"]})
    return _tokens(connection, secret, user, row["session_id"])


def logout(connection: Connection, token: str) -> None:
    """Ends the session that a refresh token belongs to; access tokens of it end at once."""
    found = {"hash": auth.digest(token), "grace": auth.REFRESH_GRACE}
    row = connection.execute(_SQL.use_refresh_token, found).fetchone()
    if row is not None:
        connection.execute(_SQL.revoke_session, {"session": row["session_id"]})


def create_api_key(connection: Connection, user: User, name: str, scopes: list[str]) -> dict[str, Any]:
    """A new key; its text is in this answer and nowhere else."""
    key = auth.new_token(auth.KEY_PREFIX)
    values = {"user": user.id, "name": name, "hint": key[:7], "hash": auth.digest(key), "scopes": sorted(set(scopes))}
    row = one(connection, _SQL.create_api_key, values)
    return {**row, "key": key, "last_used_at": None}


def list_api_keys(connection: Connection, user: User, cursor: str | None, limit: int) -> dict[str, Any]:
    """A page of the user's keys, newest first."""
    after, after_id = lists.decode("keys", cursor, (lists.timestamp, UUID)) or (None, None)
    values = {"user": user.id, "after": after, "after_id": after_id, "limit": limit + 1}
    rows = connection.execute(_SQL.list_api_keys, values).fetchall()
    return lists.page(rows, limit, "keys", "created_at", "id")


def delete_api_key(connection: Connection, user: User, key_id: UUID) -> None:
    """The key stops working at once. Raises NotFound."""
    if connection.execute(_SQL.delete_api_key, {"id": key_id, "user": user.id}).rowcount == 0:
        raise NotFound("You have no such API key.")
