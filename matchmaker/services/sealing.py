"""Secrets that must be read again, such as the key of a code app: sealed, so that the table alone gives none away.

The sealing key comes from the application's secret by HKDF-SHA256, and each value is sealed by AES-256-GCM for the one
account it belongs to: a stolen database opens nothing, and a value copied to another row does not open either.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    import uuid

KEY_BYTES = 32
NONCE_BYTES = 12
PURPOSE = b"matchmaker sealed values 1"


def sealed(value: str, *, owner: uuid.UUID, secret: str) -> str:
    """Return a value so that only the application's secret opens it, and only for this owner."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(nonce + _box(secret).encrypt(nonce, value.encode(), owner.bytes)).decode()


def opened(value: str, *, owner: uuid.UUID, secret: str) -> str | None:
    """Return what was sealed, or None when it was sealed by another secret, for another owner, or was changed."""
    try:
        kept = urlsafe_b64decode(value)
        return _box(secret).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], owner.bytes).decode()
    except (InvalidTag, ValueError):
        return None


def _box(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode()))
