"""Kempe chains: swapping two slots for everyone that one move touches.

Moving a meeting from slot s to slot t puts out whoever its people meet at t; those meetings go to s, and so on.
The chain is the connected part of the plan restricted to s and t, so after the swap nobody is double booked, and
only people who had one of the two slots free change the set of slots they are occupied in (A. B. Kempe 1879; for
timetables, Thompson and Dowsland 1998). Meetings longer than a slot are shifted by the same distance t - s.
"""

from typing import NamedTuple

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.limits import is_lawful

LONGEST_CHAIN = 400


class Chain(NamedTuple):
    """Meetings, their new starts, and the new occupancy of each person whose occupied slots change."""

    meetings: list[int]
    starts: list[int]
    occupied: dict[int, int]


def find_chain(board: Board, meeting: int, to: int, *, longest: int = LONGEST_CHAIN) -> Chain | None:
    """Return the chain that moves a placed meeting to start at `to`, or None when someone in it cannot move.

    Places are not considered: see `has_room`.
    """
    if board.index.has_long:
        return _find_long(board, meeting, to, longest)
    at, fit, team, start = board.at, board.fit, board.team, board.start
    source = start[meeting]
    swap = (1 << source) | (1 << to)
    meetings = [meeting]
    starts: list[int] = []
    seen = {meeting}
    ends: list[int] = []
    for member in meetings:  # The list grows while it is read: breadth first.
        goal = to if start[member] == source else source
        if not fit[member] >> goal & 1:
            return None
        starts.append(goal)
        for person in team[member]:
            other = at[person][goal]
            if other == NOBODY:
                ends.append(person)
            elif other not in seen:
                seen.add(other)
                meetings.append(other)
                if len(meetings) > longest:
                    return None
    return Chain(meetings, starts, {person: board.occupied(person) ^ swap for person in ends})


def _find_long(board: Board, meeting: int, to: int, longest: int) -> Chain | None:
    """As find_chain, for plans in which meetings of several slots shift as a whole."""
    lengths = board.index.lengths
    distance = {meeting: to - board.start[meeting]}
    meetings = [meeting]
    for member in meetings:
        goal = board.start[member] + distance[member]
        if goal < 0 or not board.fit[member] >> goal & 1:
            return None
        for person in board.team[member]:
            row = board.at[person]
            for slot in range(goal, goal + lengths[member]):
                other = row[slot]
                if other != NOBODY and other not in distance:
                    distance[other] = -distance[member]
                    meetings.append(other)
        if len(meetings) > longest:
            return None
    starts = [board.start[member] + distance[member] for member in meetings]
    occupied = _occupied_after(board, meetings, starts)
    return None if occupied is None else Chain(meetings, starts, occupied)


def _occupied_after(board: Board, meetings: list[int], starts: list[int]) -> dict[int, int] | None:
    """Return everyone's occupancy after a shift, or None when two of the shifted meetings would overlap."""
    lengths = board.index.lengths
    left: dict[int, int] = {}
    for member in meetings:
        cells = ((1 << lengths[member]) - 1) << board.start[member]
        for person in board.team[member]:
            left[person] = left.get(person, board.occupied(person)) & ~cells
    for member, start in zip(meetings, starts, strict=True):
        cells = ((1 << lengths[member]) - 1) << start
        for person in board.team[member]:
            if left[person] & cells:
                return None
            left[person] |= cells
    return left


def has_room(board: Board, chain: Chain) -> bool:
    """Return whether every place has the seats that the chain, as a whole, needs after the swap."""
    lengths, nowhere = board.index.lengths, board.index.nowhere
    needed: dict[tuple[int, int], int] = {}
    for member, start in zip(chain.meetings, chain.starts, strict=True):
        place = board.place[member]
        if place == nowhere:
            continue
        old = board.start[member]
        for step in range(lengths[member]):
            needed[place, start + step] = needed.get((place, start + step), 0) + 1
            needed[place, old + step] = needed.get((place, old + step), 0) - 1
    return all(board.room[place][slot] >= more for (place, slot), more in needed.items() if more > 0)


def apply_chain(board: Board, chain: Chain) -> bool:
    """Make the swap if the rules beyond masks allow it; return whether it was made."""
    before = [board.start[member] for member in chain.meetings]
    board.shift(chain.meetings, chain.starts)
    is_bound = board.index.is_bound
    if all(not is_bound[member] or is_lawful(board, member) for member in chain.meetings):
        return True
    board.shift(chain.meetings, before)
    return False
