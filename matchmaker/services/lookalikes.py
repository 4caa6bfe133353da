"""Companies of a fair that may be the same one twice, for the organizer to look at side by side."""

from __future__ import annotations

import uuid
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, cast, delete, func, or_, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.lookalikes import Entry, Pair, Sign, lookalikes
from matchmaker.models import (
    Company,
    CompanyDistinction,
    Fair,
    FairChange,
    FairStaff,
    Participation,
    Representative,
)
from matchmaker.services import history
from matchmaker.services.fair_changes import MARKS

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_SHOWN = 50
# A search compares everything that the page of an organizer shows; a few organizers look for twins at a time.
SEARCHES_KEPT = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One of two companies that look alike. ``here`` are its roles at this fair, by participation."""

    company_id: uuid.UUID
    name: str
    tax_code: str
    country: str
    city: str
    created_at: datetime
    emails: tuple[str, ...]
    here: tuple[tuple[uuid.UUID, str, str], ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two companies that may be one, and the signs of it."""

    one: Side
    other: Side
    signs: tuple[Sign, ...]


# An organizer sees the companies of the fairs they organize, and no others.
REACH = select(FairStaff.fair_id).where(
    FairStaff.account_id == bindparam("by"), FairStaff.role == StaffRole.ORGANIZER.value
)
IN_REACH = select(Participation.company_id).where(
    or_(Participation.fair_id == bindparam("fair_id"), Participation.fair_id.in_(REACH))
)
FIRM, HUMAN = Company.__table__.c, Representative.__table__.c
# What is only compared keeps its keys as the database writes them, for thousands of them would have to be read.
COMPARED = select(cast(FIRM.id, String), FIRM.name, FIRM.tax_code).where(FIRM.id.in_(IN_REACH))
COMPANIES = select(FIRM.id, FIRM.name, FIRM.tax_code, FIRM.country, FIRM.city, FIRM.created_at).where(
    FIRM.id.in_(IN_REACH)
)
PEOPLE = select(HUMAN.company_id, HUMAN.email).where(
    HUMAN.company_id.in_(IN_REACH), HUMAN.removed_at.is_(None), HUMAN.email != ""
)
MAILBOXES = PEOPLE.with_only_columns(cast(HUMAN.company_id, String), HUMAN.email)
HERE = (
    select(Participation.company_id, Participation.id, Participation.role, Participation.status)
    .where(Participation.fair_id == bindparam("fair_id"))
    .order_by(Participation.role.desc())
)
OF_THESE: Any = bindparam("company_ids", expanding=True)
PEOPLE_OF_THESE = PEOPLE.where(HUMAN.company_id.in_(OF_THESE))
HERE_OF_THESE = HERE.where(Participation.company_id.in_(OF_THESE))
COMPANIES_OF_THESE = COMPANIES.where(FIRM.id.in_(OF_THESE))
DISTINCT = select(CompanyDistinction.one_id, CompanyDistinction.other_id)
# Which fairs are in reach, and the marks of what is compared of their companies.
MARKED = (
    select(Fair.id, MARKS.part, func.count(), cast(func.sum(MARKS.mark), String))
    .outerjoin(FairChange, and_(MARKS.fair_id == Fair.id, MARKS.part.in_(["attendees", "people"])))
    .where(or_(Fair.id == bindparam("fair_id"), Fair.id.in_(REACH)))
    .group_by(Fair.id, MARKS.part)
    .order_by(Fair.id, MARKS.part)
)
_found: OrderedDict[tuple[Any, ...], tuple[Pair, ...]] = OrderedDict()


def twins_of(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID) -> list[Twins]:
    """Return the pairs that may be one company, at least one of them at this fair, in seven statements at most."""
    pairs = _pairs(session, fair_id=fair_id, by=by)
    if not pairs:
        return []
    ids = {uuid.UUID(name) for pair in pairs for name in (pair.one, pair.other)}
    sides = sides_of(session, fair_id=fair_id, by=by, company_ids=ids)
    distinct = {(one, other) for one, other in session.execute(DISTINCT)}
    found = []
    for pair in pairs:
        one, other = sides[uuid.UUID(pair.one)], sides[uuid.UUID(pair.other)]
        is_open = _ordered(one.company_id, other.company_id) not in distinct
        if is_open and (one.here or other.here):
            found.append(Twins(one, other, pair.signs))
    return found


