"""Passwords: hashed with argon2id, and checked in the same time whether the account exists or not.

They are compared in Unicode's form NFKC, since keyboards and systems write the same letters differently.
"""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 8, 200
"""Characters of a password."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


@cache
def _decoy() -> str:
    """A hash of nobody's password."""
    return _hasher().hash(secrets.token_hex())


@cache
def _common() -> frozenset[str]:
    """The passwords that are used most, from the lists of zxcvbn; shorter ones are refused anyway."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 13 MB, for registrations alone

    return frozenset(password for password in FREQUENCY_LISTS["passwords"] if len(password) >= SHORTEST)


def normalised(password: str) -> str:
    """The form that is hashed."""
    return unicodedata.normalize("NFKC", password)


def is_common(password: str) -> bool:
    """Whether it is one of the passwords that are tried first."""
    return normalised(password).casefold() in _common()


def hash_password(password: str) -> str:
    """argon2id, 19 MiB, t=2, p=1 (OWASP's password storage cheat sheet)."""
    return _hasher().hash(normalised(password))


def check_password(hashed: str | None, password: str) -> bool:
    """Whether it is the password; an account without one costs as much time as any.

    Hashes from before passwords were normalised are of what was typed, which is tried as well.
    """
    return any(_fits(hashed, form) for form in dict.fromkeys((normalised(password), password)))


def _fits(hashed: str | None, form: str) -> bool:
    try:
        return _hasher().verify(hashed or _decoy(), form) and hashed is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def needs_rehash(hashed: str, password: str) -> bool:
    """Whether the hash was made with other parameters than today's, or is not of the normalised password."""
    as_typed = normalised(password) != password and _fits(hashed, password)
    return as_typed or _hasher().check_needs_rehash(hashed)
