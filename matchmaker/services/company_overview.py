"""Read all that the organizer's page of one company says, in as few statements as its tables allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func

from matchmaker.domain.errors import NotFound
from matchmaker.models import Account, Company, Participation
from matchmaker.services.companies import FACTS, NAMED_PEOPLE, CompanyFacts, CompanyView, view_of
from matchmaker.services.profile_state import IS_WAITING, PARTNERS, ProfileState
from matchmaker.services.verification import Verified

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


class Overview(NamedTuple):
    """A company with its people, who verified it, and how its profile stands."""

    view: CompanyView
    verified: Verified | None
    state: ProfileState


OVERVIEW = FACTS.outerjoin(Account, Account.id == Company.verified_by).add_columns(
    func.coalesce(Account.name, ""), IS_WAITING, Company.checked_at.is_not(None), PARTNERS, Participation.advice
)


def for_organizer(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> Overview:
    """Return any company of a fair as its organizer sees it. Raises NotFound."""
    row = session.execute(OVERVIEW, {"fair_id": fair_id, "participation_id": participation_id}).one_or_none()
    if row is None:
        raise NotFound("no_such_company")
    *known, by, is_waiting, is_checked, partners, advice = row
    facts = CompanyFacts(*known)
    view = view_of(session, facts, people=NAMED_PEOPLE)
    return Overview(
        view,
        # The facts say nothing of a mark that is no longer of the name and number that were seen.
        Verified(facts.verified_at, facts.verified_what, by) if facts.verified_at else None,
        ProfileState(is_waiting, is_checked, facts.role, len(view.offers), len(view.needs), partners, advice),
    )
