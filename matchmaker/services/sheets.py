"""What is printed for a fair's days: agendas, table sheets, interpreters' days, badges and the desk's list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.third_company import THIRD
from matchmaker.models import (
    Account,
    Category,
    Company,
    FairPerson,
    Hall,
    Interpreter,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    Slot,
)
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

ON_PAPER = (MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW)
BY_TIME = (Slot.starts_at, MeetingTable.code, Meeting.id)
IS_ON_PAPER = (Meeting.fair_id == bindparam("fair_id"), Meeting.state.in_(ON_PAPER))


@dataclass(frozen=True, slots=True)
class SheetMeeting:
    """One meeting as every sheet prints it. Names are of companies; people stand on their own agendas only."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    table: str
    hall_vi: str
    hall_en: str
    exhibitor: str
    exhibitor_country: str
    exhibitor_id: uuid.UUID
    buyer: str
    buyer_country: str
    buyer_badge: str
    buyer_id: uuid.UUID
    interpreter: str
    interpreter_id: uuid.UUID | None
    third_id: uuid.UUID | None = None
    third: str = ""
    third_country: str = ""

    @property
    def companies(self) -> tuple[uuid.UUID, ...]:
        """All who are in it: exhibitor, buyer, and a third company where one joins them."""
        return tuple(key for key in (self.exhibitor_id, self.buyer_id, self.third_id) if key is not None)

    def others(self, side: str) -> tuple[tuple[str, str], ...]:
        """The companies that one side meets, each with its country."""
        pair = ((self.exhibitor, self.exhibitor_country), (self.buyer, self.buyer_country))
        if side == THIRD:
            return pair
        third = ((self.third, self.third_country),) if self.third else ()
        return (self.other(Role(side)), *third)

    def other(self, side: Role) -> tuple[str, str]:
        """The company on the other side of the pair, with its country."""
        if side is Role.EXHIBITOR:
            return self.buyer, self.buyer_country
        return self.exhibitor, self.exhibitor_country


@dataclass(frozen=True, slots=True)
class PersonAgenda:
    """One person's meetings in order of time, each with the side that person sits on."""

    representative_id: uuid.UUID
    name: str
    company: str
    locale: str
    meetings: tuple[tuple[SheetMeeting, str], ...]


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One table's meetings in order of time."""

    code: str
    hall_vi: str
    hall_en: str
    meetings: tuple[SheetMeeting, ...]


