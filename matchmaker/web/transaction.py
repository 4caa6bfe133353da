"""One transaction a request: a POST answered under 400 commits, everything else rolls back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing

if TYPE_CHECKING:
    from flask import Flask, Response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_ERROR = 400


def register(app: Flask) -> None:
    """Begin a writing transaction for each unsafe request and close it by the answer's status."""
    app.before_request(_begin)
    app.after_request(_close)


def keep_on_refusal() -> None:
    """Commit although the answer is an error. For what a refusal itself must leave, such as a failed guess."""
    g.keep_on_refusal = True


def _begin() -> None:
    if request.method not in SAFE_METHODS and request.endpoint is not None:
        begin_writing(db.session)


def _close(response: Response) -> Response:
    if request.method in SAFE_METHODS:
        return response
    if response.status_code < FIRST_ERROR or g.get("keep_on_refusal", False):
        db.session.commit()
    else:
        db.session.rollback()
    return response
