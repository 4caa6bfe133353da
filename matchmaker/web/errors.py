"""What refusals and failures look like: a plain page with an id, never a trace."""

from __future__ import annotations

import contextlib
import logging
import secrets
from typing import TYPE_CHECKING

from flask import g, render_template, url_for
from werkzeug.exceptions import HTTPException

from matchmaker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Refused, TooMany
from matchmaker.extensions import db
from matchmaker.models.engine import UNAVAILABLE

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("matchmaker.errors")
STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, Refused: 422, TooMany: 429}
PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
AWAY_SECONDS = 5
Answer = tuple[str, int, dict[str, str]]


def register(app: Flask) -> None:
    """Answer every refusal and failure with its page."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failure)


def _refusal(error: DomainError) -> Answer:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 422)
    return _page(status, retry_after=getattr(error, "retry_after", 0), code=error.code)


def _http(error: HTTPException) -> Answer:
    original = getattr(error, "original_exception", None)
    if original is not None:
        return _failure(original)
    answer = _page(error.code or 500)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer[2]["Allow"] = ", ".join(sorted(allowed))
    return answer


def plain_page(status: int) -> Answer:
    """Return the page of a status, for a view that has to answer an error itself."""
    return _page(status)


def _failure(error: Exception) -> Answer:
    with contextlib.suppress(*UNAVAILABLE):
        db.session.rollback()
    g.is_database_away = True  # The error page asks for nothing that may have failed just now.
    error_id = secrets.token_hex(4)
    if isinstance(error, UNAVAILABLE):
        log.error("database unavailable", extra={"error_id": error_id, "kind": type(error).__name__})
        return _page(503, error_id=error_id, retry_after=AWAY_SECONDS)
    log.error("unhandled error", extra={"error_id": error_id}, exc_info=error)
    return _page(500, error_id=error_id)


def _page(status: int, *, error_id: str = "", retry_after: int = 0, code: str = "") -> Answer:
    """Render an error page. It touches no database, which may be what failed."""
    template = f"errors/{status if status in PAGES else 400 if status < 500 else 500}.html"  # noqa: PLR2004
    facts = {"error_id": error_id, "retry_after": retry_after, "code": code, "home_url": url_for("pages.home")}
    page = render_template(template, **facts)
    return page, status, {"Retry-After": str(retry_after)} if retry_after else {}
