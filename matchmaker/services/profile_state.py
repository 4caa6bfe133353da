"""How a profile stands: whether it is being matched, how many partners it has, and what would help it most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, literal, select

from matchmaker.domain.fairs import Role
from matchmaker.models import Company, Need, Offer, Participation, Suggestion

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ProfileState:
    """What the profile's pages say beside the form; ``advice`` is empty before the first match."""

    is_waiting: bool
    is_checked: bool
    role: str
    offers: int
    needs: int
    partners: int
    advice: dict[str, Any]

    @property
    def has_items(self) -> bool:
        """Whether anything is offered or needed."""
        return self.offers + self.needs > 0


def has_any(kind: type[Offer | Need]) -> Any:
    """Whether a participation says that it offers, or needs, anything."""
    return select(literal(1)).where(kind.participation_id == Participation.id).correlate(Participation).exists()


ON_OWN_LIST = case((Participation.role == Role.EXHIBITOR, Suggestion.exhibitor_rank), else_=Suggestion.buyer_rank)


def _count_of(kind: type[Offer | Need]) -> Any:
    mine = select(func.count()).select_from(kind).where(kind.participation_id == Participation.id)
    return mine.correlate(Participation).scalar_subquery()


PARTNERS = (
    select(func.count(ON_OWN_LIST))
    .where((Suggestion.exhibitor_id == Participation.id) | (Suggestion.buyer_id == Participation.id))
    .correlate(Participation)
    .scalar_subquery()
)
IS_WAITING = Participation.matched_at.is_(None) | (Participation.matched_at < Participation.profile_changed_at)
# Of a participation and its company, in the order of ProfileState.
COLUMNS = (
    IS_WAITING,
    Company.checked_at.is_not(None),
    Participation.role,
    _count_of(Offer),
    _count_of(Need),
    PARTNERS,
    Participation.advice,
)
STATE = (
    select(*COLUMNS)
    .select_from(Participation)
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.id == bindparam("participation_id"))
)


def profile_state(session: Session, *, participation_id: uuid.UUID) -> ProfileState:
    """Return how a profile stands, from one statement."""
    return ProfileState(*session.execute(STATE, {"participation_id": participation_id}).one())
