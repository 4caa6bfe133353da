"""Read deals and what was said of them, as one side of a meeting may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.deals.deal import Deal as DomainDeal
from matchmaker.domain.deals.deal import settle
from matchmaker.domain.deals.evidence import Evidence, EvidenceLevel
from matchmaker.domain.deals.reports import Attribution, Horizon, Side, YearAmount, standing_reports
from matchmaker.domain.deals.reports import OutcomeReport as Stated
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.rates import FixedRates, Rate
from matchmaker.models import (
    Company,
    Deal,
    DealMeeting,
    FairRate,
    Meeting,
    MeetingTable,
    OutcomeReport,
    Participation,
    Slot,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership

SIDES = {Role.EXHIBITOR: Side.SELLER, Role.BUYER: Side.BUYER}
# What a report is rebuilt from. The first two tell whose it is; the rest is what ``stated`` reads.
REPORT_COLUMNS = (
    OutcomeReport.meeting_id,
    OutcomeReport.deal_id,
    OutcomeReport.id,
    OutcomeReport.side,
    OutcomeReport.entry,
    OutcomeReport.outcome,
    OutcomeReport.amount,
    OutcomeReport.currency,
    OutcomeReport.horizon,
    OutcomeReport.years,
    OutcomeReport.evidence,
    OutcomeReport.attribution,
    OutcomeReport.stated_at,
    OutcomeReport.stated_by,
    OutcomeReport.saving,
)


@dataclass(frozen=True, slots=True)
class MetFacts:
    """A meeting as the question about its outcome needs it; ``other_name`` is the company on the other side.

    ``countries`` are this side's and the other's.
    """

    id: uuid.UUID
    exhibitor_id: uuid.UUID
    buyer_id: uuid.UUID
    other_name: str
    state: MeetingState
    no_show_side: str | None
    starts_at: datetime | None
    table_code: str | None
    countries: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """One deal, or one meeting without a deal, on a company's page of results.

    ``stage``, ``level`` and ``value`` are what counts of the deal, ``mine`` and ``theirs`` the standing entries of
    both sides. All of them are None while this side has not answered, ``register`` apart, which is public.
    """

    deal_id: uuid.UUID | None
    meeting_id: uuid.UUID
    name: str
    country: str
    title: str
    stage: Outcome | None
    level: EvidenceLevel | None = None
    value: Money | None = None
    mine: Stated | None = None
    theirs: Stated | None = None
    register: Stated | None = None


RATES = select(FairRate.currency, FairRate.rate, FairRate.fixed_on, FairRate.source, FairRate.fair_id).where(
    FairRate.fair_id.in_(bindparam("fair_ids", expanding=True))
)


def _met(role: Role) -> Select[*tuple[Any, ...]]:
    mine, theirs = (Meeting.exhibitor_id, Meeting.buyer_id)[:: 1 if role is Role.EXHIBITOR else -1]
    participates, own = aliased(Participation), aliased(Company)
    return (
        select(
            Meeting.id,
            Meeting.exhibitor_id,
            Meeting.buyer_id,
            Company.name,
            Meeting.state,
            Meeting.no_show_side,
            Slot.starts_at,
            MeetingTable.code,
            own.country,
            Company.country,
        )
        .join(Participation, Participation.id == theirs)
        .join(Company, Company.id == Participation.company_id)
        .join(participates, participates.id == mine)
        .join(own, own.id == participates.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
        .where(
            Meeting.id == bindparam("meeting_id"),
            Meeting.fair_id == bindparam("fair_id"),
            mine == bindparam("participation_id"),
        )
    )


def _deals(role: Role) -> Select[*tuple[Any, ...]]:
    mine, theirs = (Deal.exhibitor_id, Deal.buyer_id)[:: 1 if role is Role.EXHIBITOR else -1]
    return (
        select(
            Deal.id,
            Deal.title,
            Deal.opened_at,
            Company.name,
            Company.country,
            Deal.exhibitor_id,
            Deal.buyer_id,
            DealMeeting.meeting_id,
        )
        .join(DealMeeting, DealMeeting.deal_id == Deal.id)
        .join(Meeting, Meeting.id == DealMeeting.meeting_id)
        .join(Participation, Participation.id == theirs)
        .join(Company, Company.id == Participation.company_id)
        .where(Deal.fair_id == bindparam("fair_id"), mine == bindparam("participation_id"))
        .order_by(Company.name, Deal.opened_at, Deal.id, Meeting.requested_at)
    )


def _visible_reports(role: Role) -> Select[*tuple[Any, ...]]:
    """The other side's entries about a deal are not even selected before this side has made one about it."""
    mine = Deal.exhibitor_id if role is Role.EXHIBITOR else Deal.buyer_id
    own = aliased(OutcomeReport)
    has_answered = select(own.id).where(own.deal_id == Deal.id, own.side == SIDES[role]).correlate(Deal).exists()
    return (
        select(*REPORT_COLUMNS)
        .join(Deal, Deal.id == OutcomeReport.deal_id)
        .where(
            Deal.fair_id == bindparam("fair_id"),
            mine == bindparam("participation_id"),
            or_(OutcomeReport.side.in_((SIDES[role], Side.ORGANIZER)), has_answered),
        )
    )


