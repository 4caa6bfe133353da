"""Addresses that must be built with care: assets by content, and where to go next."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlencode, urlsplit

from flask import current_app, request, session, url_for
from flask_wtf.csrf import generate_csrf

from matchmaker.web.at_hand import held, this_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

NOBODY = uuid.UUID(int=0)
TOKEN = "csrf_token"  # noqa: S105 - Where Flask-WTF keeps it in a session, and for a page in ``g``.
TOKENS_KEPT = 1024


def register(app: Flask) -> None:
    """Make ``asset`` known to every template and macro, and let a page make its token once, not for each form."""
    app.add_template_global(asset)
    app.add_template_filter(asset)
    app.add_template_global(page_token, "csrf_token")
    app.before_request(_take_kept_token)


def asset(name: str) -> str:
    """Return the address of a static file; a hash of its content lets browsers keep it for ever."""
    return _asset(str(current_app.static_folder), str(current_app.static_url_path), name)


def page_token() -> str:
    """Return the token of this page's forms."""
    page = held()
    token: str | None = page.get("csrf_of_page")
    if token is None:
        token = page["csrf_of_page"] = page.get(TOKEN) or str(generate_csrf())
    return token


@contextmanager
def token_left_out(stand_in: str) -> Iterator[None]:
    """Let forms that are drawn meanwhile carry something else in the place of the page's token."""
    page = held()
    own, page["csrf_of_page"] = page.get("csrf_of_page"), stand_in
    try:
        yield
    finally:
        page["csrf_of_page"] = own


def links_to(endpoint: str, name: str, **values: str) -> Callable[[uuid.UUID], str]:
    """Return a function from a key to the address of its page. For lists: the address is worked out once, not a row."""
    parts: dict[str, Any] = {**values, name: NOBODY}
    pattern = url_for(endpoint, **parts)
    before, _, after = pattern.partition(str(NOBODY))
    return lambda key: f"{before}{key}{after}"


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
    or ``endpoint`` for its own options. What a feature puts behind all its addresses by itself is there already.
    """
    request = this_request()
    path, _, _ = url_for(str(request.endpoint), **(request.view_args or {})).partition("?")
    if not request.args:
        return f"{path}?{_query(*changes.items())}"
    return f"{path}?{urlencode({**request.args.to_dict(), **changes})}"


@lru_cache(maxsize=256)
def _query(*values: tuple[str, str]) -> str:
    return urlencode(values)


def _split(address: str) -> SplitResult:
    """Take an address apart; one that is none, such as ``http://[``, is empty."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _take_kept_token() -> None:
    """Give Flask-WTF the signed token of this browser, so that it signs none for this page."""
    of_browser = session.get(TOKEN)
    if of_browser is not None:
        held()[TOKEN] = _signed_token(of_browser)


@lru_cache(maxsize=TOKENS_KEPT)
def _signed_token(_of_browser: str) -> str:
    """Sign the token of this browser. It does not end before the browser's session, so one is as good as the next."""
    return str(generate_csrf())


@lru_cache(maxsize=256)
def _asset(folder: str, address: str, name: str) -> str:
    """Worked out once: the files of a running site do not change, and every page asks for seven of them."""
    path = Path(folder) / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else ""
    return f"{address}/{name}?v={digest}"
