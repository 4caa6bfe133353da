"""Register a company at a fair: in one step, without waiting for any mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.company_codes import form_said_by
from matchmaker.domain.consents import NEEDED, Purpose
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Act, ParticipationStatus, Role, check_phase
from matchmaker.domain.names import clean_text, company_key, same_company
from matchmaker.domain.registration import (
    REGISTRATIONS_PER_NETWORK,
    RoleChoice,
)
from matchmaker.models import (
    Account,
    Company,
    Fair,
    FairPerson,
    Participation,
    Registration,
    Representative,
)
from matchmaker.services import accounts, address_claims, brakes, consents, history
from matchmaker.services.tokens import token_hash

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.accounts import Opened
    from matchmaker.services.fairs import FairFacts

LONGEST_KEY = 250
BADGE_LETTERS = {Role.EXHIBITOR: "E", Role.BUYER: "B"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What someone enters to register. ``email`` and ``name`` matter only for who is not signed in."""

    company: str
    country: str
    role: RoleChoice
    agreed: frozenset[Purpose]
    locale: str
    email: str = ""
    name: str = ""


def register(
    session: Session,
    *,
    fair: FairFacts,
    wanted: Wanted,
    form_key: str,
    network: str,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Register a company and return the account that may go on at once: ``by``, or a new one without an address.

    The company waits for the organizer, and a new account also for its owner to confirm the address; until then nobody
    else sees it. The same form sent again registers nothing more. Raises NotAllowed('not_in_phase'),
    Refused('consent_needed') where what is needed was not agreed to, Refused('registered_already') for a company that
    the person has at this fair in that role, and TooMany for many from one network.
    """
    check_phase(fair.phase, Act.REGISTER)
    if not wanted.agreed >= NEEDED:
        raise Refused("consent_needed", field=Purpose.MATCHING)
    # Registrations at one fair go one after the other, so that each gets a badge of its own and none is made twice.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    key = token_hash(f"{fair.id} {form_key}")
    before = session.scalar(select(Registration).where(Registration.form_key == key))
    if before is not None:
        return _same_again(session, before, by=by)
    _brake(session, network=network, now=now)
    account_id = by or _provisional(session, wanted, now)
    company = _company(session, wanted, account_id=account_id, is_new=by is None, now=now)
    person = _person(session, company, account_id)
    _take_part(session, fair=fair, person=person, roles=wanted.role.roles, now=now)
    session.add(
        Registration(fair_id=fair.id, company_id=company.id, account_id=account_id, form_key=key, registered_at=now)
    )
    session.flush()
    consents.give(session, fair_id=fair.id, account_id=account_id, purposes=_in_order(wanted.agreed), now=now)
    if by is None:
        address_claims.claim(session, account_id=account_id, email=wanted.email, now=now)
    _record(session, fair, company, wanted.role, by=account_id, now=now)
    return account_id


def enter(session: Session, *, account_id: uuid.UUID, user_agent: str, now: datetime) -> Opened:
    """Open a session for who has just registered or confirmed an address; who has a second step owes its code."""
    account = session.get_one(Account, account_id)
    return accounts.enter(session, account=account, opened_by="link", user_agent=user_agent, now=now)


def _same_again(session: Session, before: Registration, *, by: uuid.UUID | None) -> uuid.UUID:
    """Return the account of a form that was sent before. Once it has an address, its owner signs in instead."""
    account = session.get_one(Account, before.account_id)
    if account.id != by and account.email is not None:
        raise Refused("registered_already", field="company")
    return account.id


def _brake(session: Session, *, network: str, now: datetime) -> None:
    subject = f"registration {brakes.network_of(network)}"
    brakes.check(session, budgets={subject: REGISTRATIONS_PER_NETWORK}, now=now)
    brakes.note(session, subjects=[subject], now=now)


def _provisional(session: Session, wanted: Wanted, now: datetime) -> uuid.UUID:
    """Make an account without an address: it is nobody's until someone proves to read that mailbox."""
    account = Account(name=clean_text(wanted.name), locale=wanted.locale, created_at=now)
    session.add(account)
    session.flush()
    return account.id


def _company(session: Session, wanted: Wanted, *, account_id: uuid.UUID, is_new: bool, now: datetime) -> Company:
    """Return the person's own company of that name, or a new one.

    It is never one that somebody else brought in: whether there is one nobody may learn here, and who may speak for it
    is the organizer's to decide.
    """
    name = clean_text(wanted.company)
    own = () if is_new else _own_companies(session, account_id)
    known = next((one for one in own if one.country == wanted.country and same_company(one.name, name)), None)
    if known is not None:
        return known
    company = Company(
        name=name,
        name_key=company_key(name)[:LONGEST_KEY],
        legal_form=form_said_by(name),
        country=wanted.country,
        languages=[wanted.locale],
        created_at=now,
    )
    session.add(company)
    session.flush()
    return company


def _own_companies(session: Session, account_id: uuid.UUID) -> Sequence[Company]:
    own = select(Representative.company_id).where(Representative.account_id == account_id, Representative.is_admin)
    return session.scalars(select(Company).where(Company.id.in_(own)).order_by(Company.created_at)).all()


def _person(session: Session, company: Company, account_id: uuid.UUID) -> Representative:
    known = select(Representative).where(
        Representative.company_id == company.id, Representative.account_id == account_id
    )
    person = session.scalar(known)
    if person is not None:
        return person
    account = session.get_one(Account, account_id)
    person = Representative(
        company_id=company.id,
        account_id=account_id,
        name=account.name,
        email=account.email or "",
        languages=[account.locale],
        is_admin=True,
    )
    session.add(person)
    session.flush()
    return person


def _take_part(
    session: Session, *, fair: FairFacts, person: Representative, roles: Sequence[Role], now: datetime
) -> None:
    company_id = person.company_id
    here = select(Participation.id).where(Participation.fair_id == fair.id, Participation.company_id == company_id)
    if session.scalar(here.limit(1)) is not None:
        raise Refused("registered_already", field="company")
    badges = set(session.scalars(select(Participation.badge_code).where(Participation.fair_id == fair.id)))
    for role in roles:
        participation = Participation(
            fair_id=fair.id,
            company_id=company_id,
            role=role,
            status=ParticipationStatus.PENDING,
            badge_code=_free_badge(badges, role),
            joined_at=now,
            profile_changed_at=now,
        )
        session.add(participation)
        session.flush()
        session.add(FairPerson(participation_id=participation.id, representative_id=person.id))


def _free_badge(badges: set[str], role: Role) -> str:
    number = len(badges) + 1
    while (code := f"{BADGE_LETTERS[role]}{number:04d}") in badges:
        number += 1
    badges.add(code)
    return code


def _record(
    session: Session, fair: FairFacts, company: Company, role: RoleChoice, *, by: uuid.UUID, now: datetime
) -> None:
    history.record(
        session,
        action="registered",
        subject_kind="company",
        subject_id=company.id,
        by=by,
        now=now,
        fair_id=fair.id,
        role=role,
    )
    session.flush()


def _in_order(agreed: frozenset[Purpose]) -> list[Purpose]:
    return [purpose for purpose in Purpose if purpose in agreed]
