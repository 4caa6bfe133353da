"""Links that prove what they are for: a purpose and a subject, signed with the application's secret.

Expiry and single use are the business of the row a link stands for, so nothing secret is ever stored.
"""

from __future__ import annotations

import uuid

from itsdangerous import BadSignature, URLSafeSerializer


def signed(*, secret: str, purpose: str, subject: uuid.UUID) -> str:
    """Return a token for one purpose and one subject; tokens of other purposes do not fit."""
    return str(URLSafeSerializer(secret, salt=f"link:{purpose}").dumps(subject.hex))


def subject_of(token: str, *, secret: str, purpose: str) -> uuid.UUID | None:
    """Return the subject of a token, or None when it was not made here for this purpose."""
    try:
        return uuid.UUID(URLSafeSerializer(secret, salt=f"link:{purpose}").loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None
