"""No text that comes in holds a NUL: no keyboard makes one, and PostgreSQL cannot even be asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from matchmaker.web.at_hand import this_request

if TYPE_CHECKING:
    from flask import Flask, Request

NUL = "\x00"
WRITTEN = "%00"
BAD_REQUEST = 400


def register(app: Flask) -> None:
    """Refuse requests with a NUL in the address or in a field of a form. What files hold is for their readers."""

    @app.before_request
    def check_text() -> None:
        request = this_request()
        query = request.environ.get("QUERY_STRING", "")
        if NUL in request.path or WRITTEN in query or NUL in query or _has_nul_in_form(request):
            abort(BAD_REQUEST)


def _has_nul_in_form(request: Request) -> bool:
    # Without a type of content there is no form in a request, and looking for one is work.
    if not request.content_type:
        return False
    return any(NUL in text for name, values in request.form.lists() for text in (name, *values))
