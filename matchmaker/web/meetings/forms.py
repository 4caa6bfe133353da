"""The forms of meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf, Length

from matchmaker.web.meetings.wording import CANCEL_REASONS, DECLINE_REASONS

if TYPE_CHECKING:
    import uuid

NOTE_LENGTH = 250


class AskForm(FlaskForm):  # type: ignore[misc]
    """A request, with a line to the other company if one likes."""

    note = StringField(_l("Message"), validators=[Length(max=NOTE_LENGTH)], filters=[lambda text: (text or "").strip()])


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why a request is declined."""

    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(str(code), words) for code, words in DECLINE_REASONS.items()],
        validators=[AnyOf(list(DECLINE_REASONS), _l("Choose a reason. The other side will read it."))],
        validate_choice=False,
    )


class CancelForm(FlaskForm):  # type: ignore[misc]
    """Why a meeting is called off."""

    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(str(code), words) for code, words in CANCEL_REASONS.items()],
        validators=[AnyOf(list(CANCEL_REASONS), _l("Choose a reason. The other side will read it."))],
        validate_choice=False,
    )


def decline_form(meeting_id: uuid.UUID) -> DeclineForm:
    """Return the form of one request; a page shows many of them, so each has names of its own."""
    return DeclineForm(prefix=f"decline-{meeting_id.hex[:12]}-")
