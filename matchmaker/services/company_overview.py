"""Read all that the organizer's page of one company says, in as few statements as its tables allow."""

from __future__ import annotations

import uuid  # noqa: TC003 - The type of a field.
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, select

from matchmaker.domain.errors import NotFound
from matchmaker.models import Account, Company, FairPerson, Participation, Representative
from matchmaker.services import approvals
from matchmaker.services.companies import (
    FACTS,
    KNOWN,
    NAMES,
    OF_PERSON,
    PROFILE,
    Comer,
    CompanyView,
    facts_from,
    view_of,
)
from matchmaker.services.profile_state import IS_WAITING, PARTNERS, ProfileState
from matchmaker.services.verification import Verified

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from matchmaker.services.approvals import PastDecision


class Overview(NamedTuple):
    """A company with its people, who verified it, what was decided about it, and how its profile stands."""

    view: CompanyView
    verified: Verified | None
    decisions: list[PastDecision]
    state: ProfileState


class Named(NamedTuple):
    """What the forms about a company say of it."""

    participation_id: uuid.UUID
    name: str
    role: str


# A row for each who comes: there are few, and one statement less is worth more than a company's columns again.
OVERVIEW = (
    FACTS.outerjoin(Account, Account.id == Company.verified_by)
    .outerjoin(FairPerson, FairPerson.participation_id == Participation.id)
    .outerjoin(Representative, Representative.id == FairPerson.representative_id)
    .add_columns(
        func.coalesce(Account.name, ""),
        IS_WAITING,
        Company.checked_at.is_not(None),
        PARTNERS,
        Participation.advice,
        Participation.status_at.is_not(None),
    )
    .add_columns(*OF_PERSON, *NAMES)
    .order_by(Representative.id)
)
COMER = KNOWN + 6
NAMED = (
    select(Participation.id, Company.name, Participation.role)
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.id == bindparam("participation_id"), Participation.fair_id == bindparam("fair_id"))
)


def for_organizer(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> Overview:
    """Return any company of a fair as its organizer sees it. Raises NotFound."""
    here = {"fair_id": fair_id, "participation_id": participation_id}
    rows = session.execute(OVERVIEW, here).all()
    if not rows:
        raise NotFound("no_such_company")
    by, is_waiting, is_checked, partners, advice, was_decided = rows[0][KNOWN:COMER]
    facts = facts_from(rows[0])
    people = tuple(Comer(*row[COMER:]) for row in rows if row[COMER] is not None)
    view = view_of(session, facts, profile=PROFILE, people=people, shows_names=True)
    return Overview(
        view,
        # The facts say nothing of a mark that is no longer of the name and number that were seen.
        Verified(facts.verified_at, facts.verified_what, by) if facts.verified_at else None,
        approvals.past_decisions(session, **here) if was_decided else [],
        ProfileState(is_waiting, is_checked, facts.role, len(view.offers), len(view.needs), partners, advice),
    )


def named(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> Named:
    """Return what the forms about a company of a fair say of it. Raises NotFound."""
    row = session.execute(NAMED, {"fair_id": fair_id, "participation_id": participation_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_company")
    return Named(*row)
