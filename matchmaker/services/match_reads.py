"""How many partners each company of a fair was proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import Company, MatchRun, Participation, Suggestion
from matchmaker.services.kept_counts import KeptCount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class CompanyCount:
    """A company in one role, with the length of its list."""

    participation_id: uuid.UUID
    name: str
    country: str
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class ShortestLists:
    """The companies with the shortest lists, and how many of all that take part have none now."""

    companies: tuple[CompanyCount, ...]
    without_list: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A company that got no list."""

    participation_id: uuid.UUID
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A company whose list an organizer looks at, and the version of the model that made it."""

    participation_id: uuid.UUID
    company_id: uuid.UUID
    name: str
    role: Role
    version: str


def _length(rank: Any, side: Any) -> Any:
    """How many are on a company's list, which the index of its side tells without a look at the suggestions."""
    return select(func.count(rank)).where(side == Participation.id).correlate(Participation).scalar_subquery()


FEWEST_SHOWN = 10
ON_OWN_LIST = case(
    (Participation.role == Role.EXHIBITOR, _length(Suggestion.exhibitor_rank, Suggestion.exhibitor_id)),
    else_=_length(Suggestion.buyer_rank, Suggestion.buyer_id),
).label("on_own_list")
COUNTED = (
    select(Participation.id, Company.name, Company.country, Participation.role, ON_OWN_LIST)
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.status == ParticipationStatus.APPROVED)
    .subquery()
)
COUNTS = (
    select(COUNTED, func.count().filter(COUNTED.c.on_own_list == 0).over().label("without_list"))
    .order_by(COUNTED.c.on_own_list, COUNTED.c.name)
    .limit(FEWEST_SHOWN)
)


def _shortest(rows: Sequence[Any]) -> ShortestLists:
    return ShortestLists(tuple(CompanyCount(*row[:-1]) for row in rows), rows[0].without_list if rows else 0)


KEPT_SHORTEST = KeptCount(COUNTS, _shortest)


def shortest_lists(session: Session, *, fair_id: uuid.UUID) -> ShortestLists:
    """Return the companies with the shortest lists first, at most ten, and how many have none."""
    return KEPT_SHORTEST.of(session, fair_id=fair_id)


def unmatched(session: Session, *, fair_id: uuid.UUID, keys: Iterable[uuid.UUID]) -> list[Unmatched]:
    """Return the companies with these participations at a fair, by name; one that left since is not among them."""
    found = session.execute(
        select(Participation.id, Company.name, Participation.role)
        .join(Company, Company.id == Participation.company_id)
        .where(
            Participation.fair_id == fair_id,
            Participation.id.in_(tuple(keys)),
            Participation.status == ParticipationStatus.APPROVED,
        )
        .order_by(Company.name, Participation.id)
    )
    return [Unmatched(*row) for row in found]


OWN = bindparam("participation_id", type_=Participation.id.type)
VERSION = (
    select(MatchRun.version)
    .join(Suggestion, Suggestion.run_id == MatchRun.id)
    .where((Suggestion.exhibitor_id == OWN) | (Suggestion.buyer_id == OWN))
    .limit(1)
)
OWNER = (
    select(
        Participation.id,
        Participation.company_id,
        Company.name,
        Participation.role,
        VERSION.scalar_subquery().label("version"),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"), Participation.id == OWN)
)


def list_of(session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID) -> ListOf:
    """Return whose list it is and which model made it; raise NotFound for a company of another fair."""
    key = {"fair_id": fair_id, "participation_id": participation_id}
    row = session.execute(OWNER, key).one_or_none()
    if row is None:
        raise NotFound("no_such_participation")
    return ListOf(row.id, row.company_id, row.name, Role(row.role), row.version or "")
