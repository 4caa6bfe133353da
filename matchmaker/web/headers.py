"""The security headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# What someone else made runs nothing and loads nothing, even where a browser is talked into showing it as a page.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# No view gives these, so they are added without looking whether they are there.
STEADY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
FIRST_ERROR = 400
# A mail is shown as mail programs show it: with its own styles, and without any right.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def may_be_kept(policy: str) -> None:
    """Let this answer be kept as ``policy`` says, which no page may."""
    g.cache_policy = policy


def sandboxed() -> None:
    """Give this answer no right at all in the browser."""
    g.content_policy = SANDBOX


def register(app: Flask, *, is_secure: bool) -> None:
    """Add the headers to every answer; pages themselves are kept by no cache.

    A view that hands out a file of a company sets ``g.is_file``; only the reader's own browser keeps it.
    """

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers, is_file = response.headers, g.get("is_file")
        headers.add("Content-Security-Policy", FILE_POLICY if is_file else g.get("content_policy", POLICY))
        for name, value in STEADY:
            headers.add(name, value)
        if is_secure:
            headers.add("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if is_file and response.status_code < FIRST_ERROR:
            headers["Cache-Control"] = "private, max-age=3600"
        elif request.endpoint != "static":
            headers["Cache-Control"] = g.get("cache_policy", "no-store")
        return response
