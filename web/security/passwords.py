"""Passwords and other secrets: what is kept of them, and whether one is right."""

import hashlib
import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

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


def new_secret() -> str:
    """Return a random secret of 256 bits, as text."""
    return secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> str:
    """Return what is kept of a random secret: SHA-256, which suffices for what cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _nobodys() -> str:
    return hash_of_password(new_secret())
