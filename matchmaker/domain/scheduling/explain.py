"""A reason for every meeting left out, with evidence that can be checked against the problem and the plan.

The first reason that holds is given, hardest fact first: what no plan could do, what this plan's own meetings
prevent, what the dual prices say is scarce, and last the honest gap. Evidence speaks in codes and slot numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.bound import Relaxation
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import Help, HelpKind, ReasonCode, Unscheduled
from matchmaker.domain.scheduling.rows import Row, RowKind, rows_of
from matchmaker.domain.scheduling.timeline import bits, span

_REASON_OF_ROW = {
    RowKind.PEOPLE.value: ReasonCode.OVERBOOKED,
    RowKind.PLACES.value: ReasonCode.TABLES_FULL,
    RowKind.INTERPRETERS.value: ReasonCode.INTERPRETERS_FULL,
}


def explain(*, index: Index, board: Board, relaxation: Relaxation) -> tuple[Unscheduled, ...]:
    """Return the unplaced meetings with their reasons, in the problem's order."""
    left = [number for number, start in enumerate(board.start) if start == NOBODY]
    if not left:
        return ()
    search = _Search(index, board, relaxation)
    return tuple(search.reason(number) for number in left)


class _Search:
    """Looks for the first reason that holds; rows with a price are found once for all meetings."""

    def __init__(self, index: Index, board: Board, relaxation: Relaxation) -> None:
        self._index, self._board, self._relaxation = index, board, relaxation
        prices = relaxation.certificate.prices
        self._scarce: dict[int, list[Row]] = {}
        for row in rows_of(index):
            if prices.get(row.key, 0):
                for number, _ in row.uses:
                    self._scarce.setdefault(number, []).append(row)

    def reason(self, number: int) -> Unscheduled:
        """Return the first reason that holds for an unplaced meeting."""
        looks: Sequence[Callable[[int], Unscheduled | None]] = (
            self._impossible,
            self._precedence,
            self._fixed_clash,
            self._maximum,
            self._scarce_row,
            self._full_place,
        )
        for look in looks:
            found = look(number)
            if found is not None:
                return found
        gap = self._relaxation.bound - self._board.worth
        return self._told(number, ReasonCode.NOT_PLACED, {"gap": gap}, Help(kind=HelpKind.SOLVE_LONGER))

    def _told(self, number: int, reason: ReasonCode, evidence: Mapping[str, object], *helps: Help) -> Unscheduled:
        code = self._index.problem.meetings[number].code
        return Unscheduled(meeting=code, reason=reason, evidence=evidence, helps=helps)

    def _impossible(self, number: int) -> Unscheduled | None:
        """What no plan at all could do: no common time, no interpreter, no open place."""
        index = self._index
        meeting = index.problem.meetings[number]
        sides = {party.company: self._bookable(number, side) for side, party in enumerate(meeting.parties)}
        common = index.starts[number]
        for mask in sides.values():
            common &= mask
        if not common:
            evidence: dict[str, object] = {
                "allowed": list(bits(index.starts[number])),
                "bookable": {company: list(bits(mask)) for company, mask in sides.items()},
            }
            return self._told(number, ReasonCode.NO_COMMON_SLOT, evidence, *_other_times(sides))
        staffed = 0
        for team in index.teams[number]:
            staffed |= index.fit(number, team)
        if not staffed and not index.is_truncated[number]:
            companies = tuple(sides)
            needed = Help(kind=HelpKind.INTERPRETER_FOR, codes=companies, gain=float(index.worth[number]))
            return self._told(number, ReasonCode.NO_INTERPRETER, {"slots": list(bits(common))}, needed)
        seated = 0
        for place in index.where[number]:
            seated |= index.seated(number, place)
        if not staffed & seated:
            evidence = {"places": list(meeting.places), "slots": list(bits(staffed)), "open": list(bits(seated))}
            table = Help(kind=HelpKind.TABLE_IN, codes=meeting.places, gain=float(index.worth[number]))
            return self._told(number, ReasonCode.PLACE_CLOSED, evidence, table)
        return None

    def _bookable(self, number: int, side: int) -> int:
        """Return the starts for which one of the party's persons is available long enough, by hours alone."""
        index = self._index
        party = index.problem.meetings[number].parties[side]
        people = [index.person_number[code] for code in party.persons] or index.staff[party.company]
        mask = 0
        for person in people:
            mask |= span(index.available[person], index.lengths[number])
        return mask & index.timeline.startable(index.lengths[number])

    def _possible(self, number: int) -> int:
        """Return the starts at which some team and place exist in an empty fair."""
        index = self._index
        mask = 0
        for team in index.teams[number]:
            for place in index.where[number]:
                mask |= index.fit(number, team) & index.seated(number, place)
        return mask

    def _precedence(self, number: int) -> Unscheduled | None:
        index, board = self._index, self._board
        possible = self._possible(number)
        for earlier in index.before[number]:
            start = board.start[earlier]
            code = index.problem.meetings[earlier].code
            end = start + index.lengths[earlier]
            if start == NOBODY or not possible >> end:
                evidence = {
                    "blocking": code,
                    "placed_at": None if start == NOBODY else start,
                    "possible": list(bits(possible)),
                }
                return self._told(
                    number, ReasonCode.PRECEDENCE, evidence, Help(kind=HelpKind.OTHER_TIME, codes=(code,))
                )
        return None

    def _fixed_clash(self, number: int) -> Unscheduled | None:
        """The meeting may start in one slot only, and in each of its teams somebody meets then."""
        index, board = self._index, self._board
        fixed = index.problem.meetings[number].fixed
        if fixed is None:
            return None
        blocking: set[int] = set()
        for team in index.teams[number]:
            met = {board.at[person][slot] for person in team for slot in range(fixed, fixed + index.lengths[number])}
            if met == {NOBODY}:
                return None
            blocking |= met - {NOBODY}
        codes = [index.problem.meetings[other].code for other in sorted(blocking)]
        evidence = {"slot": fixed, "blocking": codes}
        return self._told(number, ReasonCode.FIXED_CLASH, evidence, Help(kind=HelpKind.OTHER_TIME, codes=tuple(codes)))

    def _maximum(self, number: int) -> Unscheduled | None:
        index, board = self._index, self._board
        for company in index.sides[number]:
            if board.counts[company] >= index.maxima[company]:
                code = index.problem.companies[company].code
                evidence = {
                    "company": code,
                    "maximum": index.maxima[company],
                    "lightest": self._lightest(n for n in board.placed() if company in index.sides[n]),
                }
                gain = self._price((RowKind.MAXIMUM.value, (code,)))
                higher = Help(kind=HelpKind.HIGHER_MAXIMUM, codes=(code,), gain=gain)
                return self._told(number, ReasonCode.MAXIMUM_REACHED, evidence, higher)
        return None

    def _scarce_row(self, number: int) -> Unscheduled | None:
        """A limit with a price: more is asked of it than it can hold, and the meeting is not worth the price."""
        for row in self._scarce.get(number, ()):
            kind, codes = row.key
            if kind not in _REASON_OF_ROW:
                continue
            evidence: dict[str, object] = {
                "codes": list(codes),
                "requested": sum(use for _, use in row.uses),
                "capacity": row.capacity,
                "lightest": self._lightest(other for other, _ in row.uses if self._board.start[other] != NOBODY),
            }
            return self._told(number, _REASON_OF_ROW[kind], evidence, *self._helps_with(row))
        return None

    def _full_place(self, number: int) -> Unscheduled | None:
        """Wherever the people are free together now, every table is taken."""
        index, board = self._index, self._board
        free = 0
        for team in index.teams[number]:
            mask = index.starts[number]
            for person in team:
                mask &= span(board.free[person], index.lengths[number])
            free |= mask
        seated = 0
        for place in index.where[number]:
            seated |= span(board.open[place], index.lengths[number])
        if not free or free & seated:
            return None
        places = index.problem.meetings[number].places
        evidence: dict[str, object] = {"codes": list(places), "slots": list(bits(free))}
        return self._told(
            number,
            ReasonCode.TABLES_FULL,
            evidence,
            Help(kind=HelpKind.TABLE_IN, codes=places, gain=float(index.worth[number])),
        )

    def _lightest(self, numbers: Iterable[int]) -> int | None:
        """Return the least worth among placed meetings: what a meeting had to beat."""
        return min((self._index.worth[number] for number in numbers), default=None)

    def _price(self, key: tuple[str, tuple[str, ...]]) -> float:
        certificate = self._relaxation.certificate
        return certificate.prices.get(key, 0) * 100 // certificate.denominator / 100

    def _helps_with(self, row: Row) -> tuple[Help, ...]:
        kind, codes = row.key
        gain = self._price(row.key)
        if kind == RowKind.PLACES.value:
            return (Help(kind=HelpKind.TABLE_IN, codes=codes, gain=gain),)
        if kind == RowKind.INTERPRETERS.value:
            return (Help(kind=HelpKind.INTERPRETER_FOR, codes=codes, gain=gain),)
        return (
            Help(kind=HelpKind.SLOT_FOR, codes=codes, gain=gain),
            Help(kind=HelpKind.PERSON_FOR, codes=codes, gain=gain),
        )


def _other_times(sides: Mapping[str, int]) -> tuple[Help, ...]:
    """Return a call for other times to the sides that offer the fewest."""
    fewest = min(mask.bit_count() for mask in sides.values())
    codes = tuple(company for company, mask in sides.items() if mask.bit_count() == fewest)
    return (Help(kind=HelpKind.OTHER_TIME, codes=codes),)