def _without_deal(role: Role) -> Select[*tuple[Any, ...]]:
    mine, theirs = (Meeting.exhibitor_id, Meeting.buyer_id)[:: 1 if role is Role.EXHIBITOR else -1]
    return (
        select(*REPORT_COLUMNS, Company.name, Company.country)
        .join(Meeting, Meeting.id == OutcomeReport.meeting_id)
        .join(Participation, Participation.id == theirs)
        .join(Company, Company.id == Participation.company_id)
        .where(
            Meeting.fair_id == bindparam("fair_id"),
            mine == bindparam("participation_id"),
            OutcomeReport.side == SIDES[role],
            OutcomeReport.deal_id.is_(None),
        )
        .order_by(Company.name, OutcomeReport.stated_at, OutcomeReport.entry)
    )


MET = {role: _met(role) for role in Role}
DEALS = {role: _deals(role) for role in Role}
VISIBLE_REPORTS = {role: _visible_reports(role) for role in Role}
WITHOUT_DEAL = {role: _without_deal(role) for role in Role}


def fixed_rates(session: Session, *, fair: FairFacts) -> FixedRates:
    """Return the exchange rates a fair has fixed."""
    return fixed_rates_of(session, fairs=[fair])[fair.id]


def fixed_rates_of(session: Session, *, fairs: Sequence[FairFacts]) -> dict[uuid.UUID, FixedRates]:
    """Return the exchange rates that each of some fairs has fixed, by the fair."""
    found: dict[uuid.UUID, list[Rate]] = {fair.id: [] for fair in fairs}
    for code, rate, day, source, fair_id in session.execute(RATES, {"fair_ids": [fair.id for fair in fairs]}):
        found[fair_id].append(Rate(currency=code, rate=rate, quoted_on=day, source=source))
    return {
        fair.id: FixedRates(
            report_currency=fair.report_currency, rates=tuple(sorted(found[fair.id], key=lambda one: one.currency))
        )
        for fair in fairs
    }


def stated(row: Any) -> Stated:
    """Rebuild what was stated from a row that begins with REPORT_COLUMNS.

    The number of the entry leads the id, so that of two entries of the same instant the later one is the newer.
    """
    _, deal_id, key, side, entry, outcome, amount, currency, horizon, years, *rest = row[: len(REPORT_COLUMNS)]
    evidence, attribution, at, author, saving = rest
    return Stated(
        report_id=f"{entry:06d}-{key}",
        deal_id=str(deal_id or ""),
        stated_by=Side(side),
        outcome=Outcome(outcome),
        stated_at=at,
        value=None if amount is None else Money(amount=amount, currency=currency),
        horizon=None if horizon is None else Horizon(horizon),
        per_year=tuple(YearAmount(year=year, amount=Decimal(amount)) for year, amount in years),
        evidence=Evidence(evidence),
        attribution=None if attribution is None else Attribution(attribution),
        author="" if author is None else str(author),
        saving=None if saving is None else Money(amount=saving, currency=currency),
    )


def met(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> MetFacts:
    """Return one meeting of a participant; raise NotFound when it is not theirs or not of this fair."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id, "meeting_id": meeting_id}
    row = session.execute(MET[me.role], key).one_or_none()
    if row is None:
        raise NotFound("no_such_meeting")
    return met_facts(row)


def met_facts(row: Any) -> MetFacts:
    """Return a meeting from a row of MET."""
    found_id, exhibitor_id, buyer_id, name, state, no_show_side, starts_at, table_code, own, other = row
    return MetFacts(
        found_id,
        exhibitor_id,
        buyer_id,
        name,
        MeetingState(state),
        no_show_side,
        starts_at,
        table_code,
        countries=(own, other),
    )


def results_of(session: Session, *, fair: FairFacts, me: Membership) -> list[Result]:
    """Return what came of a company's meetings: its deals, then meetings that ended without one."""
    key = {"fair_id": fair.id, "participation_id": me.participation_id}
    reports: dict[uuid.UUID, list[Stated]] = defaultdict(list)
    spoken_at: dict[uuid.UUID, datetime] = {}
    for row in session.execute(VISIBLE_REPORTS[me.role], key):
        reports[row.deal_id].append(stated(row))
        if row.side == SIDES[me.role]:
            spoken_at[row.meeting_id] = max(row.stated_at, spoken_at.get(row.meeting_id, row.stated_at))
    rates = fixed_rates(session, fair=fair)
    deals = {row.id: row for row in session.execute(DEALS[me.role], key)}
    results = [_result(row, reports[deal_id], me=me, rates=rates) for deal_id, row in deals.items()]
    return results + _deal_less(session.execute(WITHOUT_DEAL[me.role], key).all(), spoken_at)


def _result(row: Any, reports: list[Stated], *, me: Membership, rates: FixedRates) -> Result:
    standing = standing_reports(reports)
    sides = {Side.SELLER: standing.seller, Side.BUYER: standing.buyer}
    mine, theirs = sides[SIDES[me.role]], sides[SIDES[me.role.other]]
    about = (row.id, row.meeting_id, row.name, row.country, row.title)
    if mine is None:
        return Result(*about, stage=None, register=standing.organizer)
    counted = settle(_domain_deal(row, reports), rates=rates).reconciled
    return Result(
        *about,
        stage=counted.stage if counted else None,
        level=counted.level if counted else None,
        value=counted.value if counted else None,
        mine=mine,
        theirs=theirs,
        register=standing.organizer,
    )


def _domain_deal(row: Any, reports: Iterable[Stated]) -> DomainDeal:
    """The deal as the rules need it to settle; countries and day do not bear on that."""
    return DomainDeal(
        deal_id=str(row.id),
        seller_id=str(row.exhibitor_id),
        buyer_id=str(row.buyer_id),
        seller_country=row.country,
        buyer_country=row.country,
        happened_on=row.opened_at.date(),
        reports=tuple(reports),
    )


def _deal_less(rows: Sequence[Any], spoken_at: dict[uuid.UUID, datetime]) -> list[Result]:
    """The newest entry about each meeting without a deal, unless a deal was named after it."""
    newest = {row.meeting_id: row for row in rows}
    return [
        Result(None, meeting_id, row.name, row.country, "", stage=Outcome(row.outcome), mine=stated(row))
        for meeting_id, row in newest.items()
        if meeting_id not in spoken_at or spoken_at[meeting_id] < row.stated_at
    ]
