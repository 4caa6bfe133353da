"""Random tokens that are shown once and kept only as hashes."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a fresh token with 256 bits from the system's source of randomness."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what is stored of a token. It has full entropy, so one fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
