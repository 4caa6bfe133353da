"""Tell whether anything that a fair's report or a count rests on has changed, by the marks that the database leaves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Table, bindparam, cast, delete, func, insert, literal, select, tuple_, union_all
from sqlalchemy.sql import visitors

from matchmaker.models import FairChange, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CompoundSelect, Select
    from sqlalchemy.orm import Session

    # Of each part the number of its marks and their sum, as text.
    Marks = Mapping[str, tuple[int, str]]
    Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

# From how many rows on the marks of one part are put into one.
MANY = 50
# The writer of what was put together; a transaction has a number above it.
NOBODY = 0
LEDGER = "ledger"
# The part in which each table leaves its marks, as the migrations set them up.
PART_OF = {
    "participation": "people",
    "company": "people",
    "suggestion": "suggestions",
    "meeting": "meetings",
    "slot": "meetings",
    "deal": "deals",
    "deal_meeting": "deals",
    "outcome_report": "deals",
    "fair_rate": "rules",
    "fair_staff": "rules",
    "category": "rules",
    "hall": "hall",
    "meeting_table": "hall",
    "interpreter": "hall",
    "representative": "attendees",
    "fair_person": "attendees",
    "meeting_attendee": "attendees",
    "seat": "seats",
    "offer": "items",
    "need": "items",
    "search_document": "search",
    "consent": "consents",
    "registration": "consents",
    "stored_file": "files",
    "fair_category": "tree",
    "veto": "answers",
    "suggestion_answer": "answers",
    "representative_absence": "absences",
    "certificate": "papers",
    "third_company": "thirds",
}
# These rows are written only together with others, which leave the mark.
WRITTEN_WITH = {"search_facet": "search_document"}
# Of a company's row only these columns are watched on SQLite; its key never changes.
WATCHED_OF_COMPANIES = frozenset(
    {
        "id",
        "name",
        "name_key",
        "country",
        "parent_country",
        "city",
        "tax_code",
        "stage",
        "verified_at",
        "verified_as",
    }
)
OF_REPORTS = frozenset({"people", "suggestions", "meetings", "deals", "rules"})
MARKS = FairChange.__table__.c
LAST_ENTRY = (
    select(literal(LEDGER).label("part"), LedgerEntry.position, LedgerEntry.digest)
    .where(LedgerEntry.fair_id == bindparam("fair_id"))
    .order_by(LedgerEntry.position.desc())
    .limit(1)
    .subquery()
)
MARKED = (
    select(MARKS.part, func.count().label("number"), cast(func.sum(MARKS.mark), String).label("text"))
    .where(MARKS.fair_id == bindparam("fair_id"))
    .group_by(MARKS.part)
)
STATE: CompoundSelect[Any] = union_all(MARKED.where(MARKS.part.in_(sorted(OF_REPORTS))), select(*LAST_ENTRY.c))
CROWDED = select(MARKS.fair_id, MARKS.part).group_by(MARKS.fair_id, MARKS.part).having(func.count() > MANY)


@dataclass(frozen=True, slots=True)
class State:
    """The marks of a report's parts and the last entry of its ledger: equal only while nothing was written."""

    marks: frozenset[tuple[str, int, str]]
    last_entry: tuple[int, str] | None

    @property
    def is_watched(self) -> bool:
        """Whether any mark was ever left; without one nobody would notice a change."""
        return bool(self.marks)


def state_of(session: Session, *, fair_id: uuid.UUID) -> State:
    """Return the state of what a fair's report rests on, in one statement."""
    rows = {(part, number, text) for part, number, text in session.execute(STATE, {"fair_id": fair_id})}
    last = next(((number, text) for part, number, text in rows if part == LEDGER), None)
    return State(frozenset(row for row in rows if row[0] != LEDGER), last)


def parts_of(statement: Statement) -> frozenset[str]:
    """Return the parts that a statement reads; a table that nobody watches is a KeyError."""
    tables = {one.name for one in visitors.iterate(statement) if isinstance(one, Table)}
    return frozenset(PART_OF[WRITTEN_WITH.get(name, name)] for name in tables)


def marks_of(session: Session, *, fair_id: uuid.UUID) -> Marks:
    """Return the marks of each part of a fair, in one statement: a part's are equal only while it was not written."""
    return {part: (number, text) for part, number, text in session.execute(MARKED, {"fair_id": fair_id})}


def condense(session: Session) -> int:
    """Put the many marks of a fair into one, as PostgreSQL leaves one a transaction; return of how many parts.

    The state is another one then, though nothing changed: what was kept is counted anew once.
    """
    crowded = [tuple(row) for row in session.execute(CROWDED)]
    if crowded:
        session.execute(delete(FairChange).where(tuple_(MARKS.fair_id, MARKS.part).in_(crowded)))
        marks = [
            {"fair_id": fair_id, "part": part, "writer": NOBODY, "mark": uuid.uuid4().int >> 80}
            for fair_id, part in crowded
        ]
        session.execute(insert(FairChange), marks)
    return len(crowded)
