"""No text that comes in holds a NUL: no keyboard makes one, and PostgreSQL cannot even be asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NUL = "\x00"
BAD_REQUEST = 400


def register(app: Flask) -> None:
    """Refuse requests with a NUL in the address or in a field of a form. What files hold is for their readers."""

    @app.before_request
    def check_text() -> None:
        if any(NUL in text for text in _texts()):
            abort(BAD_REQUEST)


def _texts() -> Iterator[str]:
    yield request.path
    # Without a type of content there is no form in a request, and looking for one is work.
    for fields in (request.args, request.form) if request.content_type else (request.args,):
        for name, values in fields.lists():
            yield name
            yield from values
