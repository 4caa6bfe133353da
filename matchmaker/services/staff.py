"""Who works for a fair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, Fair, FairStaff
from matchmaker.services import fairs, history, notices, sign_in_sessions
from matchmaker.services.accounts import has_organizer_role, normal_email
from matchmaker.services.invited_accounts import account_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
LONGEST_ADDRESS, LONGEST_NAME = 254, 250
KIND = "staff_added"
# Where the work of a role begins.
PAGES = {
    StaffRole.ORGANIZER: "/organizer",
    StaffRole.TABLE_HOST: "/host",
    StaffRole.INTERPRETER: "/interpreter",
    StaffRole.READER: "/organizer/report",
}
STAFF = (
    select(FairStaff.id, Account.id, Account.name, Account.email, FairStaff.role)
    .join(Account, Account.id == FairStaff.account_id)
    .where(FairStaff.fair_id == bindparam("fair_id"))
)


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person's role at a fair."""

    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str
    role: StaffRole


def appoint_organizer(session: Session, *, slug: str, email: str, name: str, now: datetime) -> uuid.UUID:
    """Make a person an organizer of a fair, with an account if there is none; return the account.

    Raises NotFound for an unknown fair. Appointing twice changes nothing. Who organizes nothing yet must sign in
    anew, because an organizer's session is shorter and takes a second step.
    """
    fair = fairs.by_slug(session, slug=slug)
    address = normal_email(email)
    who = name or address.partition("@")[0]
    account_id = account_of(session, email=address, name=who, locale="vi", now=now).id
    _give(session, fair=fair, account_id=account_id, role=StaffRole.ORGANIZER, by=None, now=now)
    return account_id


def staff_of(session: Session, *, fair_id: uuid.UUID) -> list[StaffLine]:
    """Return everyone who works for a fair, organizers first, then by name."""
    rows = session.execute(STAFF, {"fair_id": fair_id})
    order = list(StaffRole)
    lines = [
        StaffLine(key, account_id, name, email or "", StaffRole(role)) for key, account_id, name, email, role in rows
    ]
    return sorted(lines, key=lambda line: (order.index(line.role), line.name.casefold(), line.email))


def appoint(
    session: Session,
    *,
    fair: FairFacts,
    email: str,
    name: str,
    role: StaffRole,
    by: uuid.UUID | None,
    now: datetime,
) -> uuid.UUID:
    """Give a person a role at a fair and tell them; return the account, made if there was none.

    Raises Refused: bad_email, no_name for somebody unknown. A role given twice changes nothing and tells nobody.
    """
    address = normal_email(email)
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        raise Refused("bad_email", field="email")
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME:
        raise Refused("no_name", field="name", limit=LONGEST_NAME)
    account_id = account_of(session, email=address, name=wanted, locale="vi", now=now).id
    if _give(session, fair=fair, account_id=account_id, role=role, by=by, now=now) and account_id != by:
        notices.queue(
            session,
            account_id=account_id,
            kind=KIND,
            once=f"{KIND} {fair.id.hex} {account_id.hex} {role} {now.isoformat()}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}{PAGES[role]}",
            role=str(role),
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
        )
    return account_id


def dismiss(
    session: Session, *, fair: FairFacts, staff_id: uuid.UUID, by: uuid.UUID | None, now: datetime
) -> StaffLine:
    """Take a role away and return it; what it opened is closed from the next request on.

    Raises NotFound for a role at another fair, Refused('last_organizer') for the one that nobody else has.
    """
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    line = next((one for one in staff_of(session, fair_id=fair.id) if one.id == staff_id), None)
    if line is None:
        raise NotFound("no_such_role")
    if line.role is StaffRole.ORGANIZER and _organizers(session, fair_id=fair.id) == 1:
        raise Refused("last_organizer", field="email")
    session.delete(session.get_one(FairStaff, staff_id))
    _record(session, "staff_dismissed", fair=fair, account_id=line.account_id, role=line.role, by=by, now=now)
    session.flush()
    return line


def dismiss_account(
    session: Session, *, fair: FairFacts, account_id: uuid.UUID, role: StaffRole, by: uuid.UUID | None, now: datetime
) -> None:
    """Take a role away from an account, if it has it."""
    row = session.scalar(select(FairStaff).filter_by(fair_id=fair.id, role=role, account_id=account_id))
    if row is not None:
        session.delete(row)
        _record(session, "staff_dismissed", fair=fair, account_id=row.account_id, role=role, by=by, now=now)
        session.flush()


def check_may_create(session: Session, *, account_id: uuid.UUID) -> None:
    """Raise NotFound for who organizes no fair; the first one is made from the command line."""
    if not fairs.organized_by(session, account_id=account_id):
        raise NotFound("no_such_page")


def _give(
    session: Session,
    *,
    fair: FairFacts,
    account_id: uuid.UUID,
    role: StaffRole,
    by: uuid.UUID | None,
    now: datetime,
) -> bool:
    given = {"fair_id": fair.id, "account_id": account_id, "role": role}
    if session.scalar(select(FairStaff.id).filter_by(**given)) is not None:
        return False
    if role is StaffRole.ORGANIZER and not has_organizer_role(session, account_id=account_id):
        sign_in_sessions.end_all(session, account_id=account_id, now=now)
    session.add(FairStaff(**given))
    action = "organizer_appointed" if role is StaffRole.ORGANIZER else "staff_appointed"
    _record(session, action, fair=fair, account_id=account_id, role=role, by=by, now=now)
    session.flush()
    return True


def _organizers(session: Session, *, fair_id: uuid.UUID) -> int:
    counted = select(func.count()).where(FairStaff.fair_id == fair_id, FairStaff.role == StaffRole.ORGANIZER)
    return session.scalar(counted) or 0


def _record(
    session: Session,
    action: str,
    *,
    fair: FairFacts,
    account_id: uuid.UUID,
    role: StaffRole,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="account",
        subject_id=account_id,
        by=by,
        now=now,
        fair_id=fair.id,
        role=str(role),
    )
