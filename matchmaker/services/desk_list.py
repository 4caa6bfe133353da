"""Enter what was written on the paper list of the desk while everything was down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.reports import Horizon, Side
from matchmaker.domain.deals.stages import COUNT_ONLY, Outcome
from matchmaker.domain.errors import DomainError, Refused
from matchmaker.domain.fairs import Act, Role, StaffRole, check_phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.money.amount import Money
from matchmaker.domain.paging import page_shown
from matchmaker.models import CheckIn, Company, FairStaff, Meeting, MeetingTable, OutcomeReport, Participation, Slot
from matchmaker.services import (
    attendance,
    fair_money,
    fairs,
    history,
    meetings,
    outcomes,
    presences,
    sheets,
    slot_loads,
)
from matchmaker.services.kept_counts import Kept
from matchmaker.services.outcomes import Said

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

ROWS_A_PAGE = 20
WANTED: Any = bindparam("meetings", type_=Meeting.id.type, expanding=True)
_of_list = (CheckIn.source == Source.DESK_LIST,)
THERE = (
    select(CheckIn.meeting_id, CheckIn.side, CheckIn.is_present)
    .where(CheckIn.meeting_id.in_(WANTED), *_of_list)
    .order_by(CheckIn.at)
)
_of_seller = (OutcomeReport.side == Side.SELLER,)
WORKS_HERE = (
    select(FairStaff.id)
    .where(
        FairStaff.fair_id == OutcomeReport.fair_id,
        FairStaff.account_id == OutcomeReport.stated_by,
        FairStaff.role.in_([StaffRole.ORGANIZER, StaffRole.TABLE_HOST]),
    )
    .exists()
)
STATED = (
    select(
        OutcomeReport.meeting_id,
        OutcomeReport.outcome,
        OutcomeReport.amount,
        OutcomeReport.currency,
        OutcomeReport.horizon,
        WORKS_HERE,
    )
    .where(OutcomeReport.meeting_id.in_(WANTED), *_of_seller)
    .order_by(OutcomeReport.stated_at, OutcomeReport.entry)
)
_Selling, _Buying, _Joining = aliased(Participation), aliased(Participation), aliased(Participation)
_Seller, _Buyer, _Third = aliased(Company), aliased(Company), aliased(Company)
# Whether an outcome is on record of a meeting comes along: of most none is, and then nothing more has to be asked.
MEETINGS = (
    select(
        Meeting.id,
        Meeting.state,
        Slot.starts_at,
        func.coalesce(MeetingTable.code, ""),
        _Seller.name,
        _Seller.country,
        _Buyer.name,
        _Buyer.country,
        _Buying.badge_code,
        func.coalesce(_Third.name, ""),
        select(OutcomeReport.id).where(OutcomeReport.meeting_id == Meeting.id, *_of_seller).exists(),
    )
    .select_from(Meeting)
    .join(Slot, slot_loads.IS_PLACED)
    .join(_Selling, _Selling.id == Meeting.exhibitor_id)
    .join(_Seller, _Seller.id == _Selling.company_id)
    .join(_Buying, _Buying.id == Meeting.buyer_id)
    .join(_Buyer, _Buyer.id == _Buying.company_id)
    .outerjoin(_Joining, _Joining.id == Meeting.third_id)
    .outerjoin(_Third, _Third.id == _Joining.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .where(Meeting.id.in_(WANTED))
    .order_by(*slot_loads.BY_TIME)
)


class There(StrEnum):
    """Who was at the table by the list."""

    BOTH = "both"
    NO_EXHIBITOR = "no_exhibitor"
    NO_BUYER = "no_buyer"
    NOBODY = "nobody"


PRESENT = {
    There.BOTH: frozenset(Role),
    There.NO_EXHIBITOR: frozenset({Role.BUYER}),
    There.NO_BUYER: frozenset({Role.EXHIBITOR}),
    There.NOBODY: frozenset[Role](),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What is on record for the exhibitor's side; ``is_own`` says that the side said it itself."""

    outcome: Outcome
    value: Money | None
    horizon: Horizon | None
    is_own: bool


