"""Passwords: hashing them, and checking one against its hash."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records.people.models import new_secret

MIN_PASSWORD: Final = 10
_HASHER: Final = PasswordHasher()


def hash_of_password(password: str) -> str:
    """Return the salted argon2id hash of a password."""
    return _HASHER.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Return whether a password is right; takes as long for somebody unknown or without a password."""
    try:
        return _HASHER.verify(stored or _hash_of_nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return hash_of_password(new_secret())
