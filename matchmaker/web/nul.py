"""No text that comes in holds a NUL: no keyboard makes one, and PostgreSQL cannot even be asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NUL = "\x00"
WRITTEN = ("%00", NUL)
BAD_REQUEST = 400


def register(app: Flask) -> None:
    """Refuse requests with a NUL in the address or in a field of a form. What files hold is for their readers."""

    @app.before_request
    def check_text() -> None:
        if any(NUL in text for text in _texts()):
            abort(BAD_REQUEST)


def _texts() -> Iterator[str]:
    yield request.path
    query = request.environ.get("QUERY_STRING", "")
    yield NUL if any(sign in query for sign in WRITTEN) else ""
    # Without a type of content there is no form in a request, and looking for one is work.
    for name, values in request.form.lists() if request.content_type else ():
        yield name
        yield from values