def _pairs(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID) -> tuple[Pair, ...]:
    """The pairs in an organizer's reach, read anew once a company or one of its people was written."""
    key = {"fair_id": fair_id, "by": by}
    # The marks are read first: what is written in between makes the pairs younger than their marks, never older.
    state = tuple(map(tuple, session.execute(MARKED, key)))
    pairs = _found.get(state)
    if pairs is None:
        compared, people = (tuple(map(tuple, session.execute(statement, key))) for statement in (COMPARED, MAILBOXES))
        pairs = _pairs_among(compared, people)
        if any(part for _fair, part, *_marks in state):  # Nobody would notice a change where none was ever left.
            _found[state] = pairs
            while len(_found) > SEARCHES_KEPT:
                _found.popitem(last=False)
    return pairs


@lru_cache(maxsize=SEARCHES_KEPT)
def _pairs_among(compared: tuple[Any, ...], people: tuple[Any, ...]) -> tuple[Pair, ...]:
    """The pairs among companies (key, name, tax code) and their people (company, address), until one changes."""
    emails: dict[str, list[str]] = defaultdict(list)
    for company_id, email in people:
        emails[company_id].append(email)
    entries = [Entry(key, name, tax_code or "", frozenset(emails[key])) for key, name, tax_code in compared]
    return tuple(lookalikes(entries))


def sides_of(
    session: Session, *, fair_id: uuid.UUID, by: uuid.UUID, company_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Side]:
    """Return those of the companies that this organizer of the fair may look at, by key."""
    key = {"fair_id": fair_id, "by": by, "company_ids": list(company_ids)}
    emails: dict[uuid.UUID, list[str]] = defaultdict(list)
    for company_id, email in session.execute(PEOPLE_OF_THESE, key):
        emails[company_id].append(email)
    here: dict[uuid.UUID, list[tuple[uuid.UUID, str, str]]] = defaultdict(list)
    for company_id, participation_id, role, status in session.execute(HERE_OF_THESE, key):
        here[company_id].append((participation_id, role, status))
    return {
        row.id: Side(
            row.id,
            row.name,
            row.tax_code or "",
            row.country,
            row.city,
            row.created_at,
            tuple(sorted(emails[row.id])),
            tuple(here[row.id]),
        )
        for row in session.execute(COMPANIES_OF_THESE, key)
    }


def tell_apart(
    session: Session, *, fair_id: uuid.UUID, one_id: uuid.UUID, other_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> None:
    """Remember that two companies are two; they are not shown together again. Raises NotFound out of reach."""
    first, second = _demand_reach(session, fair_id=fair_id, one_id=one_id, other_id=other_id, by=by)
    if session.get(CompanyDistinction, (first, second)) is None:
        session.add(CompanyDistinction(one_id=first, other_id=second, by_account_id=by, at=now))
        _record(session, "companies_told_apart", fair_id, first, second, by=by, now=now)


def take_back(
    session: Session, *, fair_id: uuid.UUID, one_id: uuid.UUID, other_id: uuid.UUID, by: uuid.UUID, now: datetime
) -> None:
    """Forget that two companies were told apart. Raises NotFound out of reach."""
    first, second = _demand_reach(session, fair_id=fair_id, one_id=one_id, other_id=other_id, by=by)
    session.execute(
        delete(CompanyDistinction).where(CompanyDistinction.one_id == first, CompanyDistinction.other_id == second)
    )
    _record(session, "companies_perhaps_one", fair_id, first, second, by=by, now=now)


def _demand_reach(
    session: Session, *, fair_id: uuid.UUID, one_id: uuid.UUID, other_id: uuid.UUID, by: uuid.UUID
) -> tuple[uuid.UUID, uuid.UUID]:
    wanted = {one_id, other_id}
    reached = set(session.scalars(COMPANIES_OF_THESE, {"fair_id": fair_id, "by": by, "company_ids": list(wanted)}))
    if len(wanted) != 2 or reached != wanted:  # noqa: PLR2004 - a pair is two.
        raise NotFound("no_such_company")
    return _ordered(one_id, other_id)


def _ordered(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    return (one, other) if one.hex < other.hex else (other, one)


def _record(
    session: Session,
    action: str,
    fair_id: uuid.UUID,
    one_id: uuid.UUID,
    other_id: uuid.UUID,
    *,
    by: uuid.UUID,
    now: datetime,
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="company",
        subject_id=one_id,
        by=by,
        now=now,
        fair_id=fair_id,
        other_id=other_id.hex,
    )
    session.flush()
