"""Read a fair's facts and who someone is at it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, and_, bindparam, distinct, func, literal, null, select, union, union_all

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Acceptance, ActsAs, ParticipationStatus, Phase, Role, StaffRole, TimeChoice
from matchmaker.models import Company, Fair, FairPerson, FairStaff, HelperGrant, Participation, Representative, Slot
from matchmaker.models.base import RowKey
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FairFacts:
    """A fair as pages need it on every request."""

    id: uuid.UUID
    slug: str
    name_vi: str
    name_en: str
    about_vi: str
    about_en: str
    city_vi: str
    city_en: str
    country: str
    opens_on: date
    closes_on: date
    time_zone: str
    report_currency: str
    phase: Phase
    acceptance: Acceptance
    time_choice: TimeChoice
    phase_ends_at: datetime | None = None
    late_minutes: int = 3
    rescue_minutes: int = 8

    @property
    def zone(self) -> ZoneInfo:
        """The fair's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Membership:
    """One role in which a signed-in person takes part in a fair, for one company.

    Who acts for a company without belonging to it, as its helper or as the organizer, has no ``representative_id``.
    """

    account_id: uuid.UUID
    representative_id: uuid.UUID | None
    participation_id: uuid.UUID
    company_id: uuid.UUID
    company_name: str
    country: str
    role: Role
    status: ParticipationStatus
    is_admin: bool
    acts_as: ActsAs = ActsAs.MEMBER
    daily_cap: int | None = None

    @property
    def is_own(self) -> bool:
        """Whether the person belongs to the company."""
        return self.acts_as is ActsAs.MEMBER


