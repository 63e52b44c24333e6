"""Passwords: hashing them, and checking one against its hash."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from records.people.secrets import new_secret

MIN_PASSWORD: Final = 10
_HASHER: Final = PasswordHasher()


def hash_of_password(password: str) -> str:
    """Return what is kept of a password: argon2id, salted."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Tell whether a password is right; it takes as long for somebody who has none, or is not known."""
    try:
        return _HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hash_of_password(new_secret())
