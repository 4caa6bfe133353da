"""Meetings as one side sees them: read without the other side's people, for every page that lists meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, false, func, literal, null, select, union_all
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
    ThirdCompany,
)
from matchmaker.services.company_names import THIRD_NAME, name_beside
from matchmaker.services.files import LOGO_OF_COMPANY
from matchmaker.services.verification import IS_VERIFIED

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy import BindParameter, Case, ColumnElement, ScalarSelect, Subquery
    from sqlalchemy.orm import Session


class MeetingRow(NamedTuple):
    """One meeting with the company on the other side. ``item_vi`` and ``item_en`` are its first need or offer.

    ``best_pair`` holds the need and the offer the matcher compared, where it has proposed the two to each other.
    ``grade`` is how much this side wants it; ``is_reported`` says whether it has told what came of it. What the other
    side said of either is not read. ``third`` is a third company in it. Where the reader's own company is that one,
    ``third_state`` says whether it was asked or has joined, and the other side's name holds both names.

    Its fields stand in the order in which SEEN_BY selects them.
    """

    state: MeetingState
    id: uuid.UUID
    name: str
    country: str
    city: str
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
    is_verified: bool
    logo: uuid.UUID | None
    third: str | None
    other_id: uuid.UUID
    item_vi: str | None
    item_en: str | None
    is_reported: bool
    grade: str
    third_state: str = ""

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


def first_text(column: InstrumentedAttribute[str | None], key: Any) -> ScalarSelect[str | None]:
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
    Meeting.state,
    Meeting.id,
    Company.name,
    Company.country,
    Company.city,
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
    THIRD_NAME,
)
SUGGESTED = and_(
    Suggestion.fair_id == Meeting.fair_id,
    Suggestion.exhibitor_id == Meeting.exhibitor_id,
    Suggestion.buyer_id == Meeting.buyer_id,
)


def is_reported_by(side: Side) -> ColumnElement[bool]:
    """Whether a side has told what came of the meeting."""
    said = select(OutcomeReport.id).where(OutcomeReport.meeting_id == Meeting.id, OutcomeReport.side == side)
    return said.correlate(Meeting).exists()


def sides_of(role: Role) -> tuple[InstrumentedAttribute[uuid.UUID], InstrumentedAttribute[uuid.UUID]]:
    """The columns of a side's own company and of the other one."""
    both = Meeting.exhibitor_id, Meeting.buyer_id
    return both if role is Role.EXHIBITOR else both[::-1]


def _read_by(
    role: Role,
    *more: Any,
    across: ColumnElement[uuid.UUID] | InstrumentedAttribute[uuid.UUID],
) -> Select[*tuple[Any, ...]]:
    """Select what a side reads of its meetings, with the company ``across`` by name."""
    _, theirs = sides_of(role)
    item, reporter = (Need, Side.SELLER) if role is Role.EXHIBITOR else (Offer, Side.BUYER)
    return select(
        *COLUMNS,
        across.label("other_id"),
        first_text(item.text_vi, theirs).label("item_vi"),
        first_text(item.text_en, theirs).label("item_en"),
        is_reported_by(reporter).label("is_reported"),
        (Meeting.exhibitor_grade if role is Role.EXHIBITOR else Meeting.buyer_grade).label("grade"),
        *more,
    )


def _placed(
    statement: Select[*tuple[Any, ...]], *, across: ColumnElement[uuid.UUID] | InstrumentedAttribute[uuid.UUID]
) -> Select[*tuple[Any, ...]]:
    """Join who is across, when and where it is, and why the two were suggested to each other."""
    other = aliased(Participation)
    return (
        statement.join(other, other.id == across)
        .join(Company, Company.id == other.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
        .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
        .outerjoin(Interpreter, Interpreter.id == Meeting.interpreter_id)
        .outerjoin(Suggestion, SUGGESTED)
    )


def _seen_by(role: Role) -> Select[*tuple[Any, ...]]:
    """Build the statement for a side; its own column decides which meetings are its."""
    mine, theirs = sides_of(role)
    return _placed(_read_by(role, across=theirs), across=theirs).where(
        mine == bindparam("participation_id"), Meeting.fair_id == bindparam("fair_id")
    )


SEEN_BY = {role: _seen_by(role) for role in Role}
# Why the two should meet, and what marks a company, no list of agreed meetings shows; the reasons are the longest part.
UNREAD: dict[str, Any] = {
    "note": literal("").label("note"),
    "reasons": null().label("reasons"),
    "score": null().label("score"),
    "is_verified": false().label("is_verified"),
    "logo": null().label("logo"),
}
BUYER_NAME = name_beside(Meeting.buyer_id)


def with_joined(role: Role) -> tuple[Subquery, Case[Any], Case[Any]]:
    """The meetings of a side, and those of others that it joins or was asked to join, by ``meeting_id``.

    With it who is across, of those of others the exhibitor, and of these alone the buyer's name.
    """
    mine, theirs = sides_of(role)
    me: BindParameter[Any] = bindparam("participation_id")
    own = select(Meeting.id.label("meeting_id"), literal("").label("third_state")).where(mine == me)
    joined = select(ThirdCompany.meeting_id, ThirdCompany.state).where(ThirdCompany.participation_id == me)
    sits_in = union_all(own, joined).subquery("sits_in")
    is_third = sits_in.c.third_state != ""
    return sits_in, case((is_third, Meeting.exhibitor_id), else_=theirs), case((is_third, BUYER_NAME))


def _seen_with_joined(role: Role) -> Select[*tuple[Any, ...]]:
    """Build the statement for a side with the meetings of others that it joins or was asked to join.

    Of those it names the exhibitor, and the buyer beside it. What stands in UNREAD is left empty.
    """
    sits_in, across, buyer_name = with_joined(role)
    more = sits_in.c.third_state, buyer_name.label("buyer_name")
    columns = _read_by(role, *more, across=across).selected_columns
    statement = select(*[UNREAD.get(str(column.key), column) for column in columns])
    # What is joined first PostgreSQL begins with. From a condition on the keys it would go through the whole fair.
    statement = statement.select_from(sits_in).join(Meeting, Meeting.id == sits_in.c.meeting_id)
    return _placed(statement, across=across).where(Meeting.fair_id == bindparam("fair_id"))


WITH_JOINED = {role: _seen_with_joined(role) for role in Role}
# A third company sees whom it joins, when and where; what the two wrote to each other, and why they meet, is theirs.
NOT_FOR_THIRD: dict[str, Any] = {
    "item_vi": None,
    "item_en": None,
    "is_reported": True,
    "grade": "",
    "third": None,
}


def read(session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[MeetingRow]:
    """Run a statement made from SEEN_BY and return its rows."""
    return [MeetingRow(MeetingState(state), *facts) for state, *facts in session.execute(statement, values)]


def read_with_joined(session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[MeetingRow]:
    """Run a statement made from WITH_JOINED and return its rows. No outcome is asked of a third company."""
    found = []
    for state, *facts, buyer in session.execute(statement, values):
        row = MeetingRow(MeetingState(state), *facts)
        found.append(row._replace(name=f"{row.name}, {buyer}", **NOT_FOR_THIRD) if row.third_state else row)
    return found
