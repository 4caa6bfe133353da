"""Keys of things, as addresses, forms and rules hold them."""

from __future__ import annotations

import uuid


def key_of(text: str) -> uuid.UUID | None:
    """Return the key that a text is; None for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