@dataclass(frozen=True, slots=True)
class CompanyBrief:
    """What an interpreter should know of a company beforehand: what it says of itself, what it offers or looks for.

    Items and the names of their categories are pairs, Vietnamese and English.
    """

    name: str
    country: str
    about_vi: str
    about_en: str
    items: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InterpreterSheet:
    """One interpreter's meetings in order of time, with briefs of the companies."""

    id: uuid.UUID
    name: str
    languages: tuple[str, ...]
    meetings: tuple[SheetMeeting, ...]
    companies: tuple[CompanyBrief, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each kind of sheet, without reading what is printed on them."""

    agendas: int
    tables: int
    interpreters: int
    badges: int
    meetings: int


@dataclass(frozen=True, slots=True)
class Badge:
    """Who comes, for whom, and the code that stands for the company."""

    name: str
    company: str
    country: str
    role: Role
    code: str


_ExhibitorSide, _BuyerSide = aliased(Participation), aliased(Participation)
_Seller, _Buyer = aliased(Company), aliased(Company)
_ThirdSide, _Third = aliased(Participation), aliased(Company)
PLACED = (
    select(
        Meeting.id,
        Slot.starts_at,
        Slot.ends_at,
        MeetingTable.code,
        Hall.name_vi,
        Hall.name_en,
        _Seller.name.label("exhibitor"),
        _Seller.country.label("exhibitor_country"),
        _ExhibitorSide.id.label("exhibitor_id"),
        _Buyer.name.label("buyer"),
        _Buyer.country.label("buyer_country"),
        _BuyerSide.badge_code,
        _BuyerSide.id.label("buyer_id"),
        Interpreter.name.label("interpreter"),
        Interpreter.id.label("interpreter_id"),
        Meeting.third_id,
        _Third.name.label("third"),
        _Third.country.label("third_country"),
    )
    .join(Slot, Slot.id == Meeting.slot_id)
    .join(_ExhibitorSide, _ExhibitorSide.id == Meeting.exhibitor_id)
    .join(_Seller, _Seller.id == _ExhibitorSide.company_id)
    .join(_BuyerSide, _BuyerSide.id == Meeting.buyer_id)
    .join(_Buyer, _Buyer.id == _BuyerSide.company_id)
    .outerjoin(_ThirdSide, _ThirdSide.id == Meeting.third_id)
    .outerjoin(_Third, _Third.id == _ThirdSide.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == Meeting.table_id)
    .outerjoin(Hall, Hall.id == MeetingTable.hall_id)
    .outerjoin(Interpreter, Interpreter.id == Meeting.interpreter_id)
    .where(*IS_ON_PAPER)
    .order_by(*BY_TIME)
)
SITTING = (
    select(
        MeetingAttendee.meeting_id,
        MeetingAttendee.side,
        Representative.id,
        Representative.name,
        Company.name.label("company"),
        Account.locale,
    )
    .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
    .join(Representative, Representative.id == MeetingAttendee.representative_id)
    .join(Company, Company.id == Representative.company_id)
    .outerjoin(Account, Account.id == Representative.account_id)
    .where(*IS_ON_PAPER)
)
BADGES = (
    select(
        Representative.name,
        Company.name.label("company"),
        Company.country,
        Participation.role,
        Participation.badge_code,
    )
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .join(Participation, Participation.id == FairPerson.participation_id)
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.status == ParticipationStatus.APPROVED)
    .order_by(Company.name, Representative.name, Participation.role)
)
TABLES = (
    select(MeetingTable.code, Hall.name_vi, Hall.name_en)
    .join(Hall, Hall.id == MeetingTable.hall_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"), ~MeetingTable.is_closed)
    .order_by(MeetingTable.code)
)

HAS_SLOT = Meeting.slot_id.is_not(None)
_here = select(Participation.company_id).where(Participation.fair_id == bindparam("fair_id"))
_sits = select(MeetingAttendee.meeting_id).join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
# People and interpreters are asked one by one for a first meeting: much less than to sort what all of them have.
COUNTS = select(
    select(func.count())
    .where(
        Representative.company_id.in_(_here),
        _sits.where(MeetingAttendee.representative_id == Representative.id, *IS_ON_PAPER, HAS_SLOT).exists(),
    )
    .scalar_subquery(),
    TABLES.with_only_columns(func.count(), maintain_column_froms=True).order_by(None).scalar_subquery(),
    select(func.count())
    .where(
        Interpreter.fair_id == bindparam("fair_id"),
        select(Meeting.id).where(Meeting.interpreter_id == Interpreter.id, *IS_ON_PAPER, HAS_SLOT).exists(),
    )
    .scalar_subquery(),
    BADGES.with_only_columns(func.count(), maintain_column_froms=True).order_by(None).scalar_subquery(),
    select(func.count()).select_from(Meeting).where(*IS_ON_PAPER, HAS_SLOT).scalar_subquery(),
)
KEPT_COUNTS = KeptCount(COUNTS, lambda rows: Counts(*rows[0]))


def counts(session: Session, *, fair_id: uuid.UUID) -> Counts:
    """Return how many sheets of each kind the readers below would return, in two statements at most."""
    return KEPT_COUNTS.of(session, fair_id=fair_id)


def meetings(session: Session, *, fair_id: uuid.UUID, interpreter_id: uuid.UUID | None = None) -> list[SheetMeeting]:
    """Return every meeting that has its slot, by time and table; those of one interpreter where one is named."""
    statement = PLACED if interpreter_id is None else PLACED.where(Meeting.interpreter_id == interpreter_id)
    return read(session, statement, fair_id=fair_id)


def read(
    session: Session, statement: Select[*tuple[Any, ...]], *, fair_id: uuid.UUID, **values: Any
) -> list[SheetMeeting]:
    """Return the meetings that PLACED finds, narrowed as a caller likes with values of its own."""
    return [
        SheetMeeting(
            id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            table=row.code or "",
            hall_vi=row.name_vi or "",
            hall_en=row.name_en or "",
            exhibitor=row.exhibitor,
            exhibitor_country=row.exhibitor_country,
            exhibitor_id=row.exhibitor_id,
            buyer=row.buyer,
            buyer_country=row.buyer_country,
            buyer_badge=row.badge_code,
            buyer_id=row.buyer_id,
            interpreter=row.interpreter or "",
            interpreter_id=row.interpreter_id,
            third_id=row.third_id,
            third=row.third or "",
            third_country=row.third_country or "",
        )
        for row in session.execute(statement, {"fair_id": fair_id, **values})
    ]


def agendas(session: Session, *, fair_id: uuid.UUID) -> list[PersonAgenda]:
    """Return the agenda of everyone who has a meeting, by company and name."""
    order = {one.id: (place, one) for place, one in enumerate(meetings(session, fair_id=fair_id))}
    people: dict[uuid.UUID, tuple[str, str, str]] = {}
    own: dict[uuid.UUID, list[tuple[int, SheetMeeting, str]]] = defaultdict(list)
    for row in session.execute(SITTING, {"fair_id": fair_id}):
        if row.meeting_id in order:
            place, meeting = order[row.meeting_id]
            people[row.id] = (row.company, row.name, row.locale or "vi")
            own[row.id].append((place, meeting, row.side))
    return [
        PersonAgenda(
            representative_id=key,
            name=name,
            company=company,
            locale=locale,
            meetings=tuple((meeting, side) for _, meeting, side in sorted(own[key], key=lambda one: one[0])),
        )
        for key, (company, name, locale) in sorted(people.items(), key=lambda one: (one[1], str(one[0])))
    ]


def table_sheets(session: Session, *, fair_id: uuid.UUID) -> list[TableSheet]:
    """Return every open table with its meetings, also those without any: each gets its card."""
    by_table: dict[str, list[SheetMeeting]] = defaultdict(list)
    for one in meetings(session, fair_id=fair_id):
        by_table[one.table].append(one)
    return [
        TableSheet(row.code, row.name_vi, row.name_en, tuple(by_table[row.code]))
        for row in session.execute(TABLES, {"fair_id": fair_id})
    ]


def interpreter_sheets(
    session: Session, *, fair_id: uuid.UUID, interpreter_id: uuid.UUID | None = None
) -> list[InterpreterSheet]:
    """Return the day of every interpreter who has a meeting, or of one, with what to know of its companies."""
    own: dict[uuid.UUID, list[SheetMeeting]] = defaultdict(list)
    for one in meetings(session, fair_id=fair_id, interpreter_id=interpreter_id):
        if one.interpreter_id is not None:
            own[one.interpreter_id].append(one)
    briefs = _briefs(session, {key for found in own.values() for one in found for key in one.companies})
    people = session.execute(
        select(Interpreter.id, Interpreter.name, Interpreter.languages)
        .where(Interpreter.fair_id == fair_id, Interpreter.id.in_(list(own)))
        .order_by(Interpreter.name, Interpreter.id)
    )
    return [
        InterpreterSheet(
            id=row.id,
            name=row.name,
            languages=tuple(row.languages),
            meetings=tuple(own[row.id]),
            companies=tuple(briefs[key] for key in dict.fromkeys(key for one in own[row.id] for key in one.companies)),
        )
        for row in people
    ]


def badges(session: Session, *, fair_id: uuid.UUID) -> list[Badge]:
    """Return a badge for each person who comes for an approved company."""
    return [
        Badge(row.name, row.company, row.country, Role(row.role), row.badge_code)
        for row in session.execute(BADGES, {"fair_id": fair_id})
    ]


def _briefs(session: Session, participations: Iterable[uuid.UUID]) -> dict[uuid.UUID, CompanyBrief]:
    wanted = sorted(participations)
    items: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
    categories: dict[uuid.UUID, dict[tuple[str, str], None]] = defaultdict(dict)
    for kind in (Offer, Need):
        rows = session.execute(
            select(kind.participation_id, kind.text_vi, kind.text_en, Category.name_vi, Category.name_en)
            .outerjoin(Category, Category.code == kind.category_code)
            .where(kind.participation_id.in_(wanted))
            .order_by(kind.position)
        )
        for row in rows:
            items[row.participation_id].append((row.text_vi or row.text_en or "", row.text_en or row.text_vi or ""))
            if row.name_vi and row.name_en:
                categories[row.participation_id][row.name_vi, row.name_en] = None
    companies = session.execute(
        select(Participation.id, Company.name, Company.country, Company.about_vi, Company.about_en)
        .join(Company, Company.id == Participation.company_id)
        .where(Participation.id.in_(wanted))
    )
    return {
        row.id: CompanyBrief(
            row.name,
            row.country,
            row.about_vi or row.about_en,
            row.about_en or row.about_vi,
            tuple(items[row.id]),
            tuple(categories[row.id]),
        )
        for row in companies
    }
