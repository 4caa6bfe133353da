"""Forms survive a session that ran out: what was sent is kept, and stands in the form again after signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import current_app, request, session
from werkzeug.datastructures import MultiDict

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import kept_forms
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    import uuid

View = Callable[..., Any]

TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a field.


def keeps_form(view: View) -> View:
    """Mark a view that shows its form at the address it is sent to; it stands under the access decorator."""
    view.keeps_form = True  # type: ignore[attr-defined]
    return view


def keep_form() -> str | None:
    """Keep the form of this request, sent without a session; return the page that will show it again, if any will."""
    view = current_app.view_functions.get(request.endpoint or "")
    token = session.get("_user_id")
    if request.method in SAFE_METHODS or not getattr(view, "keeps_form", False) or not isinstance(token, str):
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN_FIELD]
    is_kept = kept_forms.keep(db.session, token=token, path=request.path, fields=fields, now=clock.now())
    return request.path if is_kept else None


def kept_form(account_id: uuid.UUID) -> MultiDict[str, str] | None:
    """Return what was kept for this page, as the form would have come in."""
    fields = kept_forms.kept_for(db.session, account_id=account_id, path=request.path, now=clock.now())
    return MultiDict(fields) if fields else None


def forget_form(account_id: uuid.UUID) -> None:
    """Forget what was kept for this page, which has just been saved."""
    kept_forms.forget(db.session, account_id=account_id, path=request.path)
