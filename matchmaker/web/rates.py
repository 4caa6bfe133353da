"""Fixed rates as a form asks for them, a fair's and a programme's alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from matchmaker.services.fair_setup import RatePlan
from matchmaker.web.choices import all_currencies
from matchmaker.web.fields import WANTED, DayField, Form, RateField, words

if TYPE_CHECKING:
    from datetime import date


class RateForm(Form):
    """What one unit of another currency is worth."""

    currency = SelectField(_l("Currency"))
    rate = RateField(
        _l("One unit is worth"),
        places=None,
        validators=[InputRequired(_l("Enter a number, such as 25400 or 0.0000379."))],
    )
    fixed_on = DayField(_l("Rate of the day"), validators=[InputRequired(WANTED)])
    source = words(_l("Source"))


def rate_form(kind: type[RateForm], *, into: str, today: date, **options: Any) -> Any:
    """Return a form for the rate of any currency into that of the report, of today unless it says otherwise."""
    form: Any = kind(data={"fixed_on": today}, **options)
    form.currency.choices = all_currencies(but=into)
    return form


def plan_of(form: Any) -> RatePlan:
    """Return the rate that was entered."""
    return RatePlan(**{name: form[name].data for name in RatePlan.__dataclass_fields__})
