"""Links that prove what they are for: a purpose and a subject, signed with the application's secret.

Expiry and single use are the business of the row a link stands for, so nothing secret is ever stored.
"""

from __future__ import annotations

import uuid

from itsdangerous import BadSignature, URLSafeSerializer


def signed(*, secret: str, purpose: str, subject: uuid.UUID) -> str:
    """Return a token for one purpose and one subject; tokens of other purposes do not fit."""
    return str(_serializer(secret, purpose).dumps(subject.hex))


def subject_of(token: str, *, secret: str, purpose: str) -> uuid.UUID | None:
    """Return the subject of a token, or None when it was not made here for this purpose."""
    try:
        return uuid.UUID(_serializer(secret, purpose).loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def signed_parts(*, secret: str, purpose: str, parts: list[str]) -> str:
    """Return a token for one purpose and what it is bound to: a person and a meeting, a person and kinds of mail."""
    return str(_serializer(secret, purpose).dumps(parts))


def parts_of(token: str, *, secret: str, purpose: str, count: int) -> list[str] | None:
    """Return the ``count`` parts a token was made of, or None when it was not made here for this purpose."""
    try:
        parts = _serializer(secret, purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    fits = isinstance(parts, list) and len(parts) == count and all(isinstance(part, str) for part in parts)
    return parts if fits else None


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"link:{purpose}")
