"""Passwords: hashed with argon2id, and checked in the same time whether the account exists or not."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


@cache
def _decoy() -> str:
    """A hash of nobody's password."""
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