class Listed(NamedTuple):
    """A meeting as the paper names it, and whether an outcome is on record for the exhibitor's side."""

    meeting_id: uuid.UUID
    state: str
    starts_at: datetime
    table: str
    exhibitor: str
    exhibitor_country: str
    buyer: str
    buyer_country: str
    buyer_badge: str
    third: str
    is_stated: bool


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """The meetings of a page. They are kept, so nobody may change them; what was read anew is another one."""

    listed: tuple[Listed, ...]


class DeskRow(NamedTuple):
    """One line of the list with what is on record of it."""

    number: int
    there: There | None
    stated: Stated | None
    meeting: Listed


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the list, in the order of the paper, with what is on record of its meetings."""

    meetings: Meetings
    there: Mapping[uuid.UUID, There]
    stated: Mapping[uuid.UUID, Stated]
    currencies: tuple[str, ...]
    number: int
    pages: int
    total: int

    @property
    def rows(self) -> list[DeskRow]:
        """Its lines."""
        first = (self.number - 1) * ROWS_A_PAGE + 1
        return [
            DeskRow(number, self.there.get(one.meeting_id), self.stated.get(one.meeting_id), one)
            for number, one in enumerate(self.meetings.listed, start=first)
        ]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written in one line; nothing at all where the line stayed empty."""

    meeting_id: uuid.UUID
    there: There | None = None
    outcome: Outcome | None = None
    value: Money | None = None
    typed: str = ""
    horizon: Horizon | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the line says nothing."""
        return self.there is None and self.outcome is None and self.value is None


PAGES: Kept[Meetings] = Kept(MEETINGS)
NO_MEETINGS = Meetings(())


def page_of(session: Session, *, fair: FairFacts, number: int, now: datetime) -> DeskPage:
    """Return a page of the meetings that have begun, by time and table as on paper, in seven statements at most.

    Its meetings are read anew only after something of them was written. Who was there leaves no marks, so that is asked
    each time.
    """
    loads = slot_loads.read(session, fair_id=fair.id)
    begun = [slot for day in loads.days for slot in day.slots if slot.starts_at <= now]
    total = sum(slot.number for slot in begun)
    shown, pages = page_shown(number, rows=total, a_page=ROWS_A_PAGE)
    keys = loads.keys(session, begun, start=(shown - 1) * ROWS_A_PAGE, most=ROWS_A_PAGE)
    read = partial(_read, session, keys)
    found = PAGES.found(session, fair_id=fair.id, key=keys, read=read, marks=loads.marks) if keys else NO_MEETINGS
    return DeskPage(
        meetings=found,
        there=_there(session, keys),
        stated=_stated(session, [one.meeting_id for one in found.listed if one.is_stated]),
        currencies=fair_money.currencies_offered(session, fair=fair, marks=loads.marks),
        number=shown,
        pages=pages,
        total=total,
    )


def _read(session: Session, keys: Sequence[uuid.UUID]) -> Meetings:
    return Meetings(tuple([Listed(*row) for row in session.execute(MEETINGS, {"meetings": keys})]))


def enter(
    session: Session, *, fair: FairFacts, written: Iterable[Written], by: uuid.UUID, now: datetime
) -> dict[uuid.UUID, Refused]:
    """Enter lines of the list and return what is wrong with which of them; the caller keeps all or nothing.

    Who was there goes through the rule of attendance, what came of it through the ledger, for the exhibitor's side as
    stated by the organizer. A line that says what is on record already changes nothing, so the same page may be sent
    twice. What a side said itself is not replaced: that is its own to change. Raises NotAllowed('not_in_phase').
    """
    check_phase(fair.phase, Act.RECORD_OUTCOME)
    lines = [one for one in written if not one.is_empty]
    keys = [one.meeting_id for one in lines]
    begun = set(session.scalars(select(Meeting.id).join(Slot).where(Meeting.id.in_(keys), *_begun(fair, now=now))))
    there, stated = _there(session, keys), _stated(session, keys)
    wrong: dict[uuid.UUID, Refused] = {}
    for one in lines:
        try:
            if one.meeting_id not in begun:
                raise Refused("not_on_the_list", field="there")
            _check(one)
            if one.there is not None and one.there is not there.get(one.meeting_id):
                _say_there(session, fair=fair, line=one, there=one.there, by=by, now=now)
            if one.outcome is not None:
                _say_outcome(session, fair=fair, line=one, known=stated.get(one.meeting_id), by=by, now=now)
        except DomainError as error:
            wrong[one.meeting_id] = _as_refusal(error)
    return wrong


def _begun(fair: FairFacts, *, now: datetime) -> Sequence[ColumnElement[bool]]:
    return (Meeting.fair_id == fair.id, Meeting.state.in_(sheets.ON_PAPER), Slot.starts_at <= now)


def _as_refusal(error: DomainError) -> Refused:
    if isinstance(error, Refused):
        return error
    return Refused("changed_meanwhile", field="there")


def _check(line: Written) -> None:
    """What can't stand in one line."""
    is_met = line.there in {None, There.BOTH}
    if line.outcome is not None and not is_met:
        raise Refused("outcome_without_meeting", field="outcome")
    if line.value is not None and (line.outcome is None or line.outcome in COUNT_ONLY):
        raise Refused("outcome_has_no_value", field="outcome")
    if line.value is not None and line.horizon is None:
        raise Refused("value_without_horizon", field="horizon")


