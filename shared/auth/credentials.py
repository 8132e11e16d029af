"""Who is calling: the user behind an access token or an API key, and what they may do."""

from shared.auth import tokens
from shared.errors import Forbidden, Unauthorized
from shared.request import Request
from shared.stores.db import Connection, queries
from shared.users.user import User

KEY_PREFIX = "ff_"
"""How an API key starts."""
ALL_SCOPES = frozenset({"read", "write", "account"})
"""What a signed-in person may do; an API key may do less."""

_SQL = queries("shared.auth")


def authenticate(connection: Connection, secret: str, token: str) -> User:
    """The user whose access token or API key this is. Raises Unauthorized."""
    if token.startswith(KEY_PREFIX):
        return _by_api_key(connection, token)
    session = tokens.session_of(secret, token)
    row = connection.execute(_SQL.by_session, {"session": session}).fetchone()
    if row is None:
        raise Unauthorized("This session was signed out; sign in again.")
    return User(row["id"], row["username"], row["email"], row["role"], ALL_SCOPES, session)


def _by_api_key(connection: Connection, token: str) -> User:
    row = connection.execute(_SQL.by_api_key, {"hash": tokens.digest(token)}).fetchone()
    if row is None:
        raise Unauthorized("There is no such API key; it may have been deleted.")
    if row["touch"]:
        connection.execute(_SQL.touch_api_key, {"id": row["key_id"]})
    return User(row["id"], row["username"], row["email"], row["role"], frozenset(row["scopes"]))


def sign_in(request: Request, authorization: str | None, scope: str = "optional") -> None:
    """Finds the user of an Authorization header. Raises Unauthorized, or Forbidden where the scope is not theirs.

    scope: "optional" lets everybody on, who may be nobody.
    """
    if token := bearer(authorization):
        request.user = authenticate(request.connection, request.services.config.secret_key, token)
    if scope != "optional":
        require(request.user, scope)


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, or None without one. Raises Unauthorized for another scheme."""
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send `Authorization: Bearer <access token or API key>`.")
    return token.strip()


def require(user: User | None, scope: str) -> User:
    """The user, if signed in with this scope. Raises Unauthorized or Forbidden."""
    if user is None:
        raise Unauthorized("Send an access token or an API key as `Authorization: Bearer ...`.")
    if scope not in user.scopes and not (scope == "read" and "write" in user.scopes):
        raise Forbidden(f"This API key lacks the scope `{scope}`.")
    return user
