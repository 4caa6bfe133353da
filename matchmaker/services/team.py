"""Who speaks for a company: its members, what each may do, and who comes to the fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound
from matchmaker.domain.fairs import ActsAs, Phase
from matchmaker.models import Company, Fair, FairPerson, MeetingAttendee, Participation, Representative
from matchmaker.services import handing_over, history
from matchmaker.services.rematching import profile_changed

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a company; ``comes`` says whether they come to this fair."""

    id: uuid.UUID
    account_id: uuid.UUID | None
    name: str
    email: str
    phone: str
    title_vi: str
    title_en: str
    languages: list[str]
    is_admin: bool
    comes: bool


MEMBERS = (
    select(
        Representative.id,
        Representative.account_id,
        Representative.name,
        Representative.email,
        Representative.phone,
        Representative.title_vi,
        Representative.title_en,
        Representative.languages,
        Representative.is_admin,
        select(FairPerson.participation_id)
        .join(Participation, Participation.id == FairPerson.participation_id)
        .where(FairPerson.representative_id == Representative.id, Participation.fair_id == bindparam("fair_id"))
        .exists(),
    )
    .where(Representative.company_id == bindparam("company_id"), Representative.removed_at.is_(None))
    .order_by(Representative.is_admin.desc(), Representative.name, Representative.id)
)
ADMINS = select(func.count()).where(
    Representative.company_id == bindparam("company_id"),
    Representative.is_admin,
    Representative.account_id.is_not(None),
    Representative.removed_at.is_(None),
)


def members(session: Session, *, fair_id: uuid.UUID, me: Membership) -> list[Member]:
    """Return the people of a company, those who run it first."""
    rows = session.execute(MEMBERS, {"fair_id": fair_id, "company_id": me.company_id})
    return [Member(*tuple(row)) for row in rows]


def member(session: Session, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID) -> Member:
    """Return one of a company's people; raise NotFound when they are not, or no longer, one of them."""
    found = [one for one in members(session, fair_id=fair_id, me=me) if one.id == representative_id]
    if not found:
        raise NotFound("no_such_member")
    return found[0]


def demand_admin(me: Membership) -> None:
    """Raise NotAllowed('admins_only') unless this person runs the company; a helper never does."""
    if not me.is_admin or me.acts_as is ActsAs.HELPER:
        raise NotAllowed("admins_only")


def edit(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    representative_id: uuid.UUID,
    values: dict[str, Any],
    now: datetime,
) -> None:
    """Change a person's name, phone, titles and languages; anyone may change their own, an admin everyone's.

    The e-mail address stays: a person signs in with it. Raises NotFound and NotAllowed('admins_only').
    """
    if representative_id != me.representative_id:
        demand_admin(me)
    row = _locked(session, me=me, representative_id=representative_id)
    speaks_otherwise = set(row.languages) != set(values["languages"])
    for name in ("name", "phone", "title_vi", "title_en", "languages"):
        setattr(row, name, values[name])
    if speaks_otherwise:
        _match_again(session, representative_id=row.id, now=now)
    _record(session, "member_edited", fair_id=fair_id, me=me, representative_id=row.id, now=now)


def make_admin(
    session: Session, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID, now: datetime
) -> None:
    """Let a member run the company. Raises NotFound, NotAllowed, Conflict('can_not_sign_in')."""
    demand_admin(me)
    row = _locked(session, me=me, representative_id=representative_id)
    if row.account_id is None:
        raise Conflict("can_not_sign_in")
    if not row.is_admin:
        row.is_admin = True
        _record(session, "admin_made", fair_id=fair_id, me=me, representative_id=row.id, now=now)


def end_admin(
    session: Session, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID, now: datetime
) -> None:
    """Let a member run the company no longer. Raises NotFound, NotAllowed, Conflict('last_admin')."""
    demand_admin(me)
    row = _locked(session, me=me, representative_id=representative_id)
    if row.is_admin:
        row.is_admin = False
        session.flush()
        _demand_some_admin(session, me)
        _record(session, "admin_ended", fair_id=fair_id, me=me, representative_id=row.id, now=now)


