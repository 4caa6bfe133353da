"""Load fairs as the flat rows their reports are built from, and what a page needs to name those rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.domain.deals.deal import Deal as DomainDeal
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import AGREED, MeetingState, Origin
from matchmaker.domain.reporting.rows import CompanyRow, FairRows, MeetingFate, MeetingRow, RequestRow, SuggestionRow
from matchmaker.models import Category
from matchmaker.services.deals import stated
from matchmaker.services.report_tables import SUGGESTIONS, tables_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.reports import OutcomeReport as Stated
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_tables import FairTables

TOOK_PLACE_OR_WAS_PLACED = frozenset({MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW})
FATES = {MeetingState.HELD: MeetingFate.HELD, MeetingState.CANCELLED: MeetingFate.CANCELLED}
NO_SHOWS = {Role.EXHIBITOR: MeetingFate.NO_SHOW_SELLER, Role.BUYER: MeetingFate.NO_SHOW_BUYER}
# Meetings nobody asked for: the register and the hall know of them because they took place, and two whose partners
# did not come were brought together.
UNASKED = frozenset({Origin.REGISTER, Origin.WALK_IN, Origin.RESCUE})


@dataclass(frozen=True, slots=True)
class Party:
    """A company in one role at the fair; ``key`` names the company in the rows of a report."""

    participation_id: uuid.UUID
    company_id: uuid.UUID
    name: str
    country: str
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", str(self.company_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """What a page says of one row of the report beside its figures: who sells, who buys, and what it is called.

    ``third`` joined the two in a meeting; it counts for nothing.
    """

    seller: Party
    buyer: Party
    title: str = ""
    register_no: str = ""
    third: Party | None = None


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


# A meeting's key, its two sides, and its row.
Met = tuple[str, Party, Party, Any]
SECTORS = select(Category.code, Category.parent_code, Category.name_vi, Category.name_en)


def load_fair(session: Session, *, fair: FairFacts) -> LoadedFair:
    """Return everything a fair's report is made of, in six statements whatever its size."""
    ((_, tables),) = tables_of(session, fairs=[fair])
    parties = _parties(tables.people)
    suggestions = session.execute(SUGGESTIONS, {"fair_ids": [fair.id]}).all()
    roots, sectors = _sectors(session)
    deals = {row.id: row for row in tables.deals}
    suggested = {(exhibitor_id, buyer_id) for _, exhibitor_id, buyer_id in suggestions}
    met = _met(tables.meetings.values(), parties)
    rows = FairRows(
        companies=_companies(tables.people),
        suggestions=tuple(
            [
                SuggestionRow(suggestion_id=str(key), seller_id=parties[one].key, buyer_id=parties[other].key)
                for key, one, other in suggestions
            ]
        ),
        requests=_requests(met, suggested),
        meetings=_meetings(met, tables.reports, fair=fair),
        deals=_deals(tables, parties, roots, fair=fair),
        staff=frozenset(str(row.stated_by) for row in tables.reports if row.is_by_staff),
    )
    return LoadedFair(
        rows=rows,
        deals=_named(deals.values(), parties),
        meetings={
            key: Encounter(seller=seller, buyer=buyer, third=parties.get(row.third_id))
            for key, seller, buyer, row in met
        },
        companies={party.key: party for party in parties.values()},
        sectors=sectors,
    )


def rows_of_fairs(session: Session, *, fairs: Iterable[FairFacts]) -> Iterator[tuple[FairFacts, FairRows]]:
    """Yield the companies, meetings and deals of fairs, one fair after the other, in four statements for all of them.

    Only one fair's rows are held at a time. What leads up to a meeting is left out, and the sectors of deals.
    """
    for fair, tables in tables_of(session, fairs=fairs):
        parties = _parties(tables.people)
        yield (
            fair,
            FairRows(
                companies=_companies(tables.people),
                meetings=_meetings(_met(tables.meetings.values(), parties), tables.reports, fair=fair),
                deals=_deals(tables, parties, {}, fair=fair),
            ),
        )


def _parties(people: Iterable[Any]) -> dict[uuid.UUID, Party]:
    return {row[0]: Party(row[0], row[3], row[4], row[5]) for row in people}


def _met(meetings: Iterable[Any], parties: Mapping[uuid.UUID, Party]) -> list[Met]:
    """Every meeting's key with its two sides, looked up once for all that is made of it, and its row; by key."""
    met = [(str(row[0]), parties[row[1]], parties[row[2]], row) for row in meetings]
    return sorted(met, key=itemgetter(0))


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


def _requests(met: Iterable[Met], suggested: set[tuple[uuid.UUID, uuid.UUID]]) -> tuple[RequestRow, ...]:
    """Every meeting begins as a request, made by a company or by the organizer for both; those on record do not."""
    return tuple(
        [
            RequestRow(
                request_id=key,
                seller_id=seller.key,
                buyer_id=buyer.key,
                is_accepted=row.state in AGREED or (row.state == MeetingState.CANCELLED and row.is_answered),
                is_from_suggestion=row.origin == Origin.SUGGESTION or (row.exhibitor_id, row.buyer_id) in suggested,
            )
            for key, seller, buyer, row in met
            if row.origin not in UNASKED
        ]
    )


def _meetings(met: Iterable[Met], reports: Iterable[Any], *, fair: FairFacts) -> tuple[MeetingRow, ...]:
    """The meetings that had a slot beforehand or took place outside the plan."""
    reported = {row.meeting_id for row in reports}
    return tuple(
        [
            MeetingRow(
                meeting_id=key,
                seller_id=seller.key,
                buyer_id=buyer.key,
                seller_country=seller.country,
                buyer_country=buyer.country,
                happens_on=_day(row, fair),
                fate=_fate(row),
                has_outcome=row.id in reported,
                request_id=None if row.origin in UNASKED else key,
                is_walk_in=row.is_walk_in or row.slot_id is None,
                is_online=row.is_online,
            )
            for key, seller, buyer, row in met
            if _counts(row)
        ]
    )


def _counts(row: Any) -> bool:
    """Whether a meeting is one of the report's: what was seated on the spot counts once it took place."""
    if row.is_walk_in and row.state != MeetingState.HELD:
        return False
    return row.state in TOOK_PLACE_OR_WAS_PLACED or (row.state == MeetingState.CANCELLED and row.slot_id is not None)


def _fate(row: Any) -> MeetingFate:
    if row.state == MeetingState.NO_SHOW:
        return NO_SHOWS.get(row.no_show_side, MeetingFate.NO_SHOW_BOTH)
    return FATES.get(row.state, MeetingFate.PENDING)


def _day(row: Any, fair: FairFacts) -> date:
    """The day of a meeting's slot; without one, the day it was put on record, in the fair's time zone."""
    day: date = row.day or row.changed_at.astimezone(fair.zone).date()
    return day


def _deals(
    tables: FairTables, parties: Mapping[uuid.UUID, Party], roots: Mapping[str, str], *, fair: FairFacts
) -> tuple[DomainDeal, ...]:
    """Every deal with its entries and the meetings it came from."""
    entries = _by_deal(tables.reports)
    links: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in tables.deals:
        if row.meeting_id is not None:
            links[row.id].append(tables.meetings[row.meeting_id])
    once = {row.id: row for row in tables.deals}
    return tuple(_deal(row, parties, entries[key], links[key], roots, fair=fair) for key, row in once.items())


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
        seller_id=seller.key,
        buyer_id=buyer.key,
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
