"""Handing out tables: after the slots are settled, each meeting gets a seat in its place.

Slot by slot, long meetings choose first, because whatever table stays open for a long meeting does for a short
one. Each prefers its published table, then a table one of its people sat at last, so that few have to move.
"""

from collections.abc import Iterable, Mapping

from matchmaker.domain.scheduling.board import Board
from matchmaker.domain.scheduling.problem import Place
from matchmaker.domain.scheduling.timeline import mask_of

Seat = tuple[str, int]


def hand_out(board: Board, *, published: Mapping[int, str], locked: frozenset[int]) -> tuple[dict[int, str], list[int]]:
    """Return the table of each placed meeting that needs one, and the meetings that no table could take.

    `published` is each meeting's table of the plan before; those in `locked` get it or none. The second list is
    empty unless tables close, or are locked, in the middle of long meetings.
    """
    given: dict[int, str] = {}
    failed: list[int] = []
    by_place: dict[int, list[int]] = {}
    for number in board.placed():
        if board.place[number] != board.index.nowhere:
            by_place.setdefault(board.place[number], []).append(number)
    for place, numbers in sorted(by_place.items()):
        seating = _Seating(board, board.index.problem.places[place], published)
        held = [number for number in numbers if number in locked and number in published]
        # A locked meeting whose own table is gone takes any other, like the rest.
        held = sorted(set(held) - set(seating.seat_locked(held, given)))
        by_start: dict[int, list[int]] = {}
        for number in sorted(set(numbers) - set(held)):
            by_start.setdefault(board.start[number], []).append(number)
        for start in sorted(by_start):
            failed += seating.seat_starting(start, by_start[start], given)
    return given, failed


class _Seating:
    """The seats of one place while they are handed out; a table for several meetings has several seats."""

    def __init__(self, board: Board, place: Place, published: Mapping[int, str]) -> None:
        self._board = board
        self._published = published
        self._busy: dict[Seat, int] = {}
        self._seats_of: dict[str, list[Seat]] = {}
        self._last_table: dict[int, str] = {}
        # Tables that close early come first, so that those that stay open are kept for the long meetings to come.
        for table in sorted(place.tables, key=lambda table: (-len(table.closed), table.code)):
            self._seats_of[table.code] = [(table.code, seat) for seat in range(table.capacity)]
            for seat in self._seats_of[table.code]:
                self._busy[seat] = mask_of(table.closed)

    def seat_locked(self, numbers: Iterable[int], given: dict[int, str]) -> list[int]:
        """Seat meetings at exactly their published tables; return those whose table is not there for them."""
        left = []
        for number in sorted(numbers, key=lambda number: (self._board.start[number], number)):
            seat = self._seat_at(self._published[number], self._cells(number))
            if seat is None:
                left.append(number)
            else:
                self._sit(number, seat, given)
        return left

    def seat_starting(self, start: int, numbers: list[int], given: dict[int, str]) -> list[int]:
        """Seat the meetings that start in one slot; return those that no table could take."""
        free = {seat: None for seat, busy in self._busy.items() if not busy >> start & 1}
        lengths, left = self._board.index.lengths, []
        for number in sorted(numbers, key=lambda number: (-lengths[number], number not in self._published, number)):
            seat = self._preferred(number) or self._first(free, self._cells(number))
            if seat is None:
                left.append(number)
            else:
                del free[seat]
                self._sit(number, seat, given)
        return left

    def _preferred(self, number: int) -> Seat | None:
        wished = [self._published.get(number), *(self._last_table.get(person) for person in self._board.team[number])]
        for table in wished:
            seat = None if table is None else self._seat_at(table, self._cells(number))
            if seat is not None:
                return seat
        return None

    def _seat_at(self, table: str, cells: int) -> Seat | None:
        return next((seat for seat in self._seats_of.get(table, ()) if not self._busy[seat] & cells), None)

    def _first(self, free: Iterable[Seat], cells: int) -> Seat | None:
        return next((seat for seat in free if not self._busy[seat] & cells), None)

    def _cells(self, number: int) -> int:
        return ((1 << self._board.index.lengths[number]) - 1) << self._board.start[number]

    def _sit(self, number: int, seat: Seat, given: dict[int, str]) -> None:
        self._busy[seat] |= self._cells(number)
        given[number] = seat[0]
        for person in self._board.team[number]:
            self._last_table[person] = seat[0]
