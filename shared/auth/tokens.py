"""Tokens: signed access tokens, and random ones of which only a hash is stored."""

import hashlib
import secrets
import time
from uuid import UUID

import jwt

from shared.errors import Unauthorized

ACCESS_SECONDS = 15 * 60
"""How long an access token is good for."""
_ISSUER = "fractafrag"
_AUDIENCE = "fractafrag-api"
_CLAIMS = ["exp", "iat", "sub", "sid", "iss", "aud"]


def digest(token: str) -> bytes:
    """What is stored of a random token: sha256, since it has nothing to guess."""
    return hashlib.sha256(token.encode()).digest()


def new_token(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def access_token(secret: str, user_id: UUID, session: UUID) -> str:
    """A signed token for ACCESS_SECONDS that names its session."""
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _AUDIENCE, "sub": str(user_id), "sid": str(session), "iat": now}
    return jwt.encode({**claims, "exp": now + ACCESS_SECONDS}, secret, algorithm="HS256")


def session_of(secret: str, token: str, *, expired: bool = False) -> UUID:
    """The session that an access token names. Raises Unauthorized for a foreign one, and for an expired one unless `expired`."""
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            leeway=30,
            options={"require": _CLAIMS, "verify_exp": not expired},
        )
        return UUID(claims["sid"])
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthorized("The access token is expired or not one of ours; sign in again.") from error
