"""Only the configured address is answered, so that no link can be built from a forged Host header."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import abort

from matchmaker.web.at_hand import this_request

if TYPE_CHECKING:
    from flask import Flask

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
BAD_REQUEST = 400


def register(app: Flask, *, public_url: str) -> None:
    """Refuse requests for another host than the public one; a local one is let in when the site itself is local."""
    public = urlsplit(public_url)
    is_local = public.hostname in {"127.0.0.1", "localhost"}

    @app.before_request
    def check_host() -> None:
        host = this_request().host
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if host != public.netloc and not (is_local and name in LOOPBACK):
            abort(BAD_REQUEST)
