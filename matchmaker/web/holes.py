"""Holes in HTML that is drawn once and kept: what is put into them differs from page to page."""

from __future__ import annotations

import re
import secrets

# Nobody knows it, so no text that is drawn holds one.
MARK = f"hole{secrets.token_hex()}"
MARKED = re.compile(f"{MARK}-(\\w+)-{MARK}")


def mark(name: str) -> str:
    """Return what stands for a value until it is known."""
    return f"{MARK}-{name}-{MARK}"


def pattern_of(drawn: str) -> str:
    """Return a pattern that values are put into where the holes are."""
    return MARKED.sub(r"%(\1)s", drawn.replace("%", "%%"))
