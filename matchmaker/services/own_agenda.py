"""What one company has agreed to, kept until something of it is written: everyone of it opens it again and again.

Nobody's name is kept with it, neither colleagues' nor interpreters': these are read each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import AGREED, MeetingState
from matchmaker.domain.third_company import TO_JOIN, ThirdState
from matchmaker.models import Company, Meeting, MeetingTable, Need, Offer, Participation, Slot, Suggestion
from matchmaker.services.company_names import THIRD_NAME
from matchmaker.services.deals import SIDES
from matchmaker.services.fairs import SlotFacts
from matchmaker.services.kept_counts import Kept
from matchmaker.services.meeting_rows import BOOTH, SUGGESTED, first_text, is_reported_by, sides_of, with_joined

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks
    from matchmaker.services.fairs import Membership

# Of so many companies the agenda is kept, and of so many meetings what the other side looks for; one has a few dozen.
COMPANIES_KEPT = 100
MEETINGS_KEPT = 300


class AgendaRow(NamedTuple):
    """One agreed meeting as its line says it. What it says is as of a MeetingRow, its slot as of the fair's grid."""

    state: MeetingState
    id: uuid.UUID
    name: str
    country: str
    city: str
    is_online: bool
    table_code: str | None
    booth: str
    interpreter_id: uuid.UUID | None
    third: str | None
    other_id: uuid.UUID
    is_reported: bool
    third_state: str
    slot: SlotFacts | None

    @property
    def slot_id(self) -> uuid.UUID | None:
        """The key of its slot."""
        return None if self.slot is None else self.slot.id


class Placed(NamedTuple):
    """A meeting with its slot."""

    row: AgendaRow
    slot: SlotFacts


class Reminder(NamedTuple):
    """What the other side needs or offers: the pair that was compared, and its first item in both languages."""

    best_pair: dict[str, Any] | None
    item_vi: str | None
    item_en: str | None


@dataclass(frozen=True, slots=True, eq=False)
class OwnAgenda:
    """A company's agreed meetings, those with a slot by time.

    ``placed`` are those with one, ``in_slot`` the same by the slot's key. ``invited`` are the meetings of others that
    the company is asked to join.
    """

    meetings: Sequence[AgendaRow]
    placed: Sequence[Placed]
    in_slot: Mapping[uuid.UUID, Sequence[Placed]]
    invited: Sequence[AgendaRow]


# A third company is not asked for the outcome, and who else joins is of no use to it.
NOT_FOR_THIRD: dict[str, Any] = {"is_reported": True, "third": None}


def _agreed(role: Role) -> Select[*tuple[Any, ...]]:
    sits_in, across, buyer_name = with_joined(role)
    other = aliased(Participation)
    return (
        select(
            Meeting.state,
            buyer_name,
            Slot.id,
            Slot.number,
            Slot.day,
            Slot.starts_at,
            Slot.ends_at,
            Meeting.id,
            Company.name,
            Company.country,
            Company.city,
            Meeting.is_online,
            MeetingTable.code,
            func.coalesce(BOOTH, ""),
            Meeting.interpreter_id,
            THIRD_NAME,
            other.id,
            is_reported_by(SIDES[role]),
            sits_in.c.third_state,
        )
        # What is joined first PostgreSQL begins with.
        .select_from(sits_in)
        .join(Meeting, Meeting.id == sits_in.c.meeting_id)
        .join(other, other.id == across)
        .join(Company, Company.id == other.company_id)
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
        .where(Meeting.fair_id == bindparam("fair_id"), Meeting.state.in_(sorted(AGREED)))
        .order_by(Slot.starts_at, Meeting.requested_at, Meeting.id)
    )


def _reminder(role: Role) -> Select[*tuple[Any, ...]]:
    _, theirs = sides_of(role)
    item = Need if role is Role.EXHIBITOR else Offer
    return (
        select(Suggestion.best_pair, first_text(item.text_vi, theirs), first_text(item.text_en, theirs))
        .select_from(Meeting)
        .outerjoin(Suggestion, SUGGESTED)
        .where(Meeting.id == bindparam("meeting_id"))
    )


AGREED_BY = {role: _agreed(role) for role in Role}
REMINDERS = {role: _reminder(role) for role in Role}
KEPT: Kept[OwnAgenda] = Kept(*AGREED_BY.values(), most=COMPANIES_KEPT)
KEPT_REMINDERS: Kept[Reminder] = Kept(*REMINDERS.values(), most=MEETINGS_KEPT)


def of(session: Session, *, fair_id: uuid.UUID, me: Membership, marks: Marks) -> OwnAgenda:
    """Return what a participant has agreed to, which is read again only after something of the fair's was written."""
    key = (me.participation_id, me.role)
    return KEPT.found(session, fair_id=fair_id, key=key, read=partial(_read, session, fair_id, me), marks=marks)


def reminder_of(
    session: Session, row: AgendaRow, *, fair_id: uuid.UUID, me: Membership, marks: Marks
) -> Reminder | None:
    """Return what the other side of a meeting needs or offers; why the two meet is not told to a third company."""
    if row.third_state:
        return None

    def read() -> Reminder:
        # The meeting may be gone since its marks were read.
        found = session.execute(REMINDERS[me.role], {"meeting_id": row.id}).first()
        return Reminder(*found) if found else Reminder(None, None, None)

    return KEPT_REMINDERS.found(session, fair_id=fair_id, key=(row.id, me.role), read=read, marks=marks)


def _read(session: Session, fair_id: uuid.UUID, me: Membership) -> OwnAgenda:
    key = {"fair_id": fair_id, "participation_id": me.participation_id}
    rows = [_row(one) for one in session.execute(AGREED_BY[me.role], key)]
    meetings = tuple(row for row in rows if row.third_state in {"", ThirdState.JOINED})
    placed = tuple(Placed(row, row.slot) for row in meetings if row.slot is not None)
    return OwnAgenda(
        meetings,
        placed,
        {key: tuple(each) for key, each in groupby(placed, key=lambda one: one.slot.id)},
        tuple(row for row in rows if row.third_state == ThirdState.ASKED and row.state in TO_JOIN),
    )


def _row(read: Sequence[Any]) -> AgendaRow:
    # The slot is read with the meeting: a grid that was kept may be older than the meeting, and not know it.
    state, buyer, slot_id, number, day, starts_at, ends_at, *facts = read
    slot = None if slot_id is None else SlotFacts(slot_id, number, day, starts_at, ends_at)
    row = AgendaRow._make((MeetingState(state), *facts, slot))
    return row._replace(name=f"{row.name}, {buyer}", **NOT_FOR_THIRD) if row.third_state else row
