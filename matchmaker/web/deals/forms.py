"""The forms about outcomes: the answer, its reading back, and why a meeting was not held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, Length, Optional, ValidationError

from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.web.deals.wording import ABSENT, ANSWERS, KINDS, RESULT
from matchmaker.web.fields import Form, choices_of
from matchmaker.web.outcomes import HORIZONS

if TYPE_CHECKING:
    from wtforms import Field

NUMBER_LENGTH = 120
# Over how many years a value can be split, beginning with this one.
SPLIT_YEARS = 5


class OutcomeForm(Form):
    """How a meeting went; kind and value belong to a result only. ``deal`` names the deal it is about, if it does."""

    outcome = RadioField(
        _l("What came of it?"),
        choices=choices_of(ANSWERS),
        validators=[AnyOf(list(ANSWERS), _l("Choose one of the four answers."))],
        validate_choice=False,
    )
    kind = RadioField(
        _l("What kind of result?"),
        choices=choices_of(KINDS),
        validate_choice=False,
    )
    value = StringField(_l("Value"))
    currency = SelectField(_l("Currency"))
    # Optional here: it is asked when the amount is read back, but without a network nobody can be asked later.
    horizon = RadioField(
        _l("By when is it to be traded?"),
        choices=choices_of(HORIZONS),
        validate_choice=False,
    )
    deal = HiddenField()

    def validate_kind(self, field: Field) -> None:
        """A result needs its kind."""
        if self.outcome.data == RESULT and field.data not in set(KINDS):
            raise ValidationError(_l("Choose what kind of result it is."))

    @property
    def stage(self) -> Outcome:
        """The rung of the ladder a result stands on."""
        return Outcome(self.kind.data)


class ConfirmForm(Form):
    """What was answered, carried along, with what is still to be said before it is saved."""

    kind = HiddenField(validators=[AnyOf([str(code) for code in KINDS])])
    value = HiddenField()
    currency = HiddenField()
    reading = RadioField(_l("Which amount do you mean?"), validate_choice=False)
    deal = RadioField(_l("Which deal is it?"), validate_choice=False)
    horizon = RadioField(
        _l("By when is it to be traded?"),
        choices=choices_of(HORIZONS),
        validate_choice=False,
    )
    years = FieldList(StringField(), min_entries=SPLIT_YEARS, max_entries=SPLIT_YEARS)
    category = SelectField(_l("What is it about?"), validate_choice=False)
    expected_on = DateField(_l("Expected by"), validators=[Optional()])
    saving = StringField(_l("What you save by it"))
    number = StringField(
        _l("Number of the order or contract"),
        validators=[
            Optional(),
            Length(max=NUMBER_LENGTH, message=_l("A number has at most %(max)d characters.")),
        ],
    )

    def validate_reading(self, field: RadioField) -> None:
        """An amount that can be read in several ways needs one of them."""
        values = values_of(field)
        if len(values) > 1 and field.data not in values:
            raise ValidationError(_l("Choose the amount you mean."))

    def validate_deal(self, field: RadioField) -> None:
        """A result that may be about several deals needs one of them."""
        values = values_of(field)
        if values and field.data not in values:
            raise ValidationError(_l("Choose which deal it is, or another deal."))

    def validate_horizon(self, field: Field) -> None:
        """A value needs the time it is meant for."""
        if self.value.data and field.data not in set(Horizon):
            raise ValidationError(_l("Choose by when it is to be traded."))


class NotHeldForm(Form):
    """Why a meeting did not take place."""

    absent = RadioField(
        _l("What happened?"),
        choices=choices_of(ABSENT),
        validators=[AnyOf(list(ABSENT), _l("Choose what happened."))],
        validate_choice=False,
    )


def values_of(field: RadioField) -> set[str]:
    """Return what can be chosen in a field."""
    return {str(option.data) for option in field}


def add_error(form: Form, field: str, text: str) -> None:
    """Put what a service refused beside the field it is about, or beside the first one."""
    found = form[field] if field in form else next(iter(form))
    found.errors = [*found.errors, text]
