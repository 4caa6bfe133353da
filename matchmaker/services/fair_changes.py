"""Tell whether anything that a fair's report rests on has changed, by the marks that the database leaves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, cast, delete, func, insert, literal, select, tuple_, union_all

from matchmaker.models import FairChange, LedgerEntry

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect
    from sqlalchemy.orm import Session

# From how many rows on the marks of one part are put into one.
MANY = 50
# The writer of what was put together; a transaction has a number above it.
NOBODY = 0
LEDGER = "ledger"
MARKS = FairChange.__table__.c
LAST_ENTRY = (
    select(literal(LEDGER).label("part"), LedgerEntry.position, LedgerEntry.digest)
    .where(LedgerEntry.fair_id == bindparam("fair_id"))
    .order_by(LedgerEntry.position.desc())
    .limit(1)
    .subquery()
)
STATE: CompoundSelect[Any] = union_all(
    select(MARKS.part, func.count().label("number"), cast(func.sum(MARKS.mark), String).label("text"))
    .where(MARKS.fair_id == bindparam("fair_id"))
    .group_by(MARKS.part),
    select(LAST_ENTRY),
)
CROWDED = select(MARKS.fair_id, MARKS.part).group_by(MARKS.fair_id, MARKS.part).having(func.count() > MANY)


@dataclass(frozen=True, slots=True)
class State:
    """The marks of each part of a fair and the last entry of its ledger: equal only while nothing was written."""

    marks: frozenset[tuple[str, int, str]]
    last_entry: tuple[int, str] | None

    @property
    def is_watched(self) -> bool:
        """Whether any mark was ever left; without one nobody would notice a change."""
        return bool(self.marks)


def state_of(session: Session, *, fair_id: uuid.UUID) -> State:
    """Return the state of a fair, in one statement."""
    rows = {(part, number, text) for part, number, text in session.execute(STATE, {"fair_id": fair_id})}
    last = next(((number, text) for part, number, text in rows if part == LEDGER), None)
    return State(frozenset(row for row in rows if row[0] != LEDGER), last)


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
