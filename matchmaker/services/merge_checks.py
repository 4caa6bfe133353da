"""What merging two companies would bring over, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import ParticipationStatus, StaffRole
from matchmaker.domain.lookalikes import HEAD_OFFICE_DIGITS, digits_of
from matchmaker.domain.meetings import OPEN, RECORDED, MeetingState
from matchmaker.models import (
    Certificate,
    Company,
    Deal,
    FairStaff,
    Meeting,
    Need,
    Offer,
    Participation,
    Representative,
    Seat,
    Slot,
)
from matchmaker.services import third_companies
from matchmaker.services.lookalikes import Side, sides_of
from matchmaker.services.seats import SeatKind
from matchmaker.services.visibility import is_unconfirmed

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

TIMED = sorted({MeetingState.SCHEDULED, *RECORDED})


class Blocker(StrEnum):
    """Why two companies can't be made one."""

    TAX_CODES = "tax_codes"  # one, other
    ELSEWHERE = "elsewhere"
    MET = "met"
    SAME_PARTNER = "same_partner"  # company
    SAME_SLOT = "same_slot"  # starts_at
    SAME_PERSON_TWICE = "same_person_twice"  # starts_at, name
    SAME_NUMBER = "same_number"  # number
    HELD = "held"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that forbids a merge, with its facts."""

    code: Blocker
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What a merge would bring from the company that goes to the one that is kept, and what forbids it."""

    kept: Side
    gone: Side
    people: int
    same_people: int
    items: int
    meetings: int
    deals: int
    certificates: int
    roles: int
    blockers: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Both:
    """The participations of both companies, and those that would become one: kept by gone."""

    kept: list[Participation]
    gone: list[Participation]

    @property
    def one(self) -> list[tuple[Participation, Participation]]:
        known = {(side.fair_id, side.role): side for side in self.kept}
        return [(known[side.fair_id, side.role], side) for side in self.gone if (side.fair_id, side.role) in known]


def plan_of(
    session: Session, *, fair_id: uuid.UUID, kept_id: uuid.UUID, gone_id: uuid.UUID, by: uuid.UUID
) -> MergePlan:
    """Return what a merge would do. Raises NotFound for companies out of this organizer's reach."""
    sides = sides_of(session, fair_id=fair_id, by=by, company_ids={kept_id, gone_id})
    if kept_id == gone_id or kept_id not in sides or gone_id not in sides:
        raise NotFound("no_such_company")
    kept, gone = sides[kept_id], sides[gone_id]
    if not kept.here and not gone.here:
        raise NotFound("no_such_company")
    found = session.scalars(select(Participation).where(Participation.company_id.in_([kept_id, gone_id]))).all()
    both = _Both(
        [side for side in found if side.company_id == kept_id], [side for side in found if side.company_id == gone_id]
    )
    mine = [side.id for side in both.gone]
    return MergePlan(
        kept=kept,
        gone=gone,
        people=_count(session, Representative.company_id == gone_id),
        same_people=len(set(kept.emails) & set(gone.emails)),
        items=_count(session, Offer.participation_id.in_(mine)) + _count(session, Need.participation_id.in_(mine)),
        meetings=_count(session, or_(Meeting.exhibitor_id.in_(mine), Meeting.buyer_id.in_(mine))),
        deals=_count(session, or_(Deal.exhibitor_id.in_(mine), Deal.buyer_id.in_(mine))),
        certificates=_count(session, Certificate.company_id == gone_id),
        roles=len(both.one),
        blockers=tuple(_blockers(session, both, kept, gone, by=by)),
    )


def _count(session: Session, condition: Any) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0


def _blockers(session: Session, both: _Both, kept: Side, gone: Side, *, by: uuid.UUID) -> Iterable[Block]:
    one, other = digits_of(kept.tax_code), digits_of(gone.tax_code)
    if one and other and one[:HEAD_OFFICE_DIGITS] != other[:HEAD_OFFICE_DIGITS]:
        yield Block(Blocker.TAX_CODES, {"one": kept.tax_code, "other": gone.tax_code})
    organized = set(
        session.scalars(
            select(FairStaff.fair_id).where(FairStaff.account_id == by, FairStaff.role == StaffRole.ORGANIZER)
        )
    )
    if any(side.fair_id not in organized for side in (*both.kept, *both.gone)):
        yield Block(Blocker.ELSEWHERE)
    if _is_any_unconfirmed(session, kept.company_id, gone.company_id):
        yield Block(Blocker.UNCONFIRMED)
    if _have_met(session, both):
        yield Block(Blocker.MET)
    for known, side in both.one:
        yield from _of_one_role(session, known, side)
    yield from _people_twice(session, kept, gone)


