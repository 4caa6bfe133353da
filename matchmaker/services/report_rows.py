"""Load a fair as the flat rows its report is built from, and what a page needs to name those rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from matchmaker.domain.deals.deal import Deal as DomainDeal
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import AGREED, MeetingState, Origin
from matchmaker.domain.reporting.rows import CompanyRow, FairRows, MeetingFate, MeetingRow, RequestRow, SuggestionRow
from matchmaker.models import (
    Category,
    Company,
    Deal,
    DealMeeting,
    Meeting,
    OutcomeReport,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services.deals import REPORT_COLUMNS, stated

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.reports import OutcomeReport as Stated
    from matchmaker.services.fairs import FairFacts

TOOK_PLACE_OR_WAS_PLACED = frozenset({MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW})
FATES = {MeetingState.HELD: MeetingFate.HELD, MeetingState.CANCELLED: MeetingFate.CANCELLED}
NO_SHOWS = {Role.EXHIBITOR: MeetingFate.NO_SHOW_SELLER, Role.BUYER: MeetingFate.NO_SHOW_BUYER}
# Meetings nobody asked for: the register and the hall know of them because they took place.
UNASKED = frozenset({Origin.REGISTER, Origin.WALK_IN})


@dataclass(frozen=True, slots=True)
class Party:
    """A company in one role at the fair."""

    participation_id: uuid.UUID
    company_id: uuid.UUID
    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """What a page says of one row of the report beside its figures: who sells, who buys, and what it is called."""

    seller: Party
    buyer: Party
    title: str = ""
    register_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFair:
    """A fair's rows, and by their ids the names of deals, meetings and companies.

    ``sectors`` are names by code: (vi, en).
    """

    rows: FairRows
    deals: Mapping[str, Encounter]
    meetings: Mapping[str, Encounter]
    companies: Mapping[str, Party]
    sectors: Mapping[str, tuple[str, str]]


PARTIES = (
    select(
        Participation.id,
        Participation.role,
        Participation.status,
        Company.id,
        Company.name,
        Company.country,
        Company.parent_country,
        Participation.is_hosted,
        Participation.is_supported,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
SUGGESTIONS = select(Suggestion.id, Suggestion.exhibitor_id, Suggestion.buyer_id).where(
    Suggestion.fair_id == bindparam("fair_id"),
    or_(Suggestion.exhibitor_rank.is_not(None), Suggestion.buyer_rank.is_not(None)),
)
MEETINGS = (
    select(
        Meeting.id,
        Meeting.exhibitor_id,
        Meeting.buyer_id,
        Meeting.state,
        Meeting.origin,
        Meeting.no_show_side,
        Meeting.is_walk_in,
        Meeting.is_online,
        Meeting.slot_id,
        Meeting.answered_at,
        Meeting.changed_at,
        Slot.day,
    )
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(Meeting.fair_id == bindparam("fair_id"))
)
DEALS = (
    select(
        Deal.id,
        Deal.exhibitor_id,
        Deal.buyer_id,
        Deal.title,
        Deal.category_code,
        Deal.register_no,
        Deal.opened_at,
        DealMeeting.meeting_id,
    )
    .outerjoin(DealMeeting, DealMeeting.deal_id == Deal.id)
    .where(Deal.fair_id == bindparam("fair_id"))
)
REPORTS = select(*REPORT_COLUMNS, OutcomeReport.signed_on).where(OutcomeReport.fair_id == bindparam("fair_id"))
SECTORS = select(Category.code, Category.parent_code, Category.name_vi, Category.name_en)


def load_fair(session: Session, *, fair: FairFacts) -> LoadedFair:
    """Return everything a fair's report is made of, in six statements whatever its size."""
    key = {"fair_id": fair.id}
    people = session.execute(PARTIES, key).all()
    parties = {row[0]: Party(row[0], row[3], row[4], row[5]) for row in people}
    suggestions = session.execute(SUGGESTIONS, key).all()
    meetings = {row.id: row for row in session.execute(MEETINGS, key)}
    reports = session.execute(REPORTS, key).all()
    links: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    deals = {}
    for row in session.execute(DEALS, key):
        deals[row.id] = row
        if row.meeting_id is not None:
            links[row.id].append(row.meeting_id)
    roots, sectors = _sectors(session)
    entries = _by_deal(reports)
    rows = FairRows(
        companies=_companies(people),
        suggestions=tuple(
            SuggestionRow(
                suggestion_id=str(row.id),
                seller_id=str(parties[row.exhibitor_id].company_id),
                buyer_id=str(parties[row.buyer_id].company_id),
            )
            for row in suggestions
        ),
        requests=_requests(meetings.values(), parties, {(row.exhibitor_id, row.buyer_id) for row in suggestions}),
        meetings=_meetings(meetings.values(), parties, {row.meeting_id for row in reports}, fair=fair),
        deals=tuple(
            _deal(row, parties, entries[row.id], [meetings[key] for key in links[row.id]], roots, fair=fair)
            for row in deals.values()
        ),
    )
    return LoadedFair(
        rows=rows,
        deals=_named(deals.values(), parties),
        meetings=_met(meetings, parties),
        companies={str(party.company_id): party for party in parties.values()},
        sectors=sectors,
    )


def _named(deals: Iterable[Any], parties: Mapping[uuid.UUID, Party]) -> dict[str, Encounter]:
    return {
        str(row.id): Encounter(
            seller=parties[row.exhibitor_id],
            buyer=parties[row.buyer_id],
            title=row.title,
            register_no=row.register_no or "",
        )
        for row in deals
    }


