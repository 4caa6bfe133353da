"""The forms of step one: the company's facts, and one certificate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired, Optional, ValidationError

from matchmaker.domain import profiles
from matchmaker.domain.company_codes import checked_hs_codes, checked_tax_code, checked_vsic_codes
from matchmaker.domain.errors import Refused
from matchmaker.services.profile_facts import VALUE_NAMES, CompanyValues
from matchmaker.web.addresses import no_address
from matchmaker.web.choices import all_countries, named
from matchmaker.web.company_words import number_refused
from matchmaker.web.fields import Form, at_most, choices_of
from matchmaker.web.filters import country, tongue
from matchmaker.web.fragments import drawn_by
from matchmaker.web.language import language
from matchmaker.web.opened_forms import opened
from matchmaker.web.profile.fields import ChipsField, ChoiceField, MoreCountriesField, few, with_own
from matchmaker.web.profile.item_form import MARKETS, NOTHING_CHOSEN
from matchmaker.web.profile.wording import LEGAL_FORMS, SIZES, STAGES
from matchmaker.web.unsent import unsent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup
    from wtforms import Field

    from matchmaker.services.profile_facts import OwnCompany

LANGUAGES = ("vi", "en", "zh", "ja", "ko", "fr", "de", "es", "ru", "th", "id", "ar")
TONGUES = named(LANGUAGES, tongue)
LONGEST_URL = 500
LONGEST_CODES = 400
FIELDS = "profile/company_fields.html"
NUMBERS = ("parent_country", "vsic_codes", "hs_codes")
_BARE_ADDRESS = re.compile(r"[^\s:/@]+\.[^\s:/@.]{2,}(/\S*)?")


def _whole_address(text: str) -> str:
    """An address of the web as it is typed, without its beginning, gets one."""
    return f"https://{text}" if _BARE_ADDRESS.fullmatch(text) else text


class CompanyForm(Form):
    """What a company says of itself. Only its name and country are asked of everyone."""

    name = StringField(
        _l("Name of the company"),
        validators=[DataRequired(_l("Enter the company's name.")), at_most(profiles.LONGEST_NAME)],
    )
    name_en = StringField(_l("Name in English"), validators=[at_most(profiles.LONGEST_NAME)])
    short_name = StringField(_l("Short name"), validators=[at_most(profiles.LONGEST_SHORT_NAME)])
    legal_form = SelectField(_l("Legal form"), choices=choices_of(LEGAL_FORMS))
    country = SelectField(_l("Country"))
    parent_country = ChoiceField(_l("Country of the parent company"))
    tax_code = StringField(_l("Tax code"), validators=[at_most(20)])
    vsic_codes = StringField(_l("VSIC codes of what it does"), validators=[at_most(LONGEST_CODES)])
    hs_codes = StringField(_l("HS codes of its goods"), validators=[at_most(LONGEST_CODES)])
    city = StringField(_l("City or province"), validators=[at_most(profiles.LONGEST_SHORT)])
    about_vi = TextAreaField(_l("In Vietnamese"), validators=[at_most(profiles.LONGEST_ABOUT)])
    about_en = TextAreaField(_l("In English"), validators=[at_most(profiles.LONGEST_ABOUT)])
    size_class = ChoiceField(_l("Size"), choices=[NOTHING_CHOSEN, *choices_of(SIZES)])
    stage = ChoiceField(_l("Stage in the value chain"), choices=[NOTHING_CHOSEN, *choices_of(STAGES)])
    languages = ChipsField(_l("Languages you do business in"), choices=TONGUES)
    markets = ChipsField(_l("Markets you serve or look to"), choices=MARKETS)
    more_markets = MoreCountriesField(_l("Other countries"))
    website = StringField(_l("Website"), filters=[_whole_address], validators=[at_most(LONGEST_URL)])

    def fill(self, company: OwnCompany) -> None:
        """Offer what can be chosen, with what the company already has chosen among it."""
        self.stored = company.values
        self.offer_countries()
        for name, choices in _own_choices(company.values).items():
            self[name].choices = choices

    def offer_countries(self) -> None:
        """Offer every country."""
        self.country.choices = all_countries()
        self.parent_country.choices = all_countries(none=_("The same country"))

    def validate_name(self, field: Field) -> None:
        """A new name leads nowhere; invitations carry it to people who know nobody here."""
        if field.data != self.stored.name:
            no_address(self, field)

    def validate_tax_code(self, field: Field) -> None:
        """A tax code is one of its country; one from the organizer's list may stay as long as nobody changes it."""
        if (field.data, self.country.data) != (self.stored.tax_code, self.stored.country):
            _checked(lambda: checked_tax_code(field.data or "", country=self.country.data))

    def validate_vsic_codes(self, field: Field) -> None:
        """Every code has the digits a VSIC code has."""
        _checked(lambda: checked_vsic_codes(field.data or ""))

    def validate_hs_codes(self, field: Field) -> None:
        """Every code has the digits an HS code has."""
        _checked(lambda: checked_hs_codes(field.data or ""))

    def validate_website(self, field: Field) -> None:
        """Only an address of the web, so that the link on the page can lead nowhere else."""
        if field.data and not _is_web_address(field.data):
            raise ValidationError(_("Enter an address that begins with https:// or http://."))

    def values(self) -> CompanyValues:
        """What a valid form says."""
        return CompanyValues(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            short_name=self.short_name.data or "",
            legal_form=self.legal_form.data,
            country=self.country.data,
            parent_country=self.parent_country.data or None,
            tax_code=self._tax_code(),
            vsic_codes=checked_vsic_codes(self.vsic_codes.data or ""),
            hs_codes=checked_hs_codes(self.hs_codes.data or ""),
            city=self.city.data or "",
            about_vi=self.about_vi.data or "",
            about_en=self.about_en.data or "",
            size_class=self.size_class.data or None,
            stage=self.stage.data or None,
            languages=few(self.languages.data or ()),
            markets=few((*(self.markets.data or ()), *self.more_markets.codes)),
        )

    def _tax_code(self) -> str | None:
        if (self.tax_code.data, self.country.data) == (self.stored.tax_code, self.stored.country):
            return self.stored.tax_code
        return checked_tax_code(self.tax_code.data or "", country=self.country.data)


