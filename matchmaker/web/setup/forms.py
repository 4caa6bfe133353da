"""The forms of the set-up. They check shape; services check truth."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import InputRequired, NumberRange, Optional

from matchmaker.domain.fairs import StaffRole
from matchmaker.services.fair_rules import RANGES
from matchmaker.web.choices import named
from matchmaker.web.fields import NUMBER, WANTED, ClockField, DayField, Form, ManyField, WholeField, words
from matchmaker.web.filters import tongue
from matchmaker.web.rates import RateForm
from matchmaker.web.setup.wording import ACCEPTANCE, ROLES, TIME_CHOICE

LONG_TEXT, SHORT = 2_000, 80
RANGE = _l("Enter a number from %(min)s to %(max)s.")
# What is interpreted at Vietnamese fairs; others can be asked for by the form's text.
TONGUES = ("en", "zh", "ja", "ko", "fr", "de", "ru", "es", "th", "lo", "km", "id", "it", "pt", "ar", "hi")


class NamesForm(Form):
    """What the fair is called, where it is, what it is about."""

    name_vi = words(_l("Name, Vietnamese"), needed=False)
    name_en = words(_l("Name, English"), needed=False)
    about_vi = words(_l("About, Vietnamese"), most=LONG_TEXT, needed=False, kind=TextAreaField)
    about_en = words(_l("About, English"), most=LONG_TEXT, needed=False, kind=TextAreaField)
    city_vi = words(_l("City, Vietnamese"), most=SHORT, needed=False)
    city_en = words(_l("City, English"), most=SHORT, needed=False)
    country = SelectField(_l("Country"))


class DaysForm(Form):
    """The days of the fair and the clock they are told by."""

    opens_on = DayField(_l("First day"), validators=[InputRequired(WANTED)])
    closes_on = DayField(_l("Last day"), validators=[InputRequired(WANTED)])
    time_zone = words(_l("Time zone"), most=SHORT)


class SessionForm(Form):
    """A session on one or several days."""

    days = ManyField(_l("On which days?"), validators=[InputRequired(_l("Choose at least one day."))])
    starts_at = ClockField(_l("Begins"), validators=[InputRequired(WANTED)])
    ends_at = ClockField(_l("Ends"), validators=[InputRequired(WANTED)])
    slot_minutes = WholeField(
        _l("Length of a meeting"), default=25, validators=[InputRequired(NUMBER), NumberRange(5, 240, RANGE)]
    )
    break_minutes = WholeField(
        _l("Break after each"), default=5, validators=[InputRequired(NUMBER), NumberRange(0, 120, RANGE)]
    )


class HallForm(Form):
    """A hall with its tables."""

    code = words(_l("Hall"), most=20)
    name_vi = words(_l("Name, Vietnamese"), needed=False)
    name_en = words(_l("Name, English"), needed=False)
    tables = words(_l("Tables"), most=LONG_TEXT)


class BoothForm(Form):
    """The hall in which the exhibitors' booths are."""

    hall = SelectField(_l("Hall"), validators=[InputRequired(WANTED)])


class SectorsForm(Form):
    """The sectors a fair is about."""

    sectors = ManyField(_l("What is the fair about?"))


class ModeForm(Form):
    """The two switches."""

    acceptance = RadioField(
        _l("Who accepts a request?"),
        choices=[SelectChoice(str(code), label) for code, (label, _note) in ACCEPTANCE.items()],
    )
    time_choice = RadioField(
        _l("Who picks the time?"),
        choices=[SelectChoice(str(code), label) for code, (label, _note) in TIME_CHOICE.items()],
    )


def _number(name: str, label: Any, *, needed: bool = True) -> Any:
    least, most = RANGES[name]
    return WholeField(
        label, validators=[InputRequired(NUMBER) if needed else Optional(), NumberRange(least, most, RANGE)]
    )


class LimitsForm(Form):
    """How much of everything there may be."""

    meetings_cap = _number("meetings_cap", _l("Meetings of one company"))
    list_length = _number("list_length", _l("Suggestions in a list"))
    request_minutes = _number("request_minutes", _l("Time to answer a request"))
    fair_request_minutes = _number("fair_request_minutes", _l("Time to answer during the fair"))
    request_quota_day = _number("request_quota_day", _l("Requests of one company a day"), needed=False)
    request_quota_total = _number("request_quota_total", _l("Requests of one company in all"), needed=False)
    late_minutes = _number("late_minutes", _l("Late after"))
    rescue_minutes = _number("rescue_minutes", _l("A substitute is looked for after"))


class CurrencyForm(Form):
    """What the report counts in."""

    currency = SelectField(_l("Report currency"))


class FairRateForm(RateForm):
    """What one unit of another currency is worth; once values rest on it, also why it changes."""

    why = words(_l("Why it changes"), needed=False)


class RuleForm(Form):
    """Two sides that never meet, each as the pages of rules write it into an address."""

    one = HiddenField(_l("Who"))
    other = HiddenField(_l("never meets"))
    reason = words(_l("Reason"), needed=False)


class GroupForm(Form):
    """A group that rules can speak of."""

    name = words(_l("Name of the group"), most=SHORT)


def _companies() -> Any:
    """A list of companies to choose from; which there are is the service's to know."""
    wanted = InputRequired(_l("Choose at least one company."))
    return ManyField(_l("Companies"), coerce=UUID, validate_choice=False, validators=[wanted])


class CompaniesForm(Form):
    """Companies that come into a group."""

    companies = _companies()


class LeavingForm(Form):
    """Companies that leave a group."""

    leaving = _companies()


class StaffForm(Form):
    """Someone who works for the fair. Interpreters have a form of their own."""

    name = words(_l("Name"))
    email = words(_l("E-mail"), kind=EmailField)
    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(str(code), ROLES[code]) for code in StaffRole if code is not StaffRole.INTERPRETER],
        validators=[InputRequired(_l("Choose a role."))],
    )


class InterpreterForm(Form):
    """An interpreter and the languages spoken beside Vietnamese."""

    name = words(_l("Name"))
    email = words(_l("E-mail"), kind=EmailField)
    languages = ManyField(_l("Interprets between Vietnamese and"), choices=named(TONGUES, tongue))


class TreeForm(Form):
    """A category tree as a file, or as the text of one that was read already."""

    file = FileField(_l("CSV file"))
    text = HiddenField("")


class NewFairForm(Form):
    """The least that makes a fair; everything else is asked on the set-up pages."""

    name_vi = words(_l("Name, Vietnamese"), needed=False)
    name_en = words(_l("Name, English"), needed=False)
    slug = words(_l("Address"), most=60)
    city_vi = words(_l("City, Vietnamese"), most=SHORT, needed=False)
    city_en = words(_l("City, English"), most=SHORT, needed=False)
    country = SelectField(_l("Country"))
    opens_on = DayField(_l("First day"), validators=[InputRequired(WANTED)])
    closes_on = DayField(_l("Last day"), validators=[InputRequired(WANTED)])
    time_zone = words(_l("Time zone"), most=SHORT)
    report_currency = SelectField(_l("Report currency"))
    copy_from = SelectField(_l("Take the set-up from"))


def seen() -> str:
    """Return the code of the effects that were shown before this form was sent."""
    return request.form.get("seen", "")


@cache
def zones() -> list[str]:
    """Return the names of time zones that belong to a place."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
