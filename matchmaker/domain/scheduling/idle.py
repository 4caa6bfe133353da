"""Idle periods: how often a person waits between two meetings."""

from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import IdleRule


class IdleCounter:
    """Counts a person's idle periods from the mask of occupied slots."""

    __slots__ = ("_days", "_first", "_neutral")

    def __init__(self, index: Index, rule: IdleRule) -> None:
        timeline = index.timeline
        if rule is IdleRule.ANY_BREAK:
            self._days = [timeline.every]
            self._first = 1
            self._neutral = [0] * index.person_count
        else:
            self._days = timeline.day_masks
            self._first = timeline.first
            # The last slot of a day stays dry, so that a flooded stretch cannot run on into the next day.
            inner = timeline.every & ~timeline.last
            self._neutral = [inner & ~available for available in index.available[: index.person_count]]

    def periods(self, person: int, occupied: int) -> int:
        """Return the number of idle periods if the person meets in exactly the occupied slots."""
        if not occupied:
            return 0
        neutral = self._neutral[person] & ~occupied
        if neutral:
            # An addition carries through a stretch of neutral slots that begins right after an occupied one,
            # which marks the whole stretch as if the meeting before went on.
            begun = (occupied << 1) & neutral & ~self._first
            occupied |= neutral & ~(neutral + begun)
        runs = (occupied & (~(occupied << 1) | self._first)).bit_count()
        for day in self._days:
            if occupied & day:
                runs -= 1
        return runs
