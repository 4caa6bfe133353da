"""Invite people to speak for a company, or to help it, by a link that is mailed, works once and expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from matchmaker.domain.errors import Conflict, NotFound, Refused, TooMany
from matchmaker.models import (
    Account,
    Company,
    Fair,
    FairPerson,
    HelperGrant,
    Participation,
    Representative,
    TeamInvitation,
)
from matchmaker.services import history, notices
from matchmaker.services.accounts import normal_email
from matchmaker.services.invited_accounts import account_of
from matchmaker.services.team import demand_admin

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership

INVITATION_LIFE = timedelta(days=7)
INVITATIONS_A_DAY = 20
DAY = timedelta(days=1)
PURPOSE = "team_invitation"


class InvitationKind(StrEnum):
    """What someone is invited to be."""

    MEMBER = "member"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that nobody has accepted yet."""

    id: uuid.UUID
    kind: str
    name: str
    email: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Helper:
    """Someone who may fill in for a company without belonging to it."""

    grant_id: uuid.UUID
    name: str
    email: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """What the page behind an invitation's link shows, and how the invited person signs in."""

    company: str
    fair_slug: str
    fair_vi: str
    fair_en: str
    kind: str
    account_id: uuid.UUID
    email: str
    has_password: bool


IS_OPEN = (TeamInvitation.accepted_at.is_(None), TeamInvitation.ended_at.is_(None))
WAITING = (
    select(
        TeamInvitation.id,
        TeamInvitation.kind,
        TeamInvitation.name,
        func.coalesce(Account.email, ""),
        TeamInvitation.expires_at,
    )
    .join(Account, Account.id == TeamInvitation.account_id)
    .where(TeamInvitation.company_id == bindparam("company_id"), TeamInvitation.expires_at > bindparam("now"), *IS_OPEN)
    .order_by(TeamInvitation.created_at, TeamInvitation.id)
)
HELPERS = (
    select(HelperGrant.id, Account.name, func.coalesce(Account.email, ""), HelperGrant.granted_at)
    .join(Account, Account.id == HelperGrant.account_id)
    .where(HelperGrant.company_id == bindparam("company_id"), HelperGrant.ended_at.is_(None))
    .order_by(Account.name, HelperGrant.id)
)
LATELY = select(func.count()).where(
    TeamInvitation.company_id == bindparam("company_id"), TeamInvitation.created_at > bindparam("since")
)
BEHIND_LINK = (
    select(
        Company.name,
        Fair.slug,
        Fair.name_vi,
        Fair.name_en,
        TeamInvitation.kind,
        TeamInvitation.account_id,
        func.coalesce(Account.email, ""),
        Account.password_hash.is_not(None),
    )
    .join(Company, Company.id == TeamInvitation.company_id)
    .join(Fair, Fair.id == TeamInvitation.fair_id)
    .join(Account, Account.id == TeamInvitation.account_id)
    .where(TeamInvitation.id == bindparam("invitation_id"), TeamInvitation.expires_at > bindparam("now"), *IS_OPEN)
)


def waiting(session: Session, *, me: Membership, now: datetime) -> list[OpenInvitation]:
    """Return a company's invitations that can still be accepted, oldest first."""
    return [OpenInvitation(*row) for row in session.execute(WAITING, {"company_id": me.company_id, "now": now})]


def helpers(session: Session, *, me: Membership) -> list[Helper]:
    """Return who may fill in for a company."""
    return [Helper(*row) for row in session.execute(HELPERS, {"company_id": me.company_id})]


