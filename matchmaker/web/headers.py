"""The security headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from flask import Response, g

from matchmaker.web.at_hand import held, this_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# What someone else made runs nothing and loads nothing, even where a browser is talked into showing it as a page.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Every answer has these, and no view gives them.
STEADY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
ONLY_ENCRYPTED = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
FIRST_ERROR = 400
# A mail is shown as mail programs show it: with its own styles, and without any right.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


class Answer(Response):
    """An answer, which gets the headers that all have as it goes out: until then each is looked at with each other."""

    steady: ClassVar[tuple[tuple[str, str], ...]] = STEADY

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return the body, the status and the headers as the server sends them."""
        body, status, headers = super().get_wsgi_response(environ)
        return body, status, [*headers, *self.steady]


class EncryptedAnswer(Answer):
    """An answer of a site that is asked by encrypted connections alone."""

    steady = (*STEADY, ONLY_ENCRYPTED)


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
    app.response_class = EncryptedAnswer if is_secure else Answer

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers, here = response.headers, held()
        is_file = here.get("is_file")
        headers.add("Content-Security-Policy", FILE_POLICY if is_file else here.get("content_policy", POLICY))
        if is_file and response.status_code < FIRST_ERROR:
            headers["Cache-Control"] = "private, max-age=3600"
        elif this_request().endpoint != "static":
            headers["Cache-Control"] = here.get("cache_policy", "no-store")
        return response
