"""Read the tables behind the reports of fairs: four statements for however many fairs, one fair held at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, exists, or_, select

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
# Columns of the tables themselves: rows of mapped attributes take three times as long to read.
PERSON, COMPANY, MET = Participation.__table__.c, Company.__table__.c, Meeting.__table__.c
SOLD, LINK, SHOWN, SLOT = Deal.__table__.c, DealMeeting.__table__.c, Suggestion.__table__.c, Slot.__table__.c
PARTIES = (
    select(
        PERSON.id,
        PERSON.role,
        PERSON.status,
        COMPANY.id,
        COMPANY.name,
        COMPANY.country,
        COMPANY.parent_country,
        PERSON.is_hosted,
        PERSON.is_supported,
        PERSON.fair_id,
    )
    .join(Company.__table__, COMPANY.id == PERSON.company_id)
    .where(PERSON.fair_id.in_(FAIR_IDS))
    .order_by(PERSON.fair_id)
)
SUGGESTIONS = select(SHOWN.id, SHOWN.exhibitor_id, SHOWN.buyer_id).where(
    SHOWN.fair_id.in_(FAIR_IDS), or_(SHOWN.exhibitor_rank.is_not(None), SHOWN.buyer_rank.is_not(None))
)
# When it was put on record is read only of a meeting without a slot, whose day it is.
MEETINGS = (
    select(
        MET.id,
        MET.exhibitor_id,
        MET.buyer_id,
        MET.state,
        MET.origin,
        MET.no_show_side,
        MET.is_walk_in,
        MET.is_online,
        MET.slot_id,
        MET.answered_at.is_not(None).label("is_answered"),
        case((SLOT.day.is_(None), MET.changed_at)).label("changed_at"),
        SLOT.day,
        MET.third_id,
        MET.fair_id,
    )
    .outerjoin(Slot.__table__, SLOT.id == MET.slot_id)
    .where(MET.fair_id.in_(FAIR_IDS))
    .order_by(MET.fair_id)
)
DEALS = (
    select(
        SOLD.id,
        SOLD.exhibitor_id,
        SOLD.buyer_id,
        SOLD.title,
        SOLD.category_code,
        SOLD.register_no,
        SOLD.opened_at,
        LINK.meeting_id,
        SOLD.fair_id,
    )
    .outerjoin(DealMeeting.__table__, LINK.deal_id == SOLD.id)
    .where(SOLD.fair_id.in_(FAIR_IDS))
    .order_by(SOLD.fair_id)
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