def _met(meetings: Mapping[uuid.UUID, Any], parties: Mapping[uuid.UUID, Party]) -> dict[str, Encounter]:
    return {
        str(row.id): Encounter(seller=parties[row.exhibitor_id], buyer=parties[row.buyer_id])
        for row in meetings.values()
    }


def _companies(people: Iterable[Any]) -> tuple[CompanyRow, ...]:
    """Companies that take part, once each; one that sells and buys is one company."""
    of_company: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in people:
        if row.status == ParticipationStatus.APPROVED:
            of_company[row[3]].append(row)
    return tuple(
        CompanyRow(
            company_id=str(company_id),
            country=rows[0].country,
            parent_country=rows[0].parent_country,
            is_seller=any(row.role == Role.EXHIBITOR for row in rows),
            is_buyer=any(row.role == Role.BUYER for row in rows),
            is_hosted=any(row.is_hosted for row in rows),
            is_supported=any(row.is_supported for row in rows),
        )
        for company_id, rows in of_company.items()
    )


def _requests(
    meetings: Iterable[Any], parties: Mapping[uuid.UUID, Party], suggested: set[tuple[uuid.UUID, uuid.UUID]]
) -> tuple[RequestRow, ...]:
    """Every meeting begins as a request, made by a company or by the organizer for both; those on record do not."""
    return tuple(
        RequestRow(
            request_id=str(row.id),
            seller_id=str(parties[row.exhibitor_id].company_id),
            buyer_id=str(parties[row.buyer_id].company_id),
            is_accepted=row.state in AGREED or (row.state == MeetingState.CANCELLED and row.answered_at is not None),
            is_from_suggestion=row.origin == Origin.SUGGESTION or (row.exhibitor_id, row.buyer_id) in suggested,
        )
        for row in meetings
        if row.origin not in UNASKED
    )


def _meetings(
    meetings: Iterable[Any], parties: Mapping[uuid.UUID, Party], reported: set[uuid.UUID], *, fair: FairFacts
) -> tuple[MeetingRow, ...]:
    """The meetings that had a slot or took place without one."""
    return tuple(
        MeetingRow(
            meeting_id=str(row.id),
            seller_id=str(parties[row.exhibitor_id].company_id),
            buyer_id=str(parties[row.buyer_id].company_id),
            seller_country=parties[row.exhibitor_id].country,
            buyer_country=parties[row.buyer_id].country,
            happens_on=_day(row, fair),
            fate=_fate(row),
            has_outcome=row.id in reported,
            request_id=None if row.origin in UNASKED else str(row.id),
            is_walk_in=row.is_walk_in or row.slot_id is None,
            is_online=row.is_online,
        )
        for row in meetings
        if row.state in TOOK_PLACE_OR_WAS_PLACED or (row.state == MeetingState.CANCELLED and row.slot_id is not None)
    )


def _fate(row: Any) -> MeetingFate:
    if row.state == MeetingState.NO_SHOW:
        return NO_SHOWS.get(row.no_show_side, MeetingFate.NO_SHOW_BOTH)
    return FATES.get(row.state, MeetingFate.PENDING)


def _day(row: Any, fair: FairFacts) -> date:
    """The day of a meeting's slot; without one, the day it was put on record, in the fair's time zone."""
    day: date = row.day or row.changed_at.astimezone(fair.zone).date()
    return day


def _by_deal(reports: Iterable[Any]) -> dict[uuid.UUID, list[tuple[Stated, date | None]]]:
    entries: dict[uuid.UUID, list[tuple[Stated, date | None]]] = defaultdict(list)
    for row in reports:
        if row.deal_id is not None:
            entries[row.deal_id].append((stated(row), row.signed_on))
    return entries


def _deal(
    row: Any,
    parties: Mapping[uuid.UUID, Party],
    entries: Sequence[tuple[Stated, date | None]],
    meetings: Sequence[Any],
    roots: Mapping[str, str],
    *,
    fair: FairFacts,
) -> DomainDeal:
    """A deal happened on the day of its first held meeting that had a slot, else when its contract was signed."""
    seller, buyer = parties[row.exhibitor_id], parties[row.buyer_id]
    held = [meeting for meeting in meetings if meeting.state == MeetingState.HELD]
    days = sorted(meeting.day for meeting in held if meeting.day is not None)
    signed = sorted(day for _, day in entries if day is not None)
    without_slot = sorted(_day(meeting, fair) for meeting in held)
    opened = row.opened_at.astimezone(fair.zone).date()
    return DomainDeal(
        deal_id=str(row.id),
        seller_id=str(seller.company_id),
        buyer_id=str(buyer.company_id),
        seller_country=seller.country,
        buyer_country=buyer.country,
        happened_on=next(iter([*days, *signed, *without_slot, opened])),
        sector=roots.get(row.category_code, None),
        held_meeting_ids=tuple(sorted(str(meeting.id) for meeting in held)),
        reports=tuple(report for report, _ in entries),
    )


def _sectors(session: Session) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The root of every category, and the names of the roots: deals are counted by sector, not by product."""
    parents: dict[str, str | None] = {}
    names: dict[str, tuple[str, str]] = {}
    for code, parent, name_vi, name_en in session.execute(SECTORS):
        parents[code], names[code] = parent, (name_vi, name_en)

    def root_of(code: str) -> str:
        parent = parents[code]
        return code if parent is None else root_of(parent)

    roots = {code: root_of(code) for code in parents}
    return roots, {code: names[code] for code, parent in parents.items() if parent is None}
