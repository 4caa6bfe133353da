"""The forms of meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.domain.conversation import LONGEST
from matchmaker.web.meetings.wording import (
    CANCEL_REASONS,
    COMPLAINT_REASONS,
    DECLINE_REASONS,
    PEOPLE_REFUSED,
    TEXT_REFUSED,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from wtforms import Field

    from matchmaker.domain.errors import Refused
    from matchmaker.services.line_up import Colleague

NOTE_LENGTH = 250
MOST_A_DAY = 50


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


class PeopleForm(FlaskForm):  # type: ignore[misc]
    """Who of one's own company comes."""

    people = SelectMultipleField(
        _l("From your side"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class DailyCapForm(FlaskForm):  # type: ignore[misc]
    """How many meetings a day someone wants at most."""

    cap = IntegerField(_l("Meetings a day at most"), validators=[Optional(), NumberRange(min=1, max=MOST_A_DAY)])


class SayForm(FlaskForm):  # type: ignore[misc]
    """A line to the other side; the service says what it may hold."""

    text = TextAreaField(_l("Message"), filters=[lambda text: (text or "").strip()])


class NoteForm(FlaskForm):  # type: ignore[misc]
    """The line that goes with a request."""

    note = StringField(_l("A line to your request"), filters=[lambda text: (text or "").strip()])


class ReportForm(FlaskForm):  # type: ignore[misc]
    """Why a company is reported to the organizer."""

    reason = RadioField(
        _l("What happened"),
        choices=[SelectChoice(str(code), words) for code, words in COMPLAINT_REASONS.items()],
        validators=[AnyOf(list(COMPLAINT_REASONS), _l("Choose what happened."))],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("In your own words"),
        validators=[Length(max=LONGEST, message=_l("Write at most 500 characters."))],
        filters=[lambda text: (text or "").strip()],
    )


def refuse_text(field: Field, error: Refused) -> None:
    """Say beside a text why it was not sent; what was typed stays."""
    field.errors = [TEXT_REFUSED[error.code]]


def people_form(known: Sequence[Colleague]) -> PeopleForm:
    """Return the form with everyone who comes to the fair, those who sit in the meeting chosen."""
    form = PeopleForm(data={"people": [str(one.id) for one in known if one.sits_in_it]})
    form.people.choices = [(str(one.id), one.name) for one in known]
    return form


def refuse_people(form: PeopleForm, error: Refused) -> None:
    """Say beside the names why they can't be saved."""
    form.people.errors = [PEOPLE_REFUSED[error.code]]


def decline_form(meeting_id: uuid.UUID) -> DeclineForm:
    """Return the form of one request; a page shows many of them, so each has names of its own."""
    return DeclineForm(prefix=f"decline-{meeting_id.hex[:12]}-")
