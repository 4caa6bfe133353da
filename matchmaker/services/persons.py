"""Find everything that stands for one person: the account, the people of companies under the same address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Uuid, and_, bindparam, cast, func, literal_column, null, or_, select, union_all

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

    from sqlalchemy import ColumnElement
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


@dataclass(frozen=True, slots=True)
class _Account:
    """An account, with every address it has or had."""

    id: uuid.UUID
    name: str
    email: str | None
    locale: str
    emails: set[str]


ACCOUNTS = select(
    Account.id,
    Account.name,
    Account.email,
    Account.locale,
    AddressClaim.email.label("claimed"),
    AddressClaim.former_email,
).outerjoin(AddressClaim, and_(AddressClaim.account_id == Account.id, AddressClaim.confirmed_at.is_not(None)))
BY_KEY = ACCOUNTS.where(Account.id.in_(bindparam("keys", expanding=True)))
BY_EMAIL = ACCOUNTS.where(Account.email == bindparam("email"))
KINDS = REPRESENTS, INTERPRETS, INVITED = range(3)


def _stands_for(table: Any) -> ColumnElement[bool]:
    """Whether a row stands for an account, for one of its addresses while no account has claimed it, or has a key."""
    unclaimed = and_(
        table.account_id.is_(None), func.lower(table.email).in_(bindparam("emails", expanding=True, type_=String()))
    )
    return or_(
        table.account_id == bindparam("account_id", type_=Uuid()),
        unclaimed,
        table.id.in_(bindparam("also", expanding=True, type_=Uuid())),
    )


# Everything that stands for a person besides the account, in one statement.
STANDING = union_all(
    select(
        literal_column(str(REPRESENTS)).label("kind"),
        Representative.id.label("id"),
        Representative.company_id,
        Representative.name,
        Representative.email,
        Representative.phone,
        Representative.removed_at,
    ).where(_stands_for(Representative)),
    select(
        literal_column(str(INTERPRETS)),
        Interpreter.id,
        cast(null(), Uuid()),
        Interpreter.name,
        Interpreter.email,
        literal_column("''"),
        cast(null(), Representative.removed_at.type),
    ).where(_stands_for(Interpreter)),
    select(
        literal_column(str(INVITED)),
        TeamInvitation.id,
        cast(null(), Uuid()),
        TeamInvitation.name,
        literal_column("''"),
        literal_column("''"),
        cast(null(), Representative.removed_at.type),
    ).where(TeamInvitation.account_id == bindparam("account_id", type_=Uuid())),
).order_by("id")


def of_account(session: Session, *, account_id: uuid.UUID) -> Person:
    """Return the person behind an account; raise NotFound when there is none."""
    account = _account(session.execute(BY_KEY, {"keys": [account_id]}).all())
    if account is None:
        raise NotFound("no_such_person")
    return _gather(session, account, emails=account.emails)


def by_email(session: Session, *, email: str) -> Person:
    """Return the person with an address, with or without an account; raise NotFound when nobody has it."""
    wanted = email.strip().lower()
    account = _account(session.execute(BY_EMAIL, {"email": wanted}).all())
    person = _gather(session, account, emails=account.emails if account else {wanted})
    if not person.keys:
        raise NotFound("no_such_person")
    return person


def of_keys(session: Session, *, keys: Iterable[uuid.UUID]) -> Person | None:
    """Return the person one of these keys stands for, or None when none of them leads anywhere."""
    wanted = list(keys)
    account = _account(session.execute(BY_KEY, {"keys": wanted}).all())
    emails = set(account.emails) if account else set()
    for table in (Representative, Interpreter):
        emails |= {email.lower() for email in session.scalars(select(table.email).where(table.id.in_(wanted))) if email}
    person = _gather(session, account, emails=emails, also=wanted)
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


def _account(rows: Sequence[Any]) -> _Account | None:
    """Return an account with every address it has or had; one that was never confirmed may be someone else's."""
    if not rows:
        return None
    first = rows[0]
    known = {first.email, *(email for row in rows for email in (row.claimed, row.former_email))}
    return _Account(first.id, first.name, first.email, first.locale, {email.lower() for email in known if email})


def _gather(session: Session, account: _Account | None, *, emails: set[str], also: Sequence[uuid.UUID] = ()) -> Person:
    asked = {"account_id": account.id if account else None, "emails": sorted(emails), "also": also}
    rows = session.execute(STANDING, asked).all()
    people, interpreters, invitations = ([row for row in rows if row.kind == kind] for kind in KINDS)
    names = [row.name for row in (*people, *interpreters)]
    if account:
        names = [account.name, *names]
    return Person(
        account_id=account.id if account else None,
        representatives=tuple(one.id for one in people),
        interpreters=tuple(one.id for one in interpreters),
        companies=tuple(dict.fromkeys(one.company_id for one in people if one.removed_at is None)),
        name=next(filter(None, names), ""),
        email=next(filter(None, (account.email if account else "", *(one.email for one in people))), ""),
        locale=account.locale if account else "vi",
        traces=Traces.of(
            names=[*names, *(one.name for one in invitations)],
            emails=[*emails, *(one.email for one in (*people, *interpreters))],
            phones=[one.phone for one in people],
        ),
    )
