"""The words for what comes of meetings: rungs of the ladder, evidence, horizons, directions, flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.deals.deal import Direction, Reach
from matchmaker.domain.deals.evidence import Evidence, EvidenceLevel
from matchmaker.domain.deals.flags import FlagCode
from matchmaker.domain.deals.reports import Attribution, Horizon
from matchmaker.domain.deals.stages import Outcome

if TYPE_CHECKING:
    from flask_babel import LazyString

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.NO_INTEREST: _l("No fit"),
    Outcome.FOLLOW_UP: _l("Follow-up agreed"),
    Outcome.QUOTATION: _l("Quotation or sample"),
    Outcome.MOU: _l("MoU"),
    Outcome.AGREEMENT: _l("Contract"),
    Outcome.ORDER: _l("Order"),
    Outcome.REALISED: _l("Delivered or paid"),
}
OUTCOME_TONES = {Outcome.AGREEMENT: "jade", Outcome.ORDER: "jade", Outcome.REALISED: "jade"}
EVIDENCES: dict[Evidence, LazyString] = {
    Evidence.STATED: _l("Stated, without paper"),
    Evidence.INVOICE: _l("Invoice number"),
    Evidence.ORDER_NUMBER: _l("Order or contract number"),
    Evidence.DOCUMENT: _l("Document on file"),
    Evidence.REGISTER: _l("Entry of a contract register"),
}
LEVELS: dict[EvidenceLevel, LazyString] = {
    EvidenceLevel.TWO_SIDED: _l("Both sides"),
    EvidenceLevel.ONE_SIDED: _l("One side"),
    EvidenceLevel.DISPUTED: _l("Sides differ, lower counted"),
    EvidenceLevel.REGISTER: _l("Contract register"),
}
# Tone and icon of each level in a table's cell.
LEVEL_MARKS = {
    EvidenceLevel.TWO_SIDED: ("jade", "check"),
    EvidenceLevel.ONE_SIDED: ("nghe", "clock"),
    EvidenceLevel.DISPUTED: ("son", "alert"),
    EvidenceLevel.REGISTER: ("jade", "file"),
}
HORIZONS: dict[Horizon, LazyString] = {
    Horizon.IMMEDIATE: _l("At once"),
    Horizon.TWELVE_MONTHS: _l("Within 12 months"),
    Horizon.MULTI_YEAR: _l("Over several years"),
}
DIRECTIONS: dict[Direction, LazyString] = {
    Direction.DOMESTIC: _l("Domestic sale"),
    Direction.EXPORT: _l("Export sale"),
    Direction.IMPORT: _l("Import from abroad"),
    Direction.THIRD_COUNTRY: _l("Between other countries"),
}
REACHES: dict[Reach, LazyString] = {
    Reach.DOMESTIC: _l("Domestic"),
    Reach.INTERNATIONAL: _l("International"),
}
ATTRIBUTIONS: dict[Attribution, LazyString] = {
    Attribution.YES: _l("Would have happened without the fair"),
    Attribution.LATER: _l("Would have happened later"),
    Attribution.NO: _l("Would not have happened"),
}
FLAGS: dict[FlagCode, LazyString] = {
    FlagCode.LARGE_SHARE: _l("One deal is more than a tenth of the total"),
    FlagCode.LARGE_WITHOUT_FILE: _l("A large value without a document on file"),
    FlagCode.SAME_AMOUNT: _l("The same amount again and again from one company"),
    FlagCode.ONE_AUTHOR: _l("One person stated values for several companies, or for both sides"),
    FlagCode.ENTERED_BY_STAFF: _l("A host or an organizer entered it on a side’s behalf"),
    FlagCode.VALUE_WITHOUT_MEETING: _l("A value whose meeting was not held; it is not counted"),
}