def set_coming(
    session: Session,
    *,
    fair_id: uuid.UUID,
    me: Membership,
    representative_id: uuid.UUID,
    comes: bool,
    now: datetime,
) -> None:
    """Say whether a person comes to this fair; anyone may say it of themselves, an admin of everyone.

    Who does not come hands their meetings there over to colleagues. Raises NotFound, NotAllowed, and
    Conflict('nobody_else', company=…, starts_at=…) for a meeting with a time that no colleague is free for.
    """
    if representative_id != me.representative_id:
        demand_admin(me)
    row = _locked(session, me=me, representative_id=representative_id)
    if not comes:
        handing_over.hand_over(
            session, representative_id=row.id, company_id=me.company_id, fair_id=fair_id, by=me.account_id, now=now
        )
    participations = _participations(session, fair_id=fair_id, company_id=me.company_id)
    for participation_id in participations:
        key = {"participation_id": participation_id, "representative_id": row.id}
        stored = session.get(FairPerson, key)
        if comes and stored is None:
            session.add(FairPerson(**key))
        elif not comes and stored is not None:
            session.delete(stored)
    session.flush()
    # What the company speaks here, and when it is free, are what its people speak and when they are.
    for participation_id in participations:
        profile_changed(session, fair_id=fair_id, participation_id=participation_id, now=now)
    _record(session, "coming" if comes else "not_coming", fair_id=fair_id, me=me, representative_id=row.id, now=now)


def remove(
    session: Session, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID, now: datetime
) -> None:
    """Take a person out of the team; the next thing they ask of the site finds them outside.

    Their coming meetings go to colleagues. Who sat in a meeting stays on its record, without an account; nobody else
    leaves a trace but in the history. A member may leave by themselves. Raises as end_admin and set_coming do.
    """
    if representative_id != me.representative_id:
        demand_admin(me)
    row = _locked(session, me=me, representative_id=representative_id)
    handing_over.hand_over(
        session, representative_id=row.id, company_id=me.company_id, fair_id=None, by=me.account_id, now=now
    )
    was_admin = row.is_admin
    row.is_admin, row.account_id, row.removed_at = False, None, now
    session.execute(delete(FairPerson).where(FairPerson.representative_id == row.id))
    session.flush()
    if was_admin:
        _demand_some_admin(session, me)
    _record(session, "member_removed", fair_id=fair_id, me=me, representative_id=row.id, now=now)
    met = session.scalar(select(MeetingAttendee.meeting_id).where(MeetingAttendee.representative_id == row.id).limit(1))
    if met is None:
        session.delete(row)
    session.flush()


def _locked(session: Session, *, me: Membership, representative_id: uuid.UUID) -> Representative:
    """Return a member's row. The company is locked first, so that two admins can't end each other at once."""
    session.execute(select(Company.id).where(Company.id == me.company_id).with_for_update())
    row = session.scalar(
        select(Representative)
        .where(
            Representative.id == representative_id,
            Representative.company_id == me.company_id,
            Representative.removed_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("no_such_member")
    return row


def _demand_some_admin(session: Session, me: Membership) -> None:
    if not session.scalar(ADMINS, {"company_id": me.company_id}):
        raise Conflict("last_admin")


def _participations(session: Session, *, fair_id: uuid.UUID, company_id: uuid.UUID) -> Sequence[uuid.UUID]:
    wanted = select(Participation.id).where(Participation.fair_id == fair_id, Participation.company_id == company_id)
    return session.scalars(wanted.order_by(Participation.id)).all()


def _match_again(session: Session, *, representative_id: uuid.UUID, now: datetime) -> None:
    """What someone speaks counts at every fair they come to that is not over."""
    session.flush()
    wanted = (
        select(Participation.fair_id, Participation.id)
        .join(FairPerson, FairPerson.participation_id == Participation.id)
        .join(Fair, Fair.id == Participation.fair_id)
        .where(FairPerson.representative_id == representative_id, Fair.phase != Phase.FOLLOW_UP)
        .order_by(Participation.id)
    )
    for fair_id, participation_id in session.execute(wanted).all():
        profile_changed(session, fair_id=fair_id, participation_id=participation_id, now=now)


def _record(
    session: Session, action: str, *, fair_id: uuid.UUID, me: Membership, representative_id: uuid.UUID, now: datetime
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="representative",
        subject_id=representative_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        company_id=me.company_id.hex,
    )
    session.flush()
