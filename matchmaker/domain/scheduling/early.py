"""The last wish of a plan, which must cost nothing: earlier rather than later.

Where meetings are few, many plans are equally good, and which of them comes out was chance: the only meeting of a fair
could stand on its last afternoon. So each meeting goes to the earliest start that is free for it, as long as nobody
waits more often for it. Which meetings are in the plan, and with whom, stays as it is.
"""

from collections.abc import Container

from matchmaker.domain.scheduling.board import Board
from matchmaker.domain.scheduling.chains import Chain, apply_chain
from matchmaker.domain.scheduling.idle import IdleCounter
from matchmaker.domain.scheduling.timeline import bits


def bring_forward(board: Board, *, idle: IdleCounter, staying: Container[int]) -> None:
    """Start meetings earlier in place, but for those that stay; meetings of several slots leave a plan as it is.

    They may be what a table that closes early was kept for, which only handing out the tables would show.
    """
    if board.index.has_long:
        return
    for number in sorted(board.placed(), key=lambda number: (board.start[number], number)):
        if number in staying:
            continue
        for goal in bits(_free_before(board, number)):
            chain = _move(board, number, goal)
            if _waits_no_more(board, idle, chain) and apply_chain(board, chain):
                break


def _free_before(board: Board, number: int) -> int:
    """Return the starts before its own that are free for everyone in a meeting and at its place."""
    goals = board.fit[number] & board.open[board.place[number]] & ((1 << board.start[number]) - 1)
    for person in board.team[number]:
        goals &= board.free[person]
    return goals


def _move(board: Board, number: int, goal: int) -> Chain:
    swap = (1 << board.start[number]) | (1 << goal)
    return Chain([number], [goal], {person: board.occupied(person) ^ swap for person in board.team[number]})


def _waits_no_more(board: Board, idle: IdleCounter, chain: Chain) -> bool:
    return all(
        idle.periods(person, occupied) <= idle.periods(person, board.occupied(person))
        for person, occupied in chain.occupied.items()
        if person < board.index.person_count
    )
