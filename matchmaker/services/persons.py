"""Find everything that stands for one person: the account, the people of companies under the same address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import false, func, or_, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.privacy.redaction import Traces
from matchmaker.models import (
    Account,
    AddressClaim,
    FairStaff,
    HelperGrant,
    Interpreter,
    Participation,
    Representative,
    TeamInvitation,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person with the keys of the rows that stand for them.

    ``representatives`` include those who were removed from a team but stayed on a meeting's record. ``companies`` are
    those the person speaks for now. ``email`` is where they can be written to.
    """

    account_id: uuid.UUID | None
    representatives: tuple[uuid.UUID, ...]
    interpreters: tuple[uuid.UUID, ...]
    companies: tuple[uuid.UUID, ...]
    name: str
    email: str
    locale: str
    traces: Traces

    @property
    def keys(self) -> list[str]:
        """The keys of all rows that stand for the person, as a receipt keeps them."""
        own = () if self.account_id is None else (self.account_id,)
        return [key.hex for key in (*own, *self.representatives, *self.interpreters)]


def of_account(session: Session, *, account_id: uuid.UUID) -> Person:
    """Return the person behind an account; raise NotFound when there is none."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("no_such_person")
    return _gather(session, account=account, emails=_addresses(session, account))


def by_email(session: Session, *, email: str) -> Person:
    """Return the person with an address, with or without an account; raise NotFound when nobody has it."""
    wanted = email.strip().lower()
    account = session.scalar(select(Account).where(Account.email == wanted))
    emails = {wanted} if account is None else _addresses(session, account)
    person = _gather(session, account=account, emails=emails)
    if not person.keys:
        raise NotFound("no_such_person")
    return person


def of_keys(session: Session, *, keys: Iterable[uuid.UUID]) -> Person | None:
    """Return the person one of these keys stands for, or None when none of them leads anywhere."""
    wanted = list(keys)
    account = session.scalar(select(Account).where(Account.id.in_(wanted)))
    emails = _addresses(session, account) if account else set()
    for table in (Representative, Interpreter):
        emails |= {email.lower() for email in session.scalars(select(table.email).where(table.id.in_(wanted))) if email}
    person = _gather(session, account=account, emails=emails, also=wanted)
    return person if person.keys else None


def fairs_of(session: Session, *, person: Person) -> set[uuid.UUID]:
    """Return every fair at which a person is known: through a company, as staff, invited, helping or interpreting."""
    companies = select(Representative.company_id).where(Representative.id.in_(person.representatives))
    helped = select(HelperGrant.company_id).where(HelperGrant.account_id == person.account_id)
    found = set(session.scalars(select(Interpreter.fair_id).where(Interpreter.id.in_(person.interpreters))))
    found |= set(
        session.scalars(
            select(Participation.fair_id).where(
                or_(Participation.company_id.in_(companies), Participation.company_id.in_(helped))
            )
        )
    )
    for table in (FairStaff, TeamInvitation):
        found |= set(session.scalars(select(table.fair_id).where(table.account_id == person.account_id)))
    return found


def organized_by(session: Session, *, account_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the fairs someone organizes."""
    wanted = select(FairStaff.fair_id).where(FairStaff.account_id == account_id, FairStaff.role == StaffRole.ORGANIZER)
    return set(session.scalars(wanted))


def _gather(session: Session, *, account: Account | None, emails: set[str], also: Sequence[uuid.UUID] = ()) -> Person:
    mine = Representative.account_id == account.id if account else false()
    unclaimed = Representative.account_id.is_(None) & func.lower(Representative.email).in_(emails)
    interprets = Interpreter.account_id == account.id if account else false()
    asked = Interpreter.account_id.is_(None) & func.lower(Interpreter.email).in_(emails)
    people = session.scalars(
        select(Representative).where(or_(mine, unclaimed, Representative.id.in_(also))).order_by(Representative.id)
    ).all()
    interpreters = session.scalars(
        select(Interpreter).where(or_(interprets, asked, Interpreter.id.in_(also))).order_by(Interpreter.id)
    ).all()
    names = [*([account.name] if account else []), *(one.name for one in people), *(one.name for one in interpreters)]
    invited = _invited_as(session, account)
    return Person(
        account_id=account.id if account else None,
        representatives=tuple(one.id for one in people),
        interpreters=tuple(one.id for one in interpreters),
        companies=tuple(dict.fromkeys(one.company_id for one in people if one.removed_at is None)),
        name=next(filter(None, names), ""),
        email=next(iter(filter(None, (account.email if account else "", *(one.email for one in people)))), ""),
        locale=account.locale if account else "vi",
        traces=Traces.of(
            names=[*names, *invited],
            emails=[*emails, *(one.email for one in people), *(one.email for one in interpreters)],
            phones=[one.phone for one in people],
        ),
    )


def _invited_as(session: Session, account: Account | None) -> list[str]:
    if account is None:
        return []
    return list(session.scalars(select(TeamInvitation.name).where(TeamInvitation.account_id == account.id)))


def _addresses(session: Session, account: Account) -> set[str]:
    """Every address that an account has or had; one that was never confirmed may be someone else's."""
    claims = session.execute(
        select(AddressClaim.email, AddressClaim.former_email).where(
            AddressClaim.account_id == account.id, AddressClaim.confirmed_at.is_not(None)
        )
    ).all()
    known = {account.email, *(email for claim in claims for email in claim)}
    return {email.lower() for email in known if email}