class SlotFacts(NamedTuple):
    """One slot of the grid."""

    id: uuid.UUID
    number: int
    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A fair's slots by key and by day, in order of time.

    It is the same object for everyone for as long as nothing of the slots and the meetings is written.
    """

    slots: Mapping[uuid.UUID, SlotFacts]
    days: Mapping[date, Sequence[SlotFacts]]


FACTS = (
    Fair.id,
    Fair.slug,
    Fair.name_vi,
    Fair.name_en,
    Fair.about_vi,
    Fair.about_en,
    Fair.city_vi,
    Fair.city_en,
    Fair.country,
    Fair.opens_on,
    Fair.closes_on,
    Fair.time_zone,
    Fair.report_currency,
    Fair.phase,
    Fair.acceptance,
    Fair.time_choice,
    Fair.phase_ends_at,
    Fair.late_minutes,
    Fair.rescue_minutes,
)
ALL_FAIRS = select(*FACTS).order_by(Fair.opens_on.desc(), Fair.slug)
OF_PERSON = ALL_FAIRS.where(
    Fair.id.in_(
        select(Participation.fair_id)
        .join(Representative, Representative.company_id == Participation.company_id)
        .where(Representative.account_id == bindparam("account_id"))
    )
)
FAIR_BY_SLUG = select(*FACTS).where(Fair.slug == bindparam("slug"))
SIDE = (
    Participation.fair_id,
    Participation.id.label("participation_id"),
    Company.id.label("company_id"),
    Company.name,
    Company.country,
    Participation.role,
    Participation.status,
)
# A union takes its types from the first statement, and an untyped NULL there would give keys back as text.
NO_REPRESENTATIVE = literal(None, RowKey()).label("representative_id")
ACTING = union_all(
    select(
        Representative.id.label("representative_id"),
        *SIDE,
        Representative.is_admin,
        literal(ActsAs.MEMBER.value).label("acts_as"),
        FairPerson.daily_cap,
    )
    .join(Company, Company.id == Representative.company_id)
    .join(Participation, Participation.company_id == Company.id)
    .outerjoin(
        FairPerson,
        and_(FairPerson.participation_id == Participation.id, FairPerson.representative_id == Representative.id),
    )
    .where(Representative.account_id == bindparam("account_id")),
    select(
        NO_REPRESENTATIVE,
        *SIDE,
        literal(False, Boolean()).label("is_admin"),
        literal(ActsAs.HELPER.value).label("acts_as"),
        null().label("daily_cap"),
    )
    .select_from(HelperGrant)
    .join(Company, Company.id == HelperGrant.company_id)
    .join(Participation, Participation.company_id == Company.id)
    .where(
        HelperGrant.account_id == bindparam("account_id"),
        HelperGrant.ended_at.is_(None),
    ),
).subquery()
FIRST = (ACTING.c.acts_as.desc(), ACTING.c.name, ACTING.c.role.desc())
MEMBERSHIPS = select(*ACTING.c).where(ACTING.c.fair_id == bindparam("fair_id")).order_by(*FIRST)
MEMBERSHIP_OF = (
    select(
        NO_REPRESENTATIVE,
        *SIDE,
        literal(True, Boolean()).label("is_admin"),
        literal(ActsAs.ORGANIZER.value).label("acts_as"),
        null().label("daily_cap"),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.id == bindparam("participation_id"), Participation.fair_id == bindparam("fair_id"))
)
SLOTS = (
    select(Slot.id, Slot.number, Slot.day, Slot.starts_at, Slot.ends_at)
    .where(Slot.fair_id == bindparam("fair_id"))
    .order_by(Slot.number)
)


def _grid(rows: Sequence[Any]) -> Grid:
    slots = list(map(SlotFacts._make, rows))
    days = sorted({slot.day for slot in slots})
    return Grid(
        MappingProxyType({slot.id: slot for slot in slots}),
        MappingProxyType({day: tuple(slot for slot in slots if slot.day == day) for day in days}),
    )


KEPT_GRID = KeptCount(SLOTS, _grid)
ORGANIZED = (
    select(Fair.slug)
    .join(FairStaff, FairStaff.fair_id == Fair.id)
    .where(FairStaff.account_id == bindparam("account_id"), FairStaff.role == StaffRole.ORGANIZER)
    .order_by(Fair.opens_on.desc(), Fair.slug)
)
WORKED = (
    select(Fair.slug, FairStaff.role)
    .join(FairStaff, FairStaff.fair_id == Fair.id)
    .where(
        FairStaff.account_id == bindparam("account_id"),
        FairStaff.role.in_([StaffRole.TABLE_HOST, StaffRole.INTERPRETER]),
    )
    .order_by(Fair.opens_on.desc(), Fair.slug, FairStaff.role)
)
COMPANIES_OF = union(
    select(Representative.company_id).where(Representative.account_id == bindparam("account_id")),
    select(HelperGrant.company_id).where(
        HelperGrant.account_id == bindparam("account_id"), HelperGrant.ended_at.is_(None)
    ),
)
PARTICIPANT_HOMES = (
    select(Fair.slug, func.count(distinct(Participation.company_id)))
    .join(Participation, Participation.fair_id == Fair.id)
    .where(Participation.company_id.in_(COMPANIES_OF))
    .group_by(Fair.id, Fair.slug, Fair.opens_on)
    .order_by(Fair.opens_on.desc(), Fair.slug)
    .limit(1)
)


def all_fairs(session: Session) -> list[FairFacts]:
    """Return every fair, the latest first."""
    return [facts_of(row) for row in session.execute(ALL_FAIRS)]


def of_person(session: Session, *, account_id: uuid.UUID) -> list[FairFacts]:
    """Return the fairs someone takes part in with a company of their own, the latest first."""
    return [facts_of(row) for row in session.execute(OF_PERSON, {"account_id": account_id})]


STAFF_ROLES = select(FairStaff.role).where(
    FairStaff.fair_id == bindparam("fair_id"), FairStaff.account_id == bindparam("account_id")
)


FAIR_AND_ROLES = (
    select(*FACTS, FairStaff.role)
    .select_from(Fair)
    .outerjoin(FairStaff, and_(FairStaff.fair_id == Fair.id, FairStaff.account_id == bindparam("account_id")))
    .where(Fair.slug == bindparam("slug"))
)


def by_slug(session: Session, *, slug: str) -> FairFacts:
    """Return the fair of that address; raise NotFound when there is none."""
    row = session.execute(FAIR_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound("no_such_fair", slug=slug)
    return facts_of(row)


def for_staff(session: Session, *, slug: str, account_id: uuid.UUID) -> tuple[FairFacts, frozenset[str]]:
    """Return the fair of that address and what a person does for it; raise NotFound when there is no such fair."""
    rows: Sequence[Any] = session.execute(FAIR_AND_ROLES, {"slug": slug, "account_id": account_id}).all()
    if not rows:
        raise NotFound("no_such_fair", slug=slug)
    return facts_of(rows[0]), frozenset(row.role for row in rows if row.role is not None)


def memberships(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID) -> list[Membership]:
    """Return the roles a person has at a fair through companies, own ones and exhibitor first, then those it helps."""
    rows = session.execute(MEMBERSHIPS, {"fair_id": fair_id, "account_id": account_id})
    return memberships_from(rows, account_id=account_id)


def memberships_from(rows: Iterable[Any], *, account_id: uuid.UUID) -> list[Membership]:
    """Return each role once from rows of ACTING in the order of FIRST."""
    found: dict[uuid.UUID, Membership] = {}
    for one in (_membership(account_id, row) for row in rows):
        found.setdefault(one.participation_id, one)
    return list(found.values())


def membership_of(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, account_id: uuid.UUID
) -> Membership:
    """Return what an organizer is who acts for a company of the fair; raise NotFound when it is not at this fair."""
    row = session.execute(MEMBERSHIP_OF, {"fair_id": fair_id, "participation_id": participation_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_company")
    return _membership(account_id, row)


def staff_roles(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID) -> frozenset[str]:
    """Return what a person does for the fair itself: organizer, table_host, interpreter, reader."""
    return frozenset(session.scalars(STAFF_ROLES, {"fair_id": fair_id, "account_id": account_id}))


def home_of(session: Session, *, account_id: uuid.UUID) -> tuple[str, str] | None:
    """Return ('organizer', slug) of the one fair a person organizes, or ('participant', slug) of the latest joined.

    Who may act for several companies there gets ('several', slug), to choose which one first. None for who organizes
    several fairs, and so has to choose among them, and for who has to do with none. Who interprets or hosts at the
    latest fair gets that role, and ('choose', slug) with more than one thing to do.
    """
    organized = organized_by(session, account_id=account_id)
    if organized:
        return ("organizer", organized[0]) if len(organized) == 1 else None
    joined = session.execute(PARTICIPANT_HOMES, {"account_id": account_id}).one_or_none()
    worked = session.execute(WORKED, {"account_id": account_id}).all()
    if worked:
        slug = worked[0].slug
        roles = [row.role for row in worked if row.slug == slug]
        return (roles[0] if len(roles) == 1 and joined is None else "choose", slug)
    if joined is None:
        return None
    slug, companies = joined
    return ("several" if companies > 1 else "participant", slug)


def organized_by(session: Session, *, account_id: uuid.UUID) -> list[str]:
    """Return the addresses of the fairs a person organizes, the latest first."""
    return list(session.scalars(ORGANIZED, {"account_id": account_id}))


def slots(session: Session, *, fair_id: uuid.UUID) -> list[SlotFacts]:
    """Return the fair's slots in order of time."""
    return list(map(SlotFacts._make, session.execute(SLOTS, {"fair_id": fair_id})))


def facts_of(row: Any) -> FairFacts:
    """Return a fair from a row that begins with the columns of FACTS; what else the row has is left out."""
    *head, phase, acceptance, time_choice, ends_at, late, rescue = row[: len(FACTS)]
    facts: tuple[Any, ...] = (
        *head,
        Phase(phase),
        Acceptance(acceptance),
        TimeChoice(time_choice),
        ends_at,
        late,
        rescue,
    )
    return FairFacts(*facts)


def _membership(account_id: uuid.UUID, row: Any) -> Membership:
    representative_id, _, participation_id, company_id, name, country, role, status, is_admin, acts_as, cap = row
    return Membership(
        account_id=account_id,
        representative_id=representative_id,
        participation_id=participation_id,
        company_id=company_id,
        company_name=name,
        country=country,
        role=Role(role),
        status=ParticipationStatus(status),
        is_admin=bool(is_admin),
        acts_as=ActsAs(acts_as),
        daily_cap=cap,
    )
