"""Forms that show every kind of field on the components page, with and without faults."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.web.fields import Form
from matchmaker.web.filters import country

COUNTRIES = ("DE", "FR", "JP", "KR", "VN")


class SampleForm(Form):
    """One field of each kind; shown as it looks after an empty answer."""

    intent = RadioField(
        _l("What brings you here?"),
        choices=[
            SelectChoice("sell", _l("To sell")),
            SelectChoice("buy", _l("To buy")),
            SelectChoice("both", _l("Both")),
        ],
        validators=[DataRequired(_l("Choose one."))],
    )
    name = StringField(_l("Company name"), validators=[DataRequired(_l("Enter the company's name."))])
    volume = DecimalField(_l("Quantity a month"))
    email = EmailField(_l("E-mail"))
    country = SelectField(_l("Country"), choices=[])
    day = DateField(_l("Day"))
    password = PasswordField(_l("Password"))
    markets = SelectMultipleField(
        _l("Markets"), choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    looking_vi = TextAreaField(_l("Vietnamese"))
    looking_en = TextAreaField(_l("English"))
    note = TextAreaField(_l("Note"))
    product = StringField(_l("Product"))
    file = FileField(_l("File"))
    agree = BooleanField(_l("I agree"))

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        named = [SelectChoice(code, country(code)) for code in COUNTRIES]
        self.country.choices, self.markets.choices = named, named


class SampleOutcomeForm(Form):
    """The fields of the outcome card."""

    outcome = RadioField(
        _l("What came of it?"),
        choices=[
            SelectChoice("result", _l("Result")),
            SelectChoice("follow_up", _l("Follow-up")),
            SelectChoice("no_fit", _l("No fit")),
            SelectChoice("not_held", _l("Not held")),
        ],
    )
    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice("quotation", _l("Quotation")),
            SelectChoice("mou", _l("MoU")),
            SelectChoice("agreement", _l("Contract")),
            SelectChoice("order", _l("Order")),
        ],
    )
    value = StringField(_l("Estimated value"))
    currency = SelectField(_l("Currency"), choices=[SelectChoice(code, code) for code in ("USD", "VND", "EUR")])