def invite(
    session: Session,
    *,
    fair: FairFacts,
    me: Membership,
    email: str,
    name: str,
    kind: InvitationKind,
    comes: bool,
    now: datetime,
) -> None:
    """Invite an address; the newest invitation is the one that works.

    Known and unknown addresses are treated alike, so that nobody learns which have an account. Who has one already
    for this company gets Refused('already_member'): its admins see them on the page. Who has just registered gets
    Refused('address_unconfirmed'), or mail could be sent to anybody in nobody's name. Raises NotAllowed, TooMany.
    """
    _check_may_invite(session, me=me, now=now)
    locale = "vi" if me.country == "VN" else "en"
    account = account_of(session, email=normal_email(email), name=name, locale=locale, now=now)
    if _is_in(session, me=me, account_id=account.id, kind=kind):
        raise Refused("already_member", field="email")
    same = {"company_id": me.company_id, "account_id": account.id, "kind": kind}
    session.execute(update(TeamInvitation).filter_by(**same).where(*IS_OPEN).values(ended_at=now))
    row = TeamInvitation(
        **same,
        fair_id=fair.id,
        name=name,
        comes=comes,
        invited_by=me.account_id,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    session.add(row)
    session.flush()
    _record(session, f"{kind}_invited", row, by=me.account_id, now=now)
    _mail(session, row, fair=fair, me=me, now=now)


def _check_may_invite(session: Session, *, me: Membership, now: datetime) -> None:
    demand_admin(me)
    if session.scalar(select(Account.email).where(Account.id == me.account_id)) is None:
        raise Refused("address_unconfirmed", field="email")
    session.execute(select(Company.id).where(Company.id == me.company_id).with_for_update())
    if (session.scalar(LATELY, {"company_id": me.company_id, "since": now - DAY}) or 0) >= INVITATIONS_A_DAY:
        raise TooMany("too_many_invitations", retry_after=int(DAY.total_seconds()))


def end(session: Session, *, me: Membership, invitation_id: uuid.UUID, now: datetime) -> None:
    """Take an invitation back; its link opens nothing any more. Raises NotFound and NotAllowed('admins_only')."""
    demand_admin(me)
    row = session.scalar(
        select(TeamInvitation)
        .where(TeamInvitation.id == invitation_id, TeamInvitation.company_id == me.company_id, *IS_OPEN)
        .with_for_update()
    )
    if row is None:
        raise NotFound("no_such_invitation")
    row.ended_at = now
    _record(session, "invitation_ended", row, by=me.account_id, now=now)


def end_help(session: Session, *, fair_id: uuid.UUID, me: Membership, grant_id: uuid.UUID, now: datetime) -> None:
    """End a helper's right to fill in for the company, or one's own. Raises NotFound and NotAllowed('admins_only')."""
    row = session.scalar(
        select(HelperGrant)
        .where(HelperGrant.id == grant_id, HelperGrant.company_id == me.company_id, HelperGrant.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no_such_helper")
    if row.account_id != me.account_id:
        demand_admin(me)
    row.ended_at = now
    history.record(
        session,
        action="helper_ended",
        subject_kind="account",
        subject_id=row.account_id,
        by=me.account_id,
        now=now,
        fair_id=fair_id,
        company_id=me.company_id.hex,
    )
    session.flush()


def behind_link(session: Session, *, invitation_id: uuid.UUID, now: datetime) -> Invited | None:
    """Return what an invitation is about, or None once it was accepted, ended or is too old."""
    row = session.execute(BEHIND_LINK, {"invitation_id": invitation_id, "now": now}).one_or_none()
    return None if row is None else Invited(*row)


def accept(session: Session, *, invitation_id: uuid.UUID, now: datetime) -> Invited:
    """Make the invited person a member or helper of the company, once; raise Refused('invitation_spent')."""
    invited = behind_link(session, invitation_id=invitation_id, now=now)
    taken = session.scalar(
        update(TeamInvitation)
        .where(TeamInvitation.id == invitation_id, TeamInvitation.expires_at > now, *IS_OPEN)
        .values(accepted_at=now)
        .returning(TeamInvitation.id)
    )
    row = session.get(TeamInvitation, invitation_id, populate_existing=True)
    account = session.get(Account, row.account_id) if row else None
    if invited is None or taken is None or row is None or account is None or not account.is_active:
        raise Refused("invitation_spent")
    if row.kind == InvitationKind.HELPER:
        _grant(session, row, now=now)
    else:
        _join(session, row, account)
    _record(session, f"{row.kind}_joined", row, by=account.id, now=now)
    session.flush()
    return invited


def _mail(session: Session, row: TeamInvitation, *, fair: FairFacts, me: Membership, now: datetime) -> None:
    notices.queue(
        session,
        account_id=row.account_id,
        kind="team_invited",
        once=f"team_invited {row.id.hex}",
        now=now,
        fair_id=fair.id,
        link_id=row.id.hex,
        company=me.company_name,
        as_helper=row.kind == InvitationKind.HELPER,
        fair_vi=fair.name_vi,
        fair_en=fair.name_en,
    )


def _is_in(session: Session, *, me: Membership, account_id: uuid.UUID, kind: InvitationKind) -> bool:
    table = Representative if kind is InvitationKind.MEMBER else HelperGrant
    wanted = select(table.id).where(table.company_id == me.company_id, table.account_id == account_id)
    if table is HelperGrant:
        wanted = wanted.where(HelperGrant.ended_at.is_(None))
    return session.scalar(wanted.limit(1)) is not None


def _grant(session: Session, row: TeamInvitation, *, now: datetime) -> None:
    session.add(
        HelperGrant(company_id=row.company_id, account_id=row.account_id, granted_by=row.invited_by, granted_at=now)
    )


def _join(session: Session, row: TeamInvitation, account: Account) -> None:
    """Add the person, or bring back who was here before under the same address, and note whether they come."""
    person = session.scalar(
        select(Representative).where(Representative.company_id == row.company_id, Representative.email == account.email)
    )
    if person is None:
        person = Representative(
            company_id=row.company_id, name=row.name, email=account.email, languages=[account.locale]
        )
        session.add(person)
    if person.account_id not in {None, account.id}:
        raise Conflict("address_in_use")
    person.account_id, person.removed_at = account.id, None
    session.flush()
    if row.comes:
        here = select(Participation.id).where(
            Participation.fair_id == row.fair_id, Participation.company_id == row.company_id
        )
        for participation_id in session.scalars(here):
            key = {"participation_id": participation_id, "representative_id": person.id}
            if session.get(FairPerson, key) is None:
                session.add(FairPerson(**key))


def _record(session: Session, action: str, row: TeamInvitation, *, by: uuid.UUID | None, now: datetime) -> None:
    history.record(
        session,
        action=action,
        subject_kind="account",
        subject_id=row.account_id,
        by=by,
        now=now,
        fair_id=row.fair_id,
        company_id=row.company_id.hex,
    )