def _say_there(session: Session, *, fair: FairFacts, line: Written, there: There, by: uuid.UUID, now: datetime) -> None:
    """Keep who was there, as seen at the meeting's start: the list does not say when someone came."""
    meeting, _ = meetings.load(session, fair_id=fair.id, meeting_id=line.meeting_id, participation_id=None)
    said_before = _times(session, meeting_id=line.meeting_id)
    # A correction must come after what it corrects, or the rule could not tell which of the two holds.
    seen = (meeting.starts_at or now) + timedelta(seconds=said_before)
    new = [
        presences.keep(
            session,
            fair_id=fair.id,
            meeting_id=line.meeting_id,
            side=side,
            is_present=side in PRESENT[there],
            source=Source.DESK_LIST,
            by=by,
            at=seen,
            once=f"desk-{side}-{said_before}",
            now=now,
        )
        for side in Role
    ]
    noted = attendance.settle(session, fair=fair, meeting=meeting, by=by, now=now, is_new=any(new))
    if noted.state is not (MeetingState.HELD if there is There.BOTH else MeetingState.NO_SHOW):
        raise Refused("said_otherwise", field="there")


def _say_outcome(
    session: Session, *, fair: FairFacts, line: Written, known: Stated | None, by: uuid.UUID, now: datetime
) -> None:
    if line.outcome is None or (known is not None and known.is_own):
        return
    seller = session.scalar(select(Meeting.exhibitor_id).where(Meeting.id == line.meeting_id))
    if seller is None:
        raise Refused("not_on_the_list", field="there")
    me = fairs.membership_of(session, fair_id=fair.id, participation_id=seller, account_id=by)
    said = Said(outcome=line.outcome, value=line.value, typed=line.typed, horizon=line.horizon if line.value else None)
    history.act_for(session, company_id=me.company_id)
    try:
        outcomes.record_outcome(session, fair=fair, me=me, meeting_id=line.meeting_id, said=said, now=now)
    finally:
        history.act_for_oneself(session)


def _there(session: Session, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, There]:
    """What the list said last of who was there, by meeting."""
    rows = session.execute(THERE, {"meetings": keys}) if keys else ()
    said: dict[uuid.UUID, dict[Role, bool]] = defaultdict(dict)
    for meeting_id, side, is_present in rows:
        said[meeting_id][Role(side)] = is_present
    known = {sides: there for there, sides in PRESENT.items()}
    return {key: known[frozenset(side for side, is_there in found.items() if is_there)] for key, found in said.items()}


def _stated(session: Session, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Stated]:
    """The last thing on record for the exhibitor's side, by meeting."""
    rows = session.execute(STATED, {"meetings": keys}) if keys else ()
    return {
        row.meeting_id: Stated(
            Outcome(row.outcome),
            Money(amount=row.amount, currency=row.currency) if row.amount is not None else None,
            Horizon(row.horizon) if row.horizon else None,
            is_own=not row[-1],
        )
        for row in rows
    }


def _times(session: Session, *, meeting_id: uuid.UUID) -> int:
    of_list = (CheckIn.meeting_id == meeting_id, CheckIn.source == Source.DESK_LIST, CheckIn.side == Role.BUYER)
    return session.scalar(select(func.count()).select_from(CheckIn).where(*of_list)) or 0