class CertificateForm(Form):
    """A certificate the company holds."""

    name = StringField(
        _l("Certificate"),
        validators=[DataRequired(_l("Enter the certificate's name.")), at_most(profiles.LONGEST_NAME)],
    )
    expires_on = DateField(_l("Valid until"), validators=[Optional()])


def company_form(company: OwnCompany, *, data: Any = None) -> CompanyForm:
    """Return the form with what is stored, or with what was sent now, or ``data`` that was kept from before."""
    sent = {} if data is None else {"formdata": data}
    form = CompanyForm(data=_shown(company), **sent)
    form.fill(company)
    return form


def company_fields(company: OwnCompany) -> Markup:
    """Draw the fields of the form with what is stored."""
    shown, choices = _shown(company), _own_choices(company.values)
    has_numbers = any(shown[name] for name in NUMBERS)
    return opened(FIELDS, "facts", _form_of_nobody, shown, language(), has_numbers, choices=choices)


def sent_fields(form: CompanyForm) -> Markup:
    """Draw the fields of a form that was sent."""
    has_numbers = any(form[name].data or form[name].errors for name in NUMBERS)
    return drawn_by(FIELDS, "facts", form, language(), has_numbers)


def certificate_fields(form: CertificateForm | None) -> Markup:
    """Draw the fields of a certificate, as they were sent or empty."""
    return unsent(FIELDS, "certificate", certificate_form) if form is None else drawn_by(FIELDS, "certificate", form)


def certificate_form(**sent: Any) -> CertificateForm:
    """Return the form of a certificate, which stands beside the company's own."""
    return CertificateForm(prefix="certificate-", **sent)


def _shown(company: OwnCompany) -> dict[str, Any]:
    """What stands in the fields of a company's form before anything is sent."""
    has = {name: getattr(company.values, name) for name in VALUE_NAMES}
    has |= {name: ", ".join(has[name]) for name in ("vsic_codes", "hs_codes")}
    return {**has, "website": _whole_address(company.website)}


def _own_choices(has: CompanyValues) -> dict[str, Sequence[SelectChoice]]:
    """What a company can choose from that not everyone can: what it has chosen already is among it."""
    found = {
        "languages": with_own(TONGUES, has.languages, tongue),
        "markets": with_own(MARKETS, has.markets, country),
    }
    if has.legal_form not in LEGAL_FORMS:
        found["legal_form"] = [*choices_of(LEGAL_FORMS), SelectChoice(has.legal_form, has.legal_form)]
    return found


def _form_of_nobody(**sent: Any) -> CompanyForm:
    form = CompanyForm(**sent)
    form.offer_countries()
    return form


def _checked(check: Callable[[], object]) -> None:
    """Turn the domain's refusal of a number into words beside the field."""
    try:
        check()
    except Refused as refused:
        raise ValidationError(number_refused(refused)) from refused


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in address
    except ValueError:
        return False
