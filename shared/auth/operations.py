"""Sign-in: registration, login, the family of refresh tokens of a session, logout."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.auth import delays, passwords, tokens
from shared.auth.credentials import ALL_SCOPES, KEY_PREFIX
from shared.errors import Forbidden, Invalid
from shared.request import Request
from shared.stores.db import Connection, one, queries
from shared.users import operations as users
from shared.users.user import User

REFRESH_DAYS = 30
"""How long a refresh token is good for."""
REFRESH_GRACE = "30 seconds"
"""A refresh token may come again so soon: parallel tabs, a lost answer. Later it is theft."""

_SQL = queries("shared.auth")


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
            "expires_in": tokens.ACCESS_SECONDS,
            "user": self.user.document(),
        }


def register(request: Request, username: str, email: str, password: str) -> SignedIn:
    """A new account, signed in. Raises Conflict when the name or the address is taken, Invalid for a password easily guessed."""
    _check_new_password(password, username, email)
    row = users.create(request.connection, username, email, passwords.hash_password(password))
    return _start_session(request, row)


def _check_new_password(password: str, username: str, email: str) -> None:
    own = {name.casefold() for name in (username, email)}
    if passwords.is_common(password) or passwords.normalised(password).casefold() in own:
        message = "This password is one of the first to be guessed; choose another."
        raise Invalid(message, errors=[{"field": "password", "message": message}])


def login(request: Request, login: str, password: str) -> SignedIn | None:
    """Signs in by name or email address; None, with the failure counted, to be committed, when name or password is wrong.

    Raises TooMany after several failures, the same for accounts that there are not.
    """
    connection, name, origin = request.connection, delays.by_name(login), delays.by_client(request.client)
    delays.check(connection, name, origin)
    row = users.by_login(connection, login)
    if not passwords.check_password(row["password_hash"] if row else None, password) or row is None:
        delays.count_failure(connection, name, origin)
        return None
    delays.forgive(connection, *(delays.by_name(own) for own in (row["username"], row["email"]) if own))
    if passwords.needs_rehash(row["password_hash"], password):
        users.set_password_hash(connection, row["id"], passwords.hash_password(password))
    return _start_session(request, row)


def refresh(request: Request, token: str) -> SignedIn | None:
    """Exchanges a refresh token for a new pair, once; None (with the family revoked, to be committed) on reuse.

    A token that comes again within REFRESH_GRACE gets another successor: parallel tabs and lost answers are not theft.
    """
    connection = request.connection
    found = {"hash": tokens.digest(token), "grace": REFRESH_GRACE}
    row = connection.execute(_SQL.use_refresh_token, found).fetchone()
    if row is None or row["revoked"] or row["expired"]:
        return None
    if row["late"]:
        connection.execute(_SQL.revoke_session, {"session": row["session_id"]})
        return None
    connection.execute(_SQL.rotate_refresh_token, found)
    return _tokens(request, users.by_id(connection, row["user_id"]), row["session_id"])


def logout(request: Request, token: str) -> None:
    """Ends the session that a refresh token belongs to; access tokens of it end at once."""
    found = {"hash": tokens.digest(token), "grace": REFRESH_GRACE}
    row = request.connection.execute(_SQL.use_refresh_token, found).fetchone()
    if row is not None:
        request.connection.execute(_SQL.revoke_session, {"session": row["session_id"]})


def logout_bearer(request: Request, token: str | None) -> None:
    """Ends the session of an access token, if there is one, also if it has expired.

    Raises Unauthorized, or Forbidden for an API key.
    """
    if token is None:
        return
    if token.startswith(KEY_PREFIX):
        raise Forbidden("An API key has no session; delete it at /api/v1/me/api-keys.")
    session = tokens.session_of(request.services.config.secret_key, token, expired=True)
    request.connection.execute(_SQL.revoke_session, {"session": session})


def sweep(connection: Connection) -> None:
    """Removes spent refresh tokens, sessions that have none left, and old failures to sign in."""
    connection.execute(_SQL.sweep)
    delays.sweep(connection)


def _start_session(request: Request, row: dict[str, Any]) -> SignedIn:
    session = one(request.connection, _SQL.create_session, {"user": row["id"]})
    return _tokens(request, row, session["id"])


def _tokens(request: Request, row: dict[str, Any], session: UUID) -> SignedIn:
    refresh_token = tokens.new_token()
    values = {"hash": tokens.digest(refresh_token), "session": session, "life": f"{REFRESH_DAYS} days"}
    request.connection.execute(_SQL.add_refresh_token, values)
    user = User(row["id"], row["username"], row["email"], row["role"], ALL_SCOPES, session)
    return SignedIn(user, tokens.access_token(request.services.config.secret_key, user.id, session), refresh_token)
