"""The forms about personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from matchmaker.domain.privacy.requests import RequestChannel, RequestKind
from matchmaker.domain.privacy.retention import LONGEST_MONTHS, LONGEST_UPLOAD_DAYS
from matchmaker.web.fields import Form
from matchmaker.web.privacy.wording import CHANNELS, KINDS

if TYPE_CHECKING:
    from matchmaker.domain.privacy.retention import Periods

ADDRESS = r"^[^@\s]{1,64}@[^@\s]{1,189}$"
A_LINE = Length(max=250, message=_l("This has at most 250 characters."))
MONTHS = (
    InputRequired(_l("Enter a whole number.")),
    NumberRange(1, LONGEST_MONTHS, _l("From 1 to 120 months.")),
)


class EraseForm(Form):
    """The one tick without which nothing is erased."""

    is_sure = BooleanField(
        _l("I have read this. Erase my account and my data for good."),
        validators=[DataRequired(_l("Tick this to go on. It cannot be undone."))],
    )


class RequestForm(Form):
    """A request that came in by mail, by phone or on paper."""

    email = EmailField(
        _l("E-mail of the person"),
        validators=[
            DataRequired(_l("Enter the e-mail address.")),
            Regexp(ADDRESS, message=_l("This does not look like an e-mail address. It has the form name@example.com.")),
        ],
    )
    kind = SelectField(
        _l("What the person asks for"), choices=[SelectChoice(kind.value, KINDS[kind]) for kind in RequestKind]
    )
    channel = SelectField(
        _l("How it came in"), choices=[SelectChoice(channel.value, CHANNELS[channel]) for channel in RequestChannel]
    )
    received_on = DateField(_l("Received on"), validators=[DataRequired(_l("Enter the day it came in."))])
    note = StringField(_l("Note"), validators=[A_LINE])


class DoneForm(Form):
    """That who asks is the person themselves, and what was done."""

    is_checked = BooleanField(
        _l("I have made sure that the person themselves asks."),
        validators=[DataRequired(_l("Make sure of it first, and tick this."))],
    )
    outcome = StringField(_l("What was done"), validators=[A_LINE])


class ReasonForm(Form):
    """Why a request is extended or refused."""

    reason = StringField(_l("Reason"), validators=[DataRequired(_l("Give the reason; the person is told.")), A_LINE])


class PeriodsForm(Form):
    """How long a fair keeps things."""

    people_months = IntegerField(_l("People who do not sign in"), validators=MONTHS)
    notes_months = IntegerField(_l("Notes, messages and notices"), validators=MONTHS)
    history_months = IntegerField(_l("The history of who did what"), validators=MONTHS)
    uploads_days = IntegerField(
        _l("Lists handed in"),
        validators=[
            InputRequired(_l("Enter a whole number.")),
            NumberRange(1, LONGEST_UPLOAD_DAYS, _l("From 1 to 365 days.")),
        ],
    )


def periods_form(periods: Periods) -> PeriodsForm:
    """Return the form, filled in with what holds now unless it was sent."""
    return PeriodsForm(obj=periods)
