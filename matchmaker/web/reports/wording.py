"""The words of the report: steps, versions, fates of meetings, names of filters and columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.deals.ledger import UNKNOWN
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.domain.reporting.funnel import Step
from matchmaker.domain.reporting.rows import MeetingFate
from matchmaker.domain.spreadsheets.errors import ImportCode
from matchmaker.services.contracts import ContractCode
from matchmaker.services.report_deals import Among, Amount
from matchmaker.web.filters import country, day
from matchmaker.web.import_words import SENTENCES
from matchmaker.web.language import language
from matchmaker.web.outcomes import ATTRIBUTIONS, DIRECTIONS, FLAGS, HORIZONS, LEVELS, OUTCOMES, REACHES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString

VERSIONS: dict[Version, LazyString] = {
    Version.CLOSING: _l("Report at closing"),
    Version.DAY_30: _l("Report 30 days after closing"),
    Version.MONTH_6: _l("Report 6 months after closing"),
    Version.MONTH_12: _l("Report 12 months after closing"),
}
STEPS: dict[Step, LazyString] = {
    Step.SUGGESTED: _l("Suggested pairs"),
    Step.REQUESTED: _l("Asked for a meeting"),
    Step.ACCEPTED: _l("Accepted"),
    Step.SCHEDULED: _l("Scheduled"),
    Step.HELD: _l("Held"),
    Step.OUTCOME: _l("With an outcome"),
    Step.DEAL: _l("Deals"),
    Step.REALISED: _l("Delivered or paid"),
}
FATES: dict[MeetingFate, tuple[LazyString, str, str]] = {
    MeetingFate.HELD: (_l("Held"), "jade", "check"),
    MeetingFate.PENDING: (_l("Not yet recorded"), "nghe", "clock"),
    MeetingFate.CANCELLED: (_l("Called off"), "", "x"),
    MeetingFate.NO_SHOW_SELLER: (_l("Exhibitor did not come"), "son", "x"),
    MeetingFate.NO_SHOW_BUYER: (_l("Buyer did not come"), "son", "x"),
    MeetingFate.NO_SHOW_BOTH: (_l("Nobody came"), "son", "x"),
}
# The counts of meetings that can be listed, each under the name that its address carries.
MEETING_COUNTS: dict[str, LazyString] = {
    "scheduled": _l("Scheduled"),
    "held": _l("Held"),
    "held_as_scheduled": _l("Held as scheduled"),
    "walk_in": _l("Held outside the schedule"),
    "cancelled": _l("Called off"),
    "no_show": _l("Not held"),
    "no_show_seller": _l("Exhibitor did not come"),
    "no_show_buyer": _l("Buyer did not come"),
    "pending": _l("Not yet recorded"),
    "online": _l("Held online"),
    "with_outcome": _l("With an outcome"),
    "set_up": _l("Set up by the organizer"),
}
# The counts of pairs that can be listed.
PAIR_COUNTS: dict[str, LazyString] = {
    "suggested": STEPS[Step.SUGGESTED],
    "requested": STEPS[Step.REQUESTED],
    "unsuggested": _l("Asked for without a suggestion"),
    "accepted": STEPS[Step.ACCEPTED],
    "met": _l("Pairs of companies that met"),
    "deals": _l("Pairs with a deal"),
}
LISTS: dict[str, LazyString] = {
    "meetings": _l("Meetings of the report"),
    "pairs": _l("Pairs of the report"),
    "companies": _l("Companies of the report"),
}
COMPANY_COUNTS: dict[str, LazyString] = {
    "all": _l("Companies"),
    "sellers": _l("Exhibitors"),
    "buyers": _l("Buyers"),
    "domestic": _l("Registered in the fair’s country"),
    "foreign": _l("Registered abroad"),
    "foreign_owned": _l("Registered here, owned from abroad"),
    "hosted": _l("Journey paid by the fair"),
    "supported": _l("Supported by a programme"),
    "without_meeting": _l("Without any meeting"),
}
HELP: dict[str, LazyString] = {name: COMPANY_COUNTS[name] for name in ("hosted", "supported")}
YEAR = "year"
BY_YEAR = _l("Deals over several years, by year")
OF_A_YEAR = _l("Value in the year")
FILTERS: dict[str, LazyString] = {
    "stage": _l("Kind"),
    "evidence": _l("Confirmation"),
    "day": _l("Day"),
    "sector": _l("Sector"),
    "country": _l("Partner’s country"),
    "reach": _l("Domestic or international"),
    "direction": _l("Direction"),
    "horizon": _l("Horizon"),
    "currency": _l("Currency it was stated in"),
    "attribution": _l("Without the fair"),
    "help": _l("Companies that came with help"),
    "flag": _l("To be looked at"),
    "among": _l("Among all deals"),
    "amount": _l("What is added up"),
    YEAR: _l("Year"),
}
# What is wrong with a file of contracts: as with any file, but nobody chooses its columns by hand.
REGISTER_SENTENCES: dict[ImportCode, LazyString] = {
    **SENTENCES,
    ImportCode.NO_ROWS: _l("The file is empty. Choose one with a row of headers and a row for each contract."),
    ImportCode.MISSING_COLUMN: _l("No column says this: %(field)s. Add one with this name as its header."),
}
# Why a contract does not fit the fair.
CONTRACT_SENTENCES: dict[ContractCode, LazyString] = {
    ContractCode.NO_SUCH_BUYER: _l("No buyer at the fair has this name. Import it first, or correct the name."),
    ContractCode.NO_SUCH_EXHIBITOR: _l("No exhibitor at the fair has this name. Import it first, or correct the name."),
    ContractCode.SEVERAL_BUYERS: _l("Several buyers have this name. Write it exactly as it stands at the fair."),
    ContractCode.SEVERAL_EXHIBITORS: _l(
        "Several exhibitors have this name. Write it exactly as it stands at the fair."
    ),
    ContractCode.SAME_COMPANY: SENTENCES[ImportCode.SAME_PARTIES],
    ContractCode.NO_RATE: _l("The fair has fixed no rate for %(currency)s. Write the amount in another currency."),
    ContractCode.BAD_VALUE: _l(
        "This amount can't be counted. Write one above zero, with no more decimals than its currency has."
    ),
    ContractCode.NUMBER_TWICE: _l("Row %(other_row)s has this number for the same exhibitor. Number the two apart."),
    ContractCode.NUMBER_TOO_LONG: _l("The number is too long. Shorten it to %(limit)s characters."),
}
NOT_STATED = _l("Not stated")
OTHERS = _l("Other")
OTHER_DAYS = _l("Other days")
_WORDS: dict[str, dict[str, LazyString]] = {
    "stage": {str(code): words for code, words in OUTCOMES.items()},
    "evidence": {str(code): words for code, words in LEVELS.items()},
    "reach": {str(code): words for code, words in REACHES.items()},
    "direction": {str(code): words for code, words in DIRECTIONS.items()},
    "horizon": {str(code): words for code, words in HORIZONS.items()},
    "flag": {str(code): words for code, words in FLAGS.items()},
    "attribution": {str(code): words for code, words in ATTRIBUTIONS.items()},
    "help": HELP,
    "among": {
        Among.LARGEST_TENTH: _l("Largest tenth"),
        Among.LARGEST: _l("Largest deal"),
        Among.MIDDLE: _l("Middle of all values"),
        Among.OUTSIDE: _l("Came in from outside"),
    },
    "amount": {
        Amount.STATED: _l("Both sides’ statements added"),
        Amount.SAVED: _l("Buyers say they save"),
        Amount.REALISED: _l("Delivered or paid"),
    },
}


def key_text(name: str, key: str, *, sectors: Mapping[str, tuple[str, str]]) -> str:
    """Return a key of a dimension in words; several with commas between them are listed, a currency stays."""
    if "," in key:
        return ", ".join(key_text(name, one, sectors=sectors) for one in key.split(","))
    if key == UNKNOWN:
        return str(NOT_STATED)
    if name == "sector" and key in sectors:
        return sectors[key][0 if language() == "vi" else 1]
    if name == "country":
        return country(key)
    if name == "day":
        return _day_text(key)
    return str(_WORDS.get(name, {}).get(key, key))


def _day_text(key: str) -> str:
    """A day as pages write it; an address may say anything, which is then left as it is."""
    try:
        return day(date.fromisoformat(key))
    except ValueError:
        return key
