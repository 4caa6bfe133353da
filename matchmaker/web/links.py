"""Addresses that must be built with care: assets by content, and where to go next."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlencode, urlsplit

from flask import current_app, request, url_for

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Make ``asset`` known to every template and macro."""
    app.add_template_global(asset)


def asset(name: str) -> str:
    """Return the address of a static file; a hash of its content lets browsers keep it for ever."""
    path = Path(str(current_app.static_folder)) / name
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    return url_for("static", filename=name, v=_digest(path, stamp))


def safe_next(address: str | None) -> str | None:
    """Return a path of this site to go on to, or None for anything that could lead elsewhere."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if any(ord(letter) < ord(" ") for letter in address):
        return None
    parts = _split(address)
    return None if parts.scheme or parts.netloc else address


def back(otherwise: str) -> str:
    """Return the page of this site a form was sent from, or ``otherwise`` where that is unknown or no page to open."""
    parts = _split(request.referrer or "")
    path = safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    if path is None or parts.netloc != request.host:
        return otherwise
    addresses = current_app.url_map.bind(request.host)
    return path if addresses.test(parts.path, method="GET") else otherwise


def here(**changes: str) -> str:
    """Return the present address with some of its query changed.

    The query is put behind the address and never handed to ``url_for``, which would take names such as ``_scheme``
    or ``endpoint`` for its own options.
    """
    query = urlencode({**request.args.to_dict(), **changes})
    return f"{url_for(str(request.endpoint), **(request.view_args or {}))}?{query}"


def _split(address: str) -> SplitResult:
    """Take an address apart; one that is none, such as ``http://[``, is empty."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


@lru_cache(maxsize=256)
def _digest(path: Path, stamp: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if stamp else ""
