"""The forms of registering and of claiming an address."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf, DataRequired, Length

from matchmaker.domain.consents import Purpose
from matchmaker.domain.registration import RoleChoice
from matchmaker.services.tokens import new_token
from matchmaker.web.addresses import address_field, no_address
from matchmaker.web.choices import all_countries
from matchmaker.web.fields import Form

LONGEST_PERSON, LONGEST_COMPANY, LONGEST_KEY = 100, 150, 64
CONSENT_FIELDS = {purpose: f"agree_{purpose}" for purpose in Purpose}


class _Company(Form):
    """What comes first. Fields are listed, and their errors summed up, in the order in which they are made here."""

    company = StringField(
        _l("Company"),
        validators=[
            DataRequired(_l("Enter the company's name.")),
            Length(max=LONGEST_COMPANY, message=_l("A company's name has at most 150 characters here.")),
            no_address,
        ],
    )
    country = SelectField(_l("Country of registration"), validators=[DataRequired(_l("Choose the country."))])
    role = RadioField(
        _l("What brings you to the fair?"),
        choices=[
            SelectChoice(RoleChoice.EXHIBITOR, _l("We exhibit and sell")),
            SelectChoice(RoleChoice.BUYER, _l("We look for suppliers")),
            SelectChoice(RoleChoice.BOTH, _l("Both")),
        ],
        validators=[AnyOf(list(RoleChoice), _l("Choose whether you sell, buy or do both."))],
        validate_choice=False,
    )


class _Person:
    """Who registers."""

    name = StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Enter your name.")),
            Length(max=LONGEST_PERSON, message=_l("A name has at most 100 characters here.")),
            no_address,
        ],
    )
    email = address_field()


class CompanyForm(_Company):
    """What is asked of everyone who registers. ``key`` makes a form sent twice one; ``texts`` names what was read."""

    agree_matching = BooleanField(
        _l("Matching"), validators=[DataRequired(_l("Tick this box to take part: matching is what this site does."))]
    )
    agree_profile = BooleanField(_l("Showing the profile"))
    agree_contact = BooleanField(_l("Contacts after acceptance"))
    agree_statistics = BooleanField(_l("Results and statistics"))
    agree_marketing = BooleanField(_l("News and advertising"))
    key = HiddenField(default=new_token, validators=[DataRequired(), Length(max=LONGEST_KEY)])
    texts = HiddenField()

    @property
    def agreed(self) -> frozenset[Purpose]:
        """The purposes whose boxes are ticked."""
        return frozenset(purpose for purpose, name in CONSENT_FIELDS.items() if self[name].data)


class RegisterForm(CompanyForm, _Person):
    """What is asked of someone who is not signed in."""


class AddressForm(Form):
    """An address to sign in with."""

    email = address_field()


def register_form(*, home: str, is_signed_in: bool) -> CompanyForm:
    """Return the form for someone, with the fair's own country chosen beforehand."""
    form = CompanyForm() if is_signed_in else RegisterForm()
    form.country.choices = all_countries()
    if form.country.data is None:
        form.country.data = home
    return form
