"""One transaction a request: a POST answered under 400 commits, everything else rolls back."""

from __future__ import annotations

from copy import deepcopy
from itertools import chain
from typing import TYPE_CHECKING

from flask import g, has_request_context, request, session

from matchmaker.extensions import db
from matchmaker.models.engine import ONLY_READS, OVERTAKEN, begin_writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_ERROR = 400


def register(app: Flask) -> None:
    """Begin a writing transaction for each unsafe request and close it by the answer's status."""
    with app.app_context():
        db.sessionmaker.configure(info={ONLY_READS: _only_reads})
    app.before_request(_begin)
    app.after_request(_close)


def answered(answer: Callable[[], Response]) -> Response:
    """Answer a request; one whose rows another was quicker with is answered once more, by what that one left.

    On PostgreSQL two can look for something at once, find nothing, and both write it, as when a button is tapped twice.
    The database refuses the second, which would have been told that it is there already, had it come a moment later.
    """
    if request.method in SAFE_METHODS:
        return answer()
    kept = deepcopy(dict(session))
    try:
        response = answer()
        if response.status_code < FIRST_ERROR:
            db.session.flush()
    except OVERTAKEN:
        db.session.rollback()
    else:
        return response
    session.clear()
    session.update(kept)
    g.pop("keep_on_refusal", None)
    for file in chain.from_iterable(request.files.listvalues()):
        file.stream.seek(0)
    begin_writing(db.session)
    return answer()


def keep_on_refusal() -> None:
    """Commit although the answer is an error. For what a refusal itself must leave, such as a failed guess."""
    g.keep_on_refusal = True


def _only_reads() -> bool:
    return has_request_context() and request.method in SAFE_METHODS


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
