"""The public numbers of a company: tax code, VSIC activities and HS goods, each checked as far as its shape can be."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from matchmaker.domain.errors import Refused
from matchmaker.domain.names import LegalForm, clean_text, company_name
from matchmaker.domain.spreadsheets.tax_codes import tax_code as one_spelling

if TYPE_CHECKING:
    from collections.abc import Callable

VIETNAM = "VN"
MOST_CODES = 20
LONGEST_TAX_CODE = 20
_PERSON_DIGITS = 12
# The numbers that firms of a country call their tax code. A country that is not here is asked for its VAT number where
# the library knows one, and otherwise for the shape alone.
_NUMBERS: dict[str, tuple[str, ...]] = {
    "AU": ("abn", "acn", "tfn"),
    "CA": ("bn",),
    "CN": ("uscc",),
    "DE": ("vat", "stnr"),
    "FR": ("tva", "siren", "siret"),
    "GB": ("vat", "utr"),
    "ID": ("npwp",),
    "IN": ("gstin", "pan"),
    "JP": ("cn",),
    "KR": ("brn",),
    "SG": ("uen",),
    "TH": ("moa", "tin"),
    "US": ("ein", "tin"),
    VIETNAM: ("mst",),
}
_SEPARATORS = re.compile(r"[\s,;/]+")
_DIGITS = re.compile(r"[0-9]+")
_VSIC_LENGTHS = range(2, 6)
_HS_LENGTHS = frozenset({2, 4, 6, 8, 10})


class CompanyForm(StrEnum):
    """What a company is in law, as far as a fair treats them differently."""

    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    COOP_GROUP = "coop_group"
    HOUSEHOLD_BUSINESS = "household_business"
    ESTABLISHMENT = "establishment"


_FORM_IN_NAME = {
    LegalForm.COOPERATIVE: CompanyForm.COOPERATIVE,
    LegalForm.COOP_GROUP: CompanyForm.COOP_GROUP,
    LegalForm.HOUSEHOLD: CompanyForm.HOUSEHOLD_BUSINESS,
    LegalForm.ESTABLISHMENT: CompanyForm.ESTABLISHMENT,
}


def form_said_by(name: str) -> CompanyForm:
    """Return the legal form that a company's name says; an enterprise when it says none of the others."""
    said = company_name(name).form
    return _FORM_IN_NAME.get(said, CompanyForm.ENTERPRISE) if said else CompanyForm.ENTERPRISE


def checked_tax_code(text: str, *, country: str) -> str | None:
    """Return a tax code in the one spelling it is stored in, None when there is none.

    Raises Refused('bad_tax_code') when it can't be a tax code of that country. A Vietnamese household business has its
    owner's personal number of twelve digits, which carries no check digit.
    """
    cleaned = clean_text(text)
    if not cleaned:
        return None
    code = one_spelling(cleaned, country=country)
    if code is None or len(code) > LONGEST_TAX_CODE or not _is_number_of(country, code):
        raise Refused("bad_tax_code", field="tax_code", country=country)
    return code


def checked_vsic_codes(text: str) -> list[str]:
    """Return the VSIC codes in a text, each once: two to five digits. Raises Refused('bad_vsic_code') naming one."""
    return _codes(text, field="vsic_codes", code="bad_vsic_code", fits=lambda digits: len(digits) in _VSIC_LENGTHS)


def checked_hs_codes(text: str) -> list[str]:
    """Return the HS codes in a text, each once and without dots: two to ten digits, an even number of them.

    Raises Refused('bad_hs_code') naming the first that is none.
    """
    return _codes(text, field="hs_codes", code="bad_hs_code", fits=lambda digits: len(digits) in _HS_LENGTHS)


def _codes(text: str, *, field: str, code: str, fits: Callable[[str], bool]) -> list[str]:
    found: list[str] = []
    for each in filter(None, _SEPARATORS.split(clean_text(text, keep_lines=True))):
        digits = each.replace(".", "")
        if not _DIGITS.fullmatch(digits) or not fits(digits):
            raise Refused(code, field=field, value=each[:40])
        if digits not in found:
            found.append(digits)
    if len(found) > MOST_CODES:
        raise Refused("too_many_codes", field=field, most=MOST_CODES)
    return found


def _is_number_of(country: str, code: str) -> bool:
    """Whether a code is a number of that country; countries whose numbers nobody here knows take any shape."""
    if country == VIETNAM and len(code) == _PERSON_DIGITS and code.isdecimal():
        return True
    names = _NUMBERS.get(country, ("vat",))
    kinds = [kind for name in names if (kind := get_cc_module(country.lower(), name)) is not None]
    return not kinds or any(_is_valid(kind, code) for kind in kinds)


def _is_valid(kind: object, code: str) -> bool:
    try:
        kind.validate(code)  # type: ignore[attr-defined]  # The library gives out modules that all have it.
    except ValidationError:
        return False
    return True
