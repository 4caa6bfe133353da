"""What is wrong with a company's public numbers, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matchmaker.web.filters import country

if TYPE_CHECKING:
    from matchmaker.domain.errors import Refused


def number_refused(error: Refused) -> str:
    """What is wrong with a tax code, a VSIC code or an HS code; it belongs beside ``error.field``."""
    if error.code == "bad_tax_code":
        return _bad_tax_code(str(error.facts["country"]))
    if error.code == "bad_vsic_code":
        return _("%(value)s is not a VSIC code. One has two to five digits, such as 10301.", value=error.facts["value"])
    if error.code == "bad_hs_code":
        return _(
            "%(value)s is not an HS code. One has two, four, six, eight or ten digits, such as 0901.21.",
            value=error.facts["value"],
        )
    return _("At most %(most)s codes can be kept here. Leave out those that matter least.", most=error.facts["most"])


def _bad_tax_code(code: str) -> str:
    if code == "VN":
        return _(
            "This is not a Vietnamese tax code: check the digits. A company has ten, a branch three more after a"
            " hyphen, a household business twelve. You can also leave it empty."
        )
    return _(
        "This is not a tax code of this country (%(country)s): check it, or leave it empty.", country=country(code)
    )
