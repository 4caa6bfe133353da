"""The forms of meetings."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.domain.conversation import LONGEST
from matchmaker.domain.objections import LONGEST_WORDS
from matchmaker.web.fields import Form, at_most, choices_of, one_line
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.meetings.wording import (
    CANCEL_REASONS,
    COMPLAINT_REASONS,
    DECLINE_REASONS,
    PEOPLE_REFUSED,
    TEXT_REFUSED,
)
from matchmaker.web.objection_words import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from wtforms import Field

    from matchmaker.domain.errors import Refused
    from matchmaker.services.line_up import Colleague

NOTE_LENGTH = 250
MOST_A_DAY = 50


def _key(text: str | None) -> uuid.UUID | None:
    """The id that a button sent; something else than an id names nobody and is refused as such."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


class AskForm(Form):
    """A request, with a line to the other company if one likes, to someone of its people or to whoever fits best."""

    note = StringField(_l("Message"), validators=[at_most(NOTE_LENGTH)])
    person = HiddenField(filters=[_key])


class DeclineForm(Form):
    """Why a request is declined."""

    reason = RadioField(
        _l("Reason"),
        choices=choices_of(DECLINE_REASONS),
        validators=[AnyOf(list(DECLINE_REASONS), _l("Choose a reason. The other side will read it."))],
        validate_choice=False,
    )


class CancelForm(Form):
    """Why a meeting is called off."""

    reason = RadioField(
        _l("Reason"),
        choices=choices_of(CANCEL_REASONS),
        validators=[AnyOf(list(CANCEL_REASONS), _l("Choose a reason. The other side will read it."))],
        validate_choice=False,
    )


class PeopleForm(Form):
    """Who of one's own company comes."""

    people = SelectMultipleField(
        _l("From your side"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class DailyCapForm(Form):
    """How many meetings a day someone wants at most."""

    cap = IntegerField(_l("Meetings a day at most"), validators=[Optional(), NumberRange(min=1, max=MOST_A_DAY)])


class ThirdForm(Form):
    """Which company is asked to join a meeting."""

    company = RadioField(
        _l("Company"), validators=[InputRequired(_l("Choose a company."))], validate_choice=True, choices=[]
    )


class ThirdAnswerForm(Form):
    """Who comes to the meeting that one's company joins."""

    person = RadioField(
        _l("Who comes"), validators=[InputRequired(_l("Choose who comes."))], validate_choice=True, choices=[]
    )


class SayForm(Form):
    """A line to the other side; the service says what it may hold."""

    text = TextAreaField(_l("Message"))


class NoteForm(Form):
    """The line that goes with a request."""

    note = StringField(_l("A line to your request"))


class ReportForm(Form):
    """Which company of a meeting is reported to the organizer, and why."""

    about = RadioField(_l("Which company?"), choices=[], validators=[DataRequired(_l("Choose the company."))])
    reason = RadioField(
        _l("What happened"),
        choices=choices_of(COMPLAINT_REASONS),
        validators=[AnyOf(list(COMPLAINT_REASONS), _l("Choose what happened."))],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("In your own words"),
        validators=[Length(max=LONGEST, message=_l("Write at most 500 characters."))],
    )


class ObjectionForm(Form):
    """What stands against a meeting of the plan."""

    reason = RadioField(
        _l("What stands against it"),
        choices=choices_of(REASONS),
        validators=[AnyOf(list(REASONS), _l("Choose what stands against it."))],
        validate_choice=False,
    )
    words = TextAreaField(
        _l("A line to the organizer"),
        validators=[Length(max=LONGEST_WORDS, message=_l("Write at most 250 characters."))],
        filters=[one_line],
    )


class AnswerForm(Form):
    """Why a meeting stays as it is; the service says what the line may hold."""

    answer = StringField(_l("Your answer"))


def answer_form(objection_id: uuid.UUID, *, is_empty: bool = False) -> AnswerForm:
    """Return the form of one objection; a page shows many of them, so each has names of its own."""
    prefix = f"answer-{objection_id.hex[:12]}-"
    return AnswerForm(formdata=None, prefix=prefix) if is_empty else AnswerForm(prefix=prefix)


def refuse_text(field: Field, error: Refused) -> None:
    """Say beside a text why it was not sent; what was typed stays."""
    field.errors = [TEXT_REFUSED[error.code]]


@same_for_all
def cap_field(cap: int | None) -> Markup:
    """Return the field of the cap with what it is now; there are no more of them than numbers it takes."""
    return drawn_by("meetings/agenda_parts.html", "cap", DailyCapForm(formdata=None, cap=cap).cap)


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


def report_form(found: Sequence[tuple[uuid.UUID, str]]) -> ReportForm:
    """Return the form that reports one of some companies; where there is one alone, it is the one."""
    form = ReportForm()
    form.about.choices = [SelectChoice(str(key), name) for key, name in found]
    if len(found) == 1:
        form.about.data = str(found[0][0])
    return form
