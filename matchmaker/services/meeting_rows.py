"""Meetings as one side sees them: read without the other side's people, for every page that lists meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from matchmaker.domain.deals.reports import Side
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import (
    Company,
    Hall,
    Interpreter,
    Meeting,
    MeetingTable,
    Need,
    Offer,
    OutcomeReport,
    Participation,
    Slot,
    Suggestion,
)
from matchmaker.services.files import LOGO_OF_COMPANY
from matchmaker.services.verification import IS_VERIFIED

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, ScalarSelect
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One meeting with the company on the other side. ``item_vi`` and ``item_en`` are its first need or offer.

    ``best_pair`` holds the need and the offer the matcher compared, where it has proposed the two to each other.
    ``grade`` is how much this side wants it; ``is_reported`` says whether it has told what came of it. What the other
    side said of either is not read.
    """

    id: uuid.UUID
    other_id: uuid.UUID
    name: str
    country: str
    city: str
    item_vi: str | None
    item_en: str | None
    state: MeetingState
    requested_by: str
    note: str
    is_online: bool
    is_walk_in: bool
    close_reason: str
    requested_at: datetime
    expires_at: datetime | None
    changed_at: datetime
    slot_id: uuid.UUID | None
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    table_code: str | None
    hall_vi: str | None
    hall_en: str | None
    booth: str
    interpreter: str | None
    reasons: dict[str, Any] | None
    score: float | None
    best_pair: dict[str, Any] | None
    is_reported: bool
    grade: str
    is_verified: bool
    logo: uuid.UUID | None

    @property
    def table(self) -> str | None:
        """The table's code."""
        return self.table_code


_host = aliased(Participation)
# A meeting without a table of its own takes place at the exhibitor's booth, where there is one.
BOOTH = (
    select(_host.booth)
    .where(_host.id == Meeting.exhibitor_id, Meeting.table_id.is_(None), Meeting.is_online.is_(False))
    .correlate(Meeting)
    .scalar_subquery()
)


def _first(column: InstrumentedAttribute[str | None], key: Any) -> ScalarSelect[str | None]:
    """The text of an item's owner that stands first and has this language."""
    table = column.class_
    return (
        select(column)
        .where(table.participation_id == key, column.is_not(None))
        .order_by(table.position)
        .limit(1)
        .correlate(Meeting)
        .scalar_subquery()
    )


# What does not depend on the side; each is a field of MeetingRow by its own name.
COLUMNS = (
    Meeting.id,
    Company.name,
    Company.country,
    Company.city,
    Meeting.state,
    Meeting.requested_by,
    Meeting.note,
    Meeting.is_online,
    Meeting.is_walk_in,
    Meeting.close_reason,
    Meeting.requested_at,
    Meeting.expires_at,
    Meeting.changed_at,
    Meeting.slot_id,
    Slot.day,
    Slot.starts_at,
    Slot.ends_at,
    MeetingTable.code.label("table_code"),
    Hall.name_vi.label("hall_vi"),
    Hall.name_en.label("hall_en"),
    func.coalesce(BOOTH, "").label("booth"),
    Interpreter.name.label("interpreter"),
    Suggestion.reasons,
    Suggestion.score,
    Suggestion.best_pair,
    # Nothing known of a mark is no mark: its parts may be empty, and an empty condition is not false.
    func.coalesce(IS_VERIFIED, False).label("is_verified"),
    LOGO_OF_COMPANY.label("logo"),
)
SUGGESTED = and_(
    Suggestion.fair_id == Meeting.fair_id,
    Suggestion.exhibitor_id == Meeting.exhibitor_id,
    Suggestion.buyer_id == Meeting.buyer_id,
)


def _is_reported(side: Side) -> ColumnElement[bool]:
    said = select(OutcomeReport.id).where(OutcomeReport.meeting_id == Meeting.id, OutcomeReport.side == side)
    return said.correlate(Meeting).exists()


def _seen_by(role: Role) -> Select[*tuple[Any, ...]]:
    """Build the statement for a side; its own column decides which meetings are its."""
    sides = (Meeting.exhibitor_id, Meeting.buyer_id)
    mine, theirs = sides if role is Role.EXHIBITOR else sides[::-1]
    item, reporter = (Need, Side.SELLER) if role is Role.EXHIBITOR else (Offer, Side.BUYER)
    other = aliased(Participation)
    return (
        select(
            *COLUMNS,
            theirs.label("other_id"),
            _first(item.text_vi, theirs).label("item_vi"),
            _first(item.text_en, theirs).label("item_en"),
            _is_reported(reporter).label("is_reported"),
            (Meeting.exhibitor_grade if role is Role.EXHIBITOR else Meeting.buyer_grade).label("grade"),
        )
        .join(other, other.id == theirs)
        .join(Company, Company.id == other.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
        .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
        .outerjoin(Interpreter, Interpreter.id == Meeting.interpreter_id)
        .outerjoin(Suggestion, SUGGESTED)
        .where(mine == bindparam("participation_id"), Meeting.fair_id == bindparam("fair_id"))
    )


SEEN_BY = {role: _seen_by(role) for role in Role}


def read(session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[MeetingRow]:
    """Run a statement made from SEEN_BY and return its rows."""
    found = session.execute(statement, values).mappings()
    return [MeetingRow(**{**row, "state": MeetingState(row["state"])}) for row in found]
