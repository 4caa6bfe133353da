"""What pages count over a whole fair, as this process counted it last, until something of it was written.

To count all meetings of a large fair takes milliseconds; to see in the database's marks that none of them was written
meanwhile takes a glance. What is kept is what the rows gave, so a page says the same whether it was kept or not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from matchmaker.services import fair_changes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.services.fair_changes import Marks, Statement

Counted = TypeVar("Counted")
Row = TypeVar("Row")
Made = TypeVar("Made")

# For so many fairs and values one count is kept; which was counted first gives way.
MOST_KEPT = 100
# So many things are made of rows that are kept: a page's cards in two languages, some of them at several times.
MOST_MADE = 60
WATCHING: list[Kept[Any]] = []
ALL: list[KeptCount[Any]] = []


class Kept(Generic[Counted]):
    """What was read of fairs, by a key, until something was written that the statements behind it read.

    What is kept is shared by all who ask, so nobody may be able to change it. All tables of the statements must be
    watched: with one that is not (``fair_changes.PART_OF``) the program does not start.
    """

    def __init__(self, *statements: Statement, most: int = 0) -> None:
        """Keep what is read by some statements, all of them about one fair; of ``most`` keys at a time."""
        self.statements = statements
        self.most = most
        self.parts = sorted(frozenset().union(*map(fair_changes.parts_of, statements)))
        self._kept: OrderedDict[Hashable, tuple[Hashable, Counted]] = OrderedDict()
        self._writing = Lock()
        WATCHING.append(self)

    def found(
        self, session: Session, *, fair_id: uuid.UUID, key: Hashable, read: Callable[[], Counted], marks: Marks | None
    ) -> Counted:
        """Return what is kept under a key, or else what ``read`` returns.

        Takes one statement for the fair's marks, unless they were read just before.
        """
        # The marks are read first: what is written in between makes the count younger than its marks, never older.
        if marks is None:
            marks = fair_changes.marks_of(session, fair_id=fair_id)
        own = tuple([marks.get(part) for part in self.parts])
        known = self._kept.get((fair_id, key))
        if known is not None and known[0] == own:
            return known[1]
        counted = read()
        if marks:  # Nobody would notice a change of a fair without any.
            self._keep((fair_id, key), (own, counted))
        return counted

    def _keep(self, key: Hashable, counted: tuple[Hashable, Counted]) -> None:
        with self._writing:
            self._kept[key] = counted
            while len(self._kept) > (self.most or MOST_KEPT):
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True, eq=False)
class KeptRows(Generic[Row]):
    """Rows that are kept, with what was made of them. Both are gone with the next thing that is written."""

    rows: tuple[Row, ...]
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of the rows before, or make it. The key says all that it hangs on besides the rows."""
        made: Made | None = self._made.get(key)
        if made is None:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            made = self._made[key] = make()
        return made


class KeptCount(Kept[Counted]):
    """A statement about one fair (``fair_id``), and what its rows gave last."""

    def __init__(self, statement: Statement, shape: Callable[[Sequence[Any]], Counted]) -> None:
        """Keep what ``shape`` makes of the statement's rows."""
        super().__init__(statement)
        self.statement = statement
        self.shape = shape
        ALL.append(self)

    def of(self, session: Session, *, fair_id: uuid.UUID, marks: Marks | None = None, **values: Hashable) -> Counted:
        """Return what is counted of a fair with some values of the statement.

        Takes one statement for the fair's marks, unless they were read just before, and one where they have changed.
        """

        def read() -> Counted:
            return self.shape(session.execute(self.statement, {"fair_id": fair_id, **values}).all())

        return self.found(session, fair_id=fair_id, key=tuple(sorted(values.items())), read=read, marks=marks)


def first_row(rows: Sequence[Any]) -> tuple[Any, ...]:
    """Return the only row of a statement that counts."""
    return tuple(rows[0])


def only_number(rows: Sequence[Any]) -> int:
    """Return the only number of a statement that counts one thing."""
    return int(rows[0][0])
