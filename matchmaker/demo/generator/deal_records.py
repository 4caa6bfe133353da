"""What both sides of the reference fair reported: outcomes, deals, refused entries, follow-up answers."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from matchmaker.demo.generator.company_records import Side


class Stage(StrEnum):
    """The outcome ladder, lowest first; from quotation on a stage bears value."""

    NO_INTEREST = "no_interest"
    FOLLOW_UP = "follow_up"
    QUOTATION = "quotation"
    MOU = "mou"
    AGREEMENT = "agreement"
    ORDER = "order"

    @property
    def rank(self) -> int:
        """Place on the ladder, 0 for no fit."""
        return list(Stage).index(self)

    @property
    def bears_value(self) -> bool:
        """Whether a deal of this stage enters the headline."""
        return self.rank >= Stage.QUOTATION.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReport:
    """What one side said about one held meeting. Amount, currency and horizon go together or are absent.

    A side states the value of a deal once, on the deal's last meeting. ``years`` splits a ``multi_year`` amount.
    ``evidence`` is a code: ``stated``, ``document``, ``order_number``; ``evidence_name`` is the file or the number.
    """

    code: str
    meeting_code: str
    deal_code: str | None
    side: Side
    representative_code: str
    stage: Stage
    amount: Decimal | None
    currency: str | None
    horizon: str | None
    years: tuple[tuple[int, Decimal], ...]
    evidence: str
    evidence_name: str | None
    stated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What one pair of companies agreed, from one or more meetings. Its value is worked out, never stored."""

    code: str
    exhibitor_code: str
    buyer_code: str
    meeting_codes: tuple[str, ...]
    title_vi: str
    title_en: str
    category_code: str
    currency: str
    direction: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedEntry:
    """A typed value the ledger must refuse, with the reason's code; ``corrected_by`` is the report that followed.

    Reasons: ``not_a_number``, ``negative``, ``zero``, ``above_limit``, ``wrong_currency``, ``meeting_not_held``.
    """

    code: str
    meeting_code: str
    side: Side
    typed: str
    currency: str
    reason: str
    entered_at: datetime
    corrected_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One deal's answer 6 or 12 months later. ``realised`` is all that was paid since the fair, in the deal's currency.

    ``would_have_happened`` is ``yes``, ``later`` or ``no``; ``stage`` is how far the deal got by then.
    """

    code: str
    deal_code: str
    months: int
    side: Side
    stage: Stage
    realised: Decimal
    currency: str
    invoice_ref: str | None
    would_have_happened: str
    stated_at: datetime
