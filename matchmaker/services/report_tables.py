"""Read the tables behind the reports of fairs: four statements for however many fairs, one fair held at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, or_, select

from matchmaker.domain.fairs import StaffRole
from matchmaker.models import (
    Company,
    Deal,
    DealMeeting,
    FairStaff,
    Meeting,
    OutcomeReport,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services.deals import REPORT_COLUMNS

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import BindParameter, Executable
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

ROWS_AT_ONCE = 1000
FAIR_IDS: BindParameter[Any] = bindparam("fair_ids", expanding=True)
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
        Participation.fair_id,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id.in_(FAIR_IDS))
    .order_by(Participation.fair_id)
)
SUGGESTIONS = select(Suggestion.id, Suggestion.exhibitor_id, Suggestion.buyer_id).where(
    Suggestion.fair_id.in_(FAIR_IDS),
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
        Meeting.fair_id,
    )
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(Meeting.fair_id.in_(FAIR_IDS))
    .order_by(Meeting.fair_id)
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
        Deal.fair_id,
    )
    .outerjoin(DealMeeting, DealMeeting.deal_id == Deal.id)
    .where(Deal.fair_id.in_(FAIR_IDS))
    .order_by(Deal.fair_id)
)
# Whether a statement was typed by somebody who works for the fair.
BY_STAFF = exists().where(
    FairStaff.account_id == OutcomeReport.stated_by,
    FairStaff.fair_id == OutcomeReport.fair_id,
    FairStaff.role.in_((StaffRole.ORGANIZER, StaffRole.TABLE_HOST)),
)
REPORTS = (
    select(*REPORT_COLUMNS, OutcomeReport.signed_on, OutcomeReport.fair_id, BY_STAFF.label("is_by_staff"))
    .where(OutcomeReport.fair_id.in_(FAIR_IDS))
    .order_by(OutcomeReport.fair_id)
)


@dataclass(frozen=True, slots=True)
class FairTables:
    """The rows of one fair: its companies' roles, its meetings by key, its deals with each meeting, what was said."""

    people: Sequence[Any]
    meetings: Mapping[uuid.UUID, Any]
    deals: Sequence[Any]
    reports: Sequence[Any]


def tables_of(session: Session, *, fairs: Iterable[FairFacts]) -> Iterator[tuple[FairFacts, FairTables]]:
    """Yield the rows of each fair in the order of their keys, which both databases sort as Python does."""
    ordered = sorted(fairs, key=lambda fair: fair.id)
    keys = [fair.id for fair in ordered]
    people, meetings, deals, reports = (
        _Stream(session, statement, keys) for statement in (PARTIES, MEETINGS, DEALS, REPORTS)
    )
    for fair in ordered:
        yield (
            fair,
            FairTables(
                people=people.take(fair.id),
                meetings={row.id: row for row in meetings.take(fair.id)},
                deals=deals.take(fair.id),
                reports=reports.take(fair.id),
            ),
        )


class _Stream:
    """The rows of a statement that is sorted by fair, taken fair by fair."""

    def __init__(self, session: Session, statement: Executable, keys: Sequence[uuid.UUID]) -> None:
        rows = session.execute(statement, {"fair_ids": keys}, execution_options={"yield_per": ROWS_AT_ONCE})
        self._groups = groupby(rows, key=lambda row: row.fair_id)
        self._next = next(self._groups, None)

    def take(self, fair_id: uuid.UUID) -> list[Any]:
        """Return the rows of the next fair, none where it has none."""
        if self._next is None or self._next[0] != fair_id:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows
