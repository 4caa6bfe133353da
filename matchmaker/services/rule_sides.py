"""The sides that a rule can have: named where a rule has them, and found by name where one is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.domain.keys import key_of
from matchmaker.domain.names import fold
from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.domain.spreadsheets.countries import countries_named, country_code
from matchmaker.models import Company, CompanyGroup
from matchmaker.models.engine import lock
from matchmaker.services.name_search import AT_FAIR, NAMED, pattern

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

MOST_FOUND, MOST_OF_FEW = 12, 6
COMPANIES = AT_FAIR.where(Company.id.in_(bindparam("keys", expanding=True)))
FOUND = AT_FAIR.where(NAMED).order_by(Company.name, Company.id).limit(MOST_FOUND + 1)
KEPT = (
    select(CompanyGroup.id)
    .where(CompanyGroup.fair_id == bindparam("fair_id"), CompanyGroup.id.in_(bindparam("keys", expanding=True)))
    .order_by(CompanyGroup.id)
    .with_for_update()
)
GROUPS = (
    select(CompanyGroup.id, CompanyGroup.name)
    .where(CompanyGroup.fair_id == bindparam("fair_id"))
    .order_by(CompanyGroup.name)
)


@dataclass(frozen=True, slots=True)
class NamedSide:
    """A side by the name a reader knows it by; a country stays its two letters."""

    side: RuleSide
    name: str


@dataclass(frozen=True, slots=True)
class FoundSides:
    """Groups, countries and companies of a name, so many of each; ``has_more`` says that not all of them."""

    sides: list[NamedSide]
    has_more: bool


def names_of(session: Session, *, fair_id: uuid.UUID, sides: Iterable[RuleSide]) -> dict[RuleSide, str]:
    """Return what sides are called, in two statements at most; those unknown at the fair are left out."""
    wanted = set(sides)
    named = {one: one.value for one in wanted if one.kind is SideKind.COUNTRY and country_code(one.value) == one.value}
    if keys := [key for one in wanted if one.kind is SideKind.COMPANY and (key := key_of(one.value))]:
        for key, name in session.execute(COMPANIES, {"fair_id": fair_id, "keys": keys}):
            named[RuleSide(SideKind.COMPANY, str(key))] = name
    if any(one.kind is SideKind.GROUP for one in wanted):
        for key, name in session.execute(GROUPS, {"fair_id": fair_id}):
            named[RuleSide(SideKind.GROUP, str(key))] = name
    return {one: named[one] for one in wanted if one in named}


def keep_groups(session: Session, *, fair_id: uuid.UUID, sides: Iterable[RuleSide]) -> None:
    """Wait for whoever changes or dissolves a group among some sides, and let nobody until this transaction ends."""
    if keys := [key for one in sides if one.kind is SideKind.GROUP and (key := key_of(one.value))]:
        lock(session, KEPT, {"fair_id": fair_id, "keys": keys})


def find(session: Session, *, fair_id: uuid.UUID, query: str) -> FoundSides:
    """Return the sides whose name holds what was typed, of each kind so many; the groups where nothing was typed."""
    typed = fold(query)
    groups = [
        NamedSide(RuleSide(SideKind.GROUP, str(key)), name)
        for key, name in session.execute(GROUPS, {"fair_id": fair_id})
        if typed in fold(name)
    ]
    if not typed:
        return FoundSides(groups[:MOST_FOUND], has_more=len(groups) > MOST_FOUND)
    countries = [NamedSide(RuleSide(SideKind.COUNTRY, code), code) for code in countries_named(query)]
    companies = [
        NamedSide(RuleSide(SideKind.COMPANY, str(key)), name)
        for key, name in session.execute(FOUND, {"fair_id": fair_id, "pattern": pattern(query)})
    ]
    shown = [*groups[:MOST_OF_FEW], *countries[:MOST_OF_FEW], *companies[:MOST_FOUND]]
    return FoundSides(shown, has_more=len(shown) < len(groups) + len(countries) + len(companies))
