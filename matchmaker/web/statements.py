"""What comes with a statement that a device may keep until it has a network: when it was made, and its own mark.

``once`` is made with the page, so that a statement sent twice counts once. ``seen_at`` is added by the worker that kept
the form while there was no network, see static/js/agenda-worker.js.
"""

from __future__ import annotations

import hmac
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app, request
from wtforms import HiddenField
from wtforms.validators import Length

from matchmaker.web.fields import Form

if TYPE_CHECKING:
    from matchmaker.services.accounts import SignedIn

SHORTEST_MARK, ONCE_LENGTH = 8, 40


class StatementForm(Form):
    """A button that says something once."""

    once = HiddenField(validators=[Length(min=SHORTEST_MARK, max=ONCE_LENGTH)])
    seen_at = HiddenField()

    def seen(self, now: datetime) -> datetime:
        """Return when it was said: now, unless the device kept it."""
        return _instant(self.seen_at.data or "") or now

    @property
    def mark(self) -> str:
        """What tells this statement from every other one; forms without one are sent once each."""
        return str(self.once.data or uuid.uuid4().hex)


def new_mark() -> str:
    """Return a mark for a form that is shown now."""
    return uuid.uuid4().hex


def owner_mark(person: SignedIn | None) -> str:
    """Return what tells on a shared device whose a kept statement is, and nothing else about the person."""
    if person is None:
        return ""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, b"device owner " + person.account_id.bytes, "sha256").hex()[:16]


def mark_of() -> str:
    """Return the mark that a request carries in its form or address, or a new one."""
    given = request.values.get("once", "").replace("-", "")
    fits = given.isalnum() and SHORTEST_MARK <= len(given) <= ONCE_LENGTH
    return given if fits else new_mark()


def kept_at(now: datetime) -> datetime:
    """Return when the form of this request was sent off: now, unless the device kept it."""
    return _instant(request.form.get("seen_at", "")) or now


def was_kept() -> bool:
    """Whether the device kept this form for a while before it could send it."""
    return bool(request.form.get("seen_at"))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
