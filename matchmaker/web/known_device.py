"""The accounts this browser has signed in to before, kept in a signed cookie.

It opens nothing. It only gives the owner's own browser a budget of guesses of its own, so that nobody who guesses from
elsewhere, even from the same hall, can lock the owner out.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    import uuid

    from flask import Response

MOST_ACCOUNTS = 5
NAME_BYTES = 12
YEAR = 31_536_000


def accounts_known_here() -> dict[str, str]:
    """Return the ids of accounts that have signed in here, each with this browser's name for it."""
    try:
        kept = _serializer().loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return {}
    return {str(account): str(name) for account, name in kept.items()} if isinstance(kept, dict) else {}


def remember(account_id: uuid.UUID) -> None:
    """Keep with the answer of this request that the account has signed in here; the one from longest ago makes room."""
    known = accounts_known_here()
    name = known.pop(account_id.hex, None) or secrets.token_urlsafe(NAME_BYTES)
    _keep(dict([*known.items(), (account_id.hex, name)][-MOST_ACCOUNTS:]))


def forget(account_id: uuid.UUID) -> None:
    """Take an account that is no more out of what this browser keeps."""
    known = accounts_known_here()
    known.pop(account_id.hex, None)
    _keep(known)


def _keep(known: dict[str, str]) -> None:
    @after_this_request
    def keep(response: Response) -> Response:
        secure = current_app.extensions["matchmaker"].is_secure
        value = _serializer().dumps(known)
        response.set_cookie(_cookie(), value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
        return response


def _cookie() -> str:
    return "__Host-known" if current_app.extensions["matchmaker"].is_secure else "known"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="known device")