def _is_any_unconfirmed(session: Session, *company_ids: uuid.UUID) -> bool:
    """Whether someone would come to speak for a company whose address nobody has confirmed."""
    here = (Participation.company_id.in_(company_ids), is_unconfirmed())
    return session.scalar(select(Participation.id).where(*here).limit(1)) is not None


def _have_met(session: Session, both: _Both) -> bool:
    ours, theirs = [side.id for side in both.kept], [side.id for side in both.gone]
    for table in (Meeting, Deal):
        pairs = or_(
            and_(table.exhibitor_id.in_(ours), table.buyer_id.in_(theirs)),
            and_(table.exhibitor_id.in_(theirs), table.buyer_id.in_(ours)),
        )
        if session.scalar(select(table.id).where(pairs).limit(1)) is not None:
            return True
    return third_companies.are_in_one(session, ours, theirs)


def _of_one_role(session: Session, known: Participation, side: Participation) -> Iterable[Block]:
    """What forbids that two parts in one fair and role become one."""
    ours, theirs = _meetings(session, known), _meetings(session, side)
    open_with = {meeting.other: meeting.name for meeting in ours if meeting.state in OPEN}
    for meeting in theirs:
        if meeting.state in OPEN and meeting.other in open_with:
            yield Block(Blocker.SAME_PARTNER, {"company": meeting.name})
    taken = {meeting.slot_id for meeting in ours if meeting.slot_id and meeting.state in TIMED}
    for meeting in theirs:
        if meeting.slot_id in taken and meeting.state in TIMED:
            yield Block(Blocker.SAME_SLOT, {"starts_at": meeting.starts_at})
    numbers = select(Deal.register_no).where(Deal.register_no.is_not(None))
    twice = set(session.scalars(numbers.where(Deal.exhibitor_id == known.id))) & set(
        session.scalars(numbers.where(Deal.exhibitor_id == side.id))
    )
    for number in sorted(filter(None, twice)):
        yield Block(Blocker.SAME_NUMBER, {"number": number})
    is_shut = known.status not in {ParticipationStatus.APPROVED, ParticipationStatus.PENDING}
    if is_shut and side.status == ParticipationStatus.APPROVED:
        yield Block(Blocker.HELD)


def _meetings(session: Session, side: Participation) -> list[Any]:
    other, partner = aliased(Participation), aliased(Company)
    return list(
        session.execute(
            select(Meeting.state, Meeting.slot_id, Slot.starts_at, other.id.label("other"), partner.name.label("name"))
            .join(
                other,
                or_(
                    and_(Meeting.exhibitor_id == side.id, other.id == Meeting.buyer_id),
                    and_(Meeting.buyer_id == side.id, other.id == Meeting.exhibitor_id),
                ),
            )
            .join(partner, partner.id == other.company_id)
            .outerjoin(Slot, Slot.id == Meeting.slot_id)
            .order_by(Slot.starts_at, Meeting.id)
        )
    )


def _people_twice(session: Session, kept: Side, gone: Side) -> Iterable[Block]:
    """A person who stands in both companies and would sit at two tables at once."""
    shared = set(kept.emails) & set(gone.emails)
    if not shared:
        return
    rows = session.execute(
        select(Representative.company_id, Representative.email, Representative.name, Seat.slot_id, Slot.starts_at)
        .join(Seat, and_(Seat.kind == SeatKind.REPRESENTATIVE.value, Seat.resource_id == Representative.id))
        .join(Slot, Slot.id == Seat.slot_id)
        .where(Representative.company_id.in_([kept.company_id, gone.company_id]), Representative.email.in_(shared))
    ).all()
    ours = {(row.email, row.slot_id) for row in rows if row.company_id == kept.company_id}
    for row in rows:
        if row.company_id == gone.company_id and (row.email, row.slot_id) in ours:
            yield Block(Blocker.SAME_PERSON_TWICE, {"name": row.name, "starts_at": row.starts_at})
