from random import Random

import pytest

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.chains import apply_chain, find_chain, has_room
from matchmaker.domain.scheduling.construct import construct
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.limits import has_run
from matchmaker.domain.scheduling.timeline import bits
from tests.domain.scheduling.fairs import bipartite, rich


def board_of(problem, seed=1):
    board = Board(Index(problem))
    construct(
        board,
        parts=[1.0] * len(problem.meetings),
        rng=Random(seed),
        rounds=2,
        longest=100,
        report=lambda *_: None,
    )
    return board


def snapshot(board):
    return ([list(row) for row in board.at], list(board.free), [list(row) for row in board.room], list(board.open))


def rebuilt(board):
    """The same plan put on an empty board."""
    fresh = Board(board.index)
    for number in board.placed():
        fresh.put(number, start=board.start[number], team=board.team[number], place=board.place[number])
    return fresh


def random_chain(board, rng):
    number = rng.choice(board.placed())
    goals = [slot for slot in bits(board.fit[number]) if slot != board.start[number]]
    return find_chain(board, number, rng.choice(goals)) if goals else None


@pytest.mark.parametrize(
    "make", [lambda: rich(3), lambda: bipartite(seed=1, buyers=5, sellers=5, meetings=20, slots=6, tables=4)]
)
def test_after_any_moves_the_board_equals_one_rebuilt_from_the_plan(make):
    board, rng = board_of(make()), Random(5)
    made = 0
    for _ in range(300):
        chain = random_chain(board, rng)
        if chain is not None and has_room(board, chain) and apply_chain(board, chain):
            made += 1
            assert all(board.occupied(person) == occupied for person, occupied in chain.occupied.items())
    fresh = rebuilt(board)
    assert made > 0
    assert snapshot(board) == snapshot(fresh)
    assert (board.worth, board.counts) == (fresh.worth, fresh.counts)


def test_a_chain_applied_twice_is_no_move_at_all():
    board, rng = board_of(bipartite(seed=2, buyers=5, sellers=5, meetings=20, slots=6, tables=9)), Random(5)
    before = snapshot(board)
    for _ in range(50):
        chain = random_chain(board, rng)
        if chain is not None:
            source = board.start[chain.meetings[0]]
            assert apply_chain(board, chain)
            back = find_chain(board, chain.meetings[0], source)
            assert back is not None
            assert sorted(back.meetings) == sorted(chain.meetings)
            assert apply_chain(board, back)
            assert snapshot(board) == before


def test_taking_a_meeting_out_leaves_no_trace():
    board = board_of(rich(3))
    for number in board.placed():
        board.take(number)
    empty = Board(board.index)
    assert snapshot(board) == snapshot(empty)
    assert (board.worth, board.counts, set(board.start)) == (0, empty.counts, {NOBODY})


def test_a_run_ends_at_a_free_slot_and_at_a_break():
    joined = 0b11011
    assert [
        has_run(occupied, joined=joined, length=3) for occupied in (0b000111, 0b001110, 0b111000, 0b110110, 0b011100)
    ] == [True, False, True, False, False]
