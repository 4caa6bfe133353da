"""Rules that masks cannot express: order, walking between halls, daily caps, runs without a pause."""

from matchmaker.domain.scheduling.board import NOBODY, Board
from matchmaker.domain.scheduling.timeline import bits


def is_lawful(board: Board, meeting: int) -> bool:
    """Return whether a placed meeting keeps every such rule where it stands."""
    return keeps_order(board, meeting) and all(
        _keeps_limits(board, person, board.start[meeting]) and _can_walk(board, person, meeting)
        for person in board.team[meeting]
    )


def keeps_order(board: Board, meeting: int) -> bool:
    """Return whether all predecessors are placed and end before it, and placed followers start after it."""
    index, start = board.index, board.start[meeting]
    for earlier in index.before[meeting]:
        begun = board.start[earlier]
        if begun == NOBODY or begun + index.lengths[earlier] > start:
            return False
    end = start + index.lengths[meeting]
    return all(board.start[later] == NOBODY or board.start[later] >= end for later in index.following[meeting])


def _keeps_limits(board: Board, person: int, slot: int) -> bool:
    index = board.index
    if not index.limited[person]:
        return True
    timeline, row = index.timeline, board.at[person]
    cap, run = index.daily_caps[person], index.longest_runs[person]
    if cap is not None and len({row[t] for t in bits(timeline.day_at[slot] & board.occupied(person))}) > cap:
        return False
    return run is None or not has_run(board.occupied(person), joined=timeline.joined, length=run + 1)


def has_run(occupied: int, *, joined: int, length: int) -> bool:
    """Return whether `length` occupied slots follow each other within one block; a break between blocks rests."""
    run = occupied
    for _ in range(length - 1):
        run = occupied & ((run & joined) << 1)
    return bool(run)


def _can_walk(board: Board, person: int, meeting: int) -> bool:
    """Return whether the person has time to walk from the meeting before and to the meeting after."""
    index = board.index
    hall = index.halls[board.place[meeting]]
    if not index.walks or not hall:
        return True
    timeline, row = index.timeline, board.at[person]
    start = board.start[meeting]
    end = start + index.lengths[meeting] - 1
    for slot in range(start - 1, -1, -1):
        gap = timeline.starts[start] - timeline.ends[slot]
        if gap >= index.longest_walk:
            break
        if row[slot] != NOBODY and gap < _minutes(board, hall, row[slot]):
            return False
    for slot in range(end + 1, timeline.total):
        gap = timeline.starts[slot] - timeline.ends[end]
        if gap >= index.longest_walk:
            break
        if row[slot] != NOBODY and gap < _minutes(board, hall, row[slot]):
            return False
    return True


def _minutes(board: Board, hall: str, other: int) -> int:
    index = board.index
    return index.walks.get(frozenset((hall, index.halls[board.place[other]])), 0)
