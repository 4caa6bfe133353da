"""The application: Flask with templates drawn and addresses built in fewer steps."""

from __future__ import annotations

import hashlib
import time
import uuid
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, has_request_context
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.sansio.http import parse_cookie

from matchmaker.web.at_hand import this_request
from matchmaker.web.drawing import PageEnvironment
from matchmaker.web.transaction import answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.sessions import SecureCookieSession, SessionMixin
    from itsdangerous import Signer, URLSafeTimedSerializer
    from werkzeug.datastructures import ImmutableMultiDict

ADDRESSES_KEPT = 4096
# Values whose text says all about them: 1 and True are equal, and stand differently in an address.
PLAIN = frozenset({str, int, uuid.UUID})
# What a session may hold to be kept: nobody can change these.
PLAIN_HELD = frozenset({str, int, bool, type(None)})
COOKIES_KEPT = 1024


class Asked(Request):
    """A request, whose cookies stand in one place."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """What cookies the browser sent, read without going through all headers for more of them."""
        found: Any = parse_cookie(self.environ.get("HTTP_COOKIE", ""), cls=self.parameter_storage_class)
        return found


class Site(Flask):
    """Flask, which keeps the addresses it has built: a page has dozens, and they are the same for everyone."""

    jinja_environment = PageEnvironment
    request_class = Asked

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.session_interface = _SignedCookies()
        self._built = lru_cache(maxsize=ADDRESSES_KEPT)(self._build)

    def url_for(
        self,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Return the address of an endpoint."""
        # What a feature adds of its own, such as the kept version that is read, differs from page to page.
        if endpoint.partition(".")[0] in self.url_default_functions:
            self.inject_url_defaults(endpoint, values)
        if not PLAIN.issuperset(map(type, values.values())):
            values = {name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()}
        is_plain = not (_method or _scheme or _external) and PLAIN.issuperset(map(type, values.values()))
        if not is_plain or endpoint.startswith(".") or not has_request_context():
            return super().url_for(
                endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
            )
        return self._built(this_request().root_path, endpoint, _anchor, *values.items())

    def _build(self, _root: str, endpoint: str, anchor: str | None, *values: tuple[str, Any]) -> str:
        return super().url_for(endpoint, _anchor=anchor, **dict(values))

    def dispatch_request(self) -> Response:
        """Answer a request by its view; once more where another one was quicker."""
        return answered(lambda: self.make_response(super(Site, self).dispatch_request()))

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or a step of a request as it is: none is asynchronous, so each need not be asked every time."""
        return func


class _SignedCookies(SecureCookieSessionInterface):
    """Sessions in signed cookies, whose signer is made once: the key stays while the site runs."""

    # The same as Flask's own, by the name under which the hash is worked out outside of Python.
    digest_method = staticmethod(hashlib.sha1)
    _serializer: URLSafeTimedSerializer | None = None

    def __init__(self) -> None:
        self._opened = lru_cache(maxsize=COOKIES_KEPT)(self._open)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what a cookie holds. Browsers send the same one with each page until something of it changes."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        signer = self.get_signing_serializer(app)
        if signer is None or not cookie:
            return super().open_session(app, request)
        try:
            held, signed_at = self._opened(cookie, signer)
        except BadSignature:
            return self.session_class()
        age = time.time() - signed_at
        if held is None or not 0 <= age <= app.permanent_session_lifetime.total_seconds():
            return super().open_session(app, request)
        return self.session_class(held)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send what has changed; an answer that was made by what the cookie holds says so."""
        if session.modified or session.permanent or "Vary" in response.headers:
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")

    @staticmethod
    def _open(cookie: str, signer: URLSafeTimedSerializer) -> tuple[dict[str, Any] | None, float]:
        """Return what a rightly signed cookie holds, if all of that is plain, and when it was signed."""
        held, signed_at = signer.loads(cookie, return_timestamp=True)
        return held if PLAIN_HELD.issuperset(map(type, held.values())) else None, signed_at.timestamp()

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookies."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            if self._serializer is not None:
                self._serializer.make_signer = _made_once(self._serializer.make_signer)  # type: ignore[method-assign]
        return self._serializer


def _made_once(make: Callable[..., Signer]) -> Callable[..., Signer]:
    """Keep the signer, which has no state, and the key that it derives from the site's."""

    @cache
    def made(salt: Any) -> Signer:
        signer = make(salt)
        signer.derive_key = cache(signer.derive_key)  # type: ignore[method-assign]
        return signer

    return made
