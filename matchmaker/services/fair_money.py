"""A fair's report currency and its fixed rates. A rate the ledger has used changes on record or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.models import Account, Fair, FairRate, HistoryEntry, Meeting, OutcomeReport
from matchmaker.services import history
from matchmaker.services.fair_setup import OWN_RATE_SOURCE, RatePlan, check_rate, currency_known
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import FairFacts

RATE_CHANGED = "rate_changed"

RATES = (
    select(FairRate.currency, FairRate.rate, FairRate.fixed_on, FairRate.source)
    .where(FairRate.fair_id == bindparam("fair_id"), FairRate.currency != bindparam("own"))
    .order_by(FairRate.currency)
)
CHANGES = (
    select(HistoryEntry.at, Account.name, HistoryEntry.facts)
    .outerjoin(Account, Account.id == HistoryEntry.by_account_id)
    .where(HistoryEntry.fair_id == bindparam("fair_id"), HistoryEntry.action == RATE_CHANGED)
    .order_by(HistoryEntry.at.desc(), HistoryEntry.id)
)
CURRENCIES = (
    select(OutcomeReport.currency)
    .join(Meeting, Meeting.id == OutcomeReport.meeting_id)
    .where(Meeting.fair_id == bindparam("fair_id"), OutcomeReport.currency.is_not(None))
    .distinct()
)
FIXED = select(FairRate.currency).where(FairRate.fair_id == bindparam("fair_id")).order_by(FairRate.currency)
KEPT_FIXED = KeptCount(FIXED, lambda rows: tuple(code for (code,) in rows))
KEPT_CURRENCIES = KeptCount(CURRENCIES, lambda rows: frozenset(code for (code,) in rows if code))


@dataclass(frozen=True, slots=True)
class RateLine:
    """A fixed rate, and whether a value in that currency stands in the ledger."""

    currency: str
    rate: Decimal
    fixed_on: date
    source: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class RateChange:
    """A change of a used rate as it stands on record."""

    at: datetime
    by: str
    currency: str
    before: Decimal
    after: Decimal
    why: str


def rates(session: Session, *, fair: FairFacts) -> list[RateLine]:
    """Return the rates of a fair except the report currency's own."""
    rows = session.execute(RATES, {"fair_id": fair.id, "own": fair.report_currency}).all()
    used = currencies_used(session, fair_id=fair.id) if rows else frozenset()
    return [RateLine(*row, row.currency in used) for row in rows]


def currencies_offered(session: Session, *, fair: FairFacts, marks: Marks) -> tuple[str, ...]:
    """Return the currencies in which a value can be stated at a fair, that of its report first."""
    own, fixed = fair.report_currency, KEPT_FIXED.of(session, fair_id=fair.id, marks=marks)
    return (own, *[code for code in fixed if code != own])


def currencies_used(session: Session, *, fair_id: uuid.UUID) -> frozenset[str]:
    """Return the currencies of every value that was ever reported at a fair."""
    return KEPT_CURRENCIES.of(session, fair_id=fair_id)


def changes(session: Session, *, fair_id: uuid.UUID) -> list[RateChange]:
    """Return who changed which used rate, when and why, the latest first."""
    rows = session.execute(CHANGES, {"fair_id": fair_id})
    return [
        RateChange(
            at, name or "", facts["currency"], Decimal(facts["before"]), Decimal(facts["after"]), facts.get("why", "")
        )
        for at, name, facts in rows
    ]


def fix_rate(
    session: Session, *, fair: FairFacts, plan: RatePlan, why: str, by: uuid.UUID | None, now: datetime
) -> None:
    """Fix the worth of a currency, or change it; a change is on record with both values, who, when and why.

    Raises Refused: unknown_currency, own_currency, bad_rate, no_source, and why_missing for a used rate without a
    reason.
    """
    check_rate(plan)
    if plan.currency == fair.report_currency:
        raise Refused("own_currency", field="currency", currency=plan.currency)
    if not plan.source.strip():
        raise Refused("no_source", field="source")
    row = session.get(FairRate, (fair.id, plan.currency), with_for_update=True)
    if row is None:
        session.add(
            FairRate(
                fair_id=fair.id,
                currency=plan.currency,
                rate=plan.rate,
                fixed_on=plan.fixed_on,
                source=plan.source,
            )
        )
        session.flush()
        return
    if (row.rate, row.fixed_on, row.source) == (plan.rate, plan.fixed_on, plan.source):
        return
    if plan.currency in currencies_used(session, fair_id=fair.id) and not why.strip():
        raise Refused("why_missing", field="why", currency=plan.currency)
    _record(session, fair=fair, currency=plan.currency, before=row.rate, after=plan.rate, why=why, by=by, now=now)
    row.rate, row.fixed_on, row.source = plan.rate, plan.fixed_on, plan.source
    session.flush()


def drop_rate(session: Session, *, fair: FairFacts, currency: str, by: uuid.UUID | None, now: datetime) -> None:
    """Drop the rate of a currency that nobody has used. Raises NotFound, Refused('rate_in_use')."""
    row = session.get(FairRate, (fair.id, currency))
    if row is None or currency == fair.report_currency:
        raise NotFound("no_such_rate")
    if currency in currencies_used(session, fair_id=fair.id):
        raise Refused("rate_in_use", field="currency", currency=currency)
    history.record(
        session,
        action="rate_dropped",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        currency=currency,
        before=f"{row.rate:f}",
    )
    session.delete(row)
    session.flush()


def set_report_currency(
    session: Session, *, fair: FairFacts, currency: str, by: uuid.UUID | None, now: datetime
) -> None:
    """Count the report in another currency. The rates were worth in the old one, so all are to be fixed again.

    Raises Refused: unknown_currency, and currency_in_use once any value is reported.
    """
    currency_known(currency)
    if currency == fair.report_currency:
        return
    if currencies_used(session, fair_id=fair.id):
        raise Refused("currency_in_use", field="currency", currency=fair.report_currency)
    session.execute(delete(FairRate).where(FairRate.fair_id == fair.id))
    session.execute(update(Fair).where(Fair.id == fair.id).values(report_currency=currency))
    session.add(
        FairRate(fair_id=fair.id, currency=currency, rate=Decimal(1), fixed_on=now.date(), source=OWN_RATE_SOURCE)
    )
    history.record(
        session,
        action="report_currency_changed",
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        before=fair.report_currency,
        after=currency,
    )
    session.flush()


def _record(
    session: Session,
    *,
    fair: FairFacts,
    currency: str,
    before: Decimal,
    after: Decimal,
    why: str,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    history.record(
        session,
        action=RATE_CHANGED,
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        currency=currency,
        before=f"{before:f}",
        after=f"{after:f}",
        why=why.strip(),
    )
