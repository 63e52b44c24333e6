"""Random secrets, of which only a hash is kept."""

import hashlib
import secrets


def new_secret() -> str:
    """Return a random secret of 256 bits, as text."""
    return secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> str:
    """Return the SHA-256 of a random secret, in hex; no slow hash is needed for what cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
