"""Who is calling: passwords, access tokens, refresh tokens, API keys."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from shared.errors import Forbidden, Unauthorized
from shared.stores.db import Connection, queries

ACCESS_SECONDS = 15 * 60
REFRESH_DAYS = 30
REFRESH_GRACE = "30 seconds"
"""A refresh token may come again so soon: parallel tabs, a lost answer. Later it is theft."""
KEY_PREFIX = "ff_"

_ISSUER = "fractafrag"
_AUDIENCE = "fractafrag-api"
_SQL = queries("shared.users")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in, and what this credential may do (`read`, `write`, `account`)."""

    id: UUID
    username: str
    email: str | None
    role: str
    scopes: frozenset[str]
    session: UUID | None = None

    def document(self) -> dict[str, Any]:
        """What a person sees of their own account."""
        return {"id": self.id, "username": self.username, "email": self.email}


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


@cache
def _decoy() -> str:
    return _hasher().hash(secrets.token_hex())


def hash_password(password: str) -> str:
    """argon2id, 19 MiB, t=2, p=1 (OWASP's password storage cheat sheet)."""
    return _hasher().hash(password)


def check_password(hashed: str | None, password: str) -> bool:
    """Whether it is the password; an account without one costs as much time as any."""
    try:
        return _hasher().verify(hashed or _decoy(), password) and hashed is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(hashed)


def digest(token: str) -> bytes:
    """What is stored of a random token: sha256, since it has nothing to guess."""
    return hashlib.sha256(token.encode()).digest()


def access_token(secret: str, user_id: UUID, session: UUID) -> str:
    """A signed token for 15 minutes that names its session."""
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _AUDIENCE, "sub": str(user_id), "sid": str(session), "iat": now}
    return jwt.encode({**claims, "exp": now + ACCESS_SECONDS}, secret, algorithm="HS256")


def new_token(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def _session_of(secret: str, token: str) -> UUID:
    required = ["exp", "iat", "sub", "sid", "iss", "aud"]
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            leeway=30,
            options={"require": required},
        )
        return UUID(claims["sid"])
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthorized("The access token is expired or not one of ours; sign in again.") from error


def _by_key(connection: Connection, token: str) -> User:
    row = connection.execute(_SQL.by_api_key, {"hash": digest(token)}).fetchone()
    if row is None:
        raise Unauthorized("There is no such API key; it may have been deleted.")
    if row["touch"]:
        connection.execute(_SQL.touch_api_key, {"id": row["key_id"]})
    return User(row["id"], row["username"], row["email"], row["role"], frozenset(row["scopes"]))


def authenticate(connection: Connection, secret: str, token: str) -> User:
    """The user whose access token or API key this is. Raises Unauthorized."""
    if token.startswith(KEY_PREFIX):
        return _by_key(connection, token)
    session = _session_of(secret, token)
    row = connection.execute(_SQL.by_session, {"session": session}).fetchone()
    if row is None:
        raise Unauthorized("This session was signed out; sign in again.")
    scopes = frozenset({"read", "write", "account"})
    return User(row["id"], row["username"], row["email"], row["role"], scopes, session)


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
