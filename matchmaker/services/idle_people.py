"""Find the people who are to be forgotten: their fairs are over for long, and they have not signed in since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, union_all

from matchmaker.domain.privacy.retention import STANDARD, day_months_before, months_before
from matchmaker.models import (
    Account,
    FairStaff,
    HelperGrant,
    Interpreter,
    Participation,
    Representative,
    SignInSession,
    TeamInvitation,
)
from matchmaker.services import retention_rules

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

    from matchmaker.services.retention_rules import FairPeriods


@dataclass(frozen=True, slots=True)
class IdlePerson:
    """One row that stands for a person nobody needs any more, and the fairs they were at."""

    key: uuid.UUID
    fairs: frozenset[uuid.UUID]


LAST_HERE = (
    select(
        Account.id,
        func.max(SignInSession.last_used_at).label("used_at"),
        func.max(Account.created_at).label("created_at"),
    )
    .outerjoin(SignInSession, SignInSession.account_id == Account.id)
    .group_by(Account.id)
)
THROUGH_COMPANIES = select(Representative.account_id, Participation.fair_id).join(
    Participation, Participation.company_id == Representative.company_id
)
AT_FAIRS: CompoundSelect[Any] = union_all(
    THROUGH_COMPANIES.where(Representative.account_id.is_not(None)),
    select(FairStaff.account_id, FairStaff.fair_id),
    select(TeamInvitation.account_id, TeamInvitation.fair_id),
    select(HelperGrant.account_id, Participation.fair_id).join(
        Participation, Participation.company_id == HelperGrant.company_id
    ),
)
WITHOUT_ACCOUNT: CompoundSelect[Any] = union_all(
    select(Representative.id, Participation.fair_id)
    .join(Participation, Participation.company_id == Representative.company_id)
    .where(Representative.account_id.is_(None)),
    select(Interpreter.id, Interpreter.fair_id).where(Interpreter.email != ""),
)


def idle(session: Session, *, now: datetime, at: FairPeriods | None = None) -> list[IdlePerson]:
    """Return who is to be forgotten, by their keys: of everyone, or of those who were at one fair.

    Someone at several fairs is kept as long as the one with the longest period wants; who was at none for the standard
    period. Nobody is idle before all their fairs are over that long.
    """
    if at is not None and not _is_idle(None, {at.id}, {at.id: at}, now=now):
        return []  # Whoever was here stays at least as long as this fair wants, so nobody has to be looked at.
    fairs = {one.id: one for one in retention_rules.of_every_fair(session)}
    unnamed = ((key, None, at) for key, at in _by_person(session.execute(WITHOUT_ACCOUNT)).items())
    found = [
        IdlePerson(key, frozenset(was_at))
        for key, seen_at, was_at in (*_accounts(session), *unnamed)
        if (at is None or at.id in was_at) and _is_idle(seen_at, was_at, fairs, now=now)
    ]
    return sorted(found, key=lambda one: one.key)


def _is_idle(
    seen_at: datetime | None, at: set[uuid.UUID], fairs: dict[uuid.UUID, FairPeriods], *, now: datetime
) -> bool:
    months = max((fairs[key].periods.people_months for key in at), default=STANDARD.people_months)
    if seen_at is not None and seen_at > months_before(now, months):
        return False
    return all(fairs[key].closes_on < day_months_before(now, months) for key in at)


def _accounts(session: Session) -> list[tuple[uuid.UUID, datetime, set[uuid.UUID]]]:
    at = _by_person(session.execute(AT_FAIRS))
    rows = session.execute(LAST_HERE)
    return [(row.id, max(row.created_at, row.used_at or row.created_at), at[row.id]) for row in rows]


def _by_person(rows: Iterable[Any]) -> dict[uuid.UUID, set[uuid.UUID]]:
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for key, fair_id in rows:
        found[key].add(fair_id)
    return found
