"""Ask who someone is once more before what a borrowed or stolen session must not do."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for

from matchmaker import clock
from matchmaker.web.links import back
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

RECENT = timedelta(minutes=15)


def recent_sign_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let someone on who has proved by password, code or link in the last minutes who they are; ask others first.

    It stands below the access decorator. Who had to prove it comes back to the page: to the one asked for, or to the
    one whose button was pressed, where they press it again.
    """

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if is_recent():
            return view(**values)
        page = request.full_path.rstrip("?") if request.method in SAFE_METHODS else back(url_for("accounts.security"))
        return redirect(url_for("accounts.confirm", next=page))

    return guarded


def is_recent() -> bool:
    """Whether the person of this request proved lately who they are."""
    person = signed_in_person()
    return person is not None and clock.now() - person.confirmed_at <= RECENT
