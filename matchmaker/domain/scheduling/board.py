"""The plan while it is being made: who sits where, kept consistent move by move."""

from matchmaker.domain.scheduling.index import Index, Team

NOBODY = -1


class Board:
    """Occupancy of people and places, and the total worth of what is placed.

    `at[r][t]` is the meeting of resource r in slot t, or -1; `free[r]` the mask of slots in which r is available
    and unoccupied; `fit[m]` the slots in which a placed meeting may start with its present team.
    """

    __slots__ = ("at", "counts", "fit", "free", "index", "open", "pinned", "place", "room", "start", "team", "worth")

    def __init__(self, index: Index) -> None:
        self.index = index
        total, meetings = index.timeline.total, len(index.lengths)
        self.at = [[NOBODY] * total for _ in index.people]
        self.free = list(index.available)
        self.room = [list(row) for row in index.seats]
        self.open = list(index.open_seats)
        self.start = [NOBODY] * meetings
        self.place = [NOBODY] * meetings
        self.team: list[Team] = [()] * meetings
        self.fit = [0] * meetings
        self.pinned = [False] * meetings
        self.counts = [0] * len(index.maxima)
        self.worth = 0

    def put(self, meeting: int, *, start: int, team: Team, place: int) -> None:
        """Seat an unplaced meeting; the caller has made sure that everyone and the place are free."""
        index = self.index
        self.team[meeting], self.place[meeting] = team, place
        self.fit[meeting] = index.fit(meeting, team) & index.seated(meeting, place)
        self._occupy(meeting, start)
        room = self.room[place]
        for slot in range(start, start + index.lengths[meeting]):
            room[slot] -= 1
            if not room[slot]:
                self.open[place] &= ~(1 << slot)
        self.worth += index.worth[meeting]
        for company in index.sides[meeting]:
            self.worth += rung(index.ladders[company], self.counts[company])
            self.counts[company] += 1

    def take(self, meeting: int) -> None:
        """Remove a placed meeting."""
        index, start, place = self.index, self.start[meeting], self.place[meeting]
        self._vacate(meeting)
        room = self.room[place]
        for slot in range(start, start + index.lengths[meeting]):
            room[slot] += 1
            self.open[place] |= 1 << slot
        self.start[meeting] = NOBODY
        self.worth -= index.worth[meeting]
        for company in index.sides[meeting]:
            self.counts[company] -= 1
            self.worth -= rung(index.ladders[company], self.counts[company])

    def pin(self, meeting: int) -> None:
        """Keep a placed meeting where it is from now on."""
        self.pinned[meeting] = True
        self.fit[meeting] = 1 << self.start[meeting]

    def shift(self, meetings: list[int], starts: list[int]) -> None:
        """Move placed meetings to new starts all at once; only their own cells may be in each other's way."""
        lengths = self.index.lengths
        for meeting in meetings:
            self._vacate(meeting)
            room, place = self.room[self.place[meeting]], self.place[meeting]
            old = self.start[meeting]
            for slot in range(old, old + lengths[meeting]):
                room[slot] += 1
                self.open[place] |= 1 << slot
        for meeting, start in zip(meetings, starts, strict=True):
            self._occupy(meeting, start)
            room, place = self.room[self.place[meeting]], self.place[meeting]
            for slot in range(start, start + lengths[meeting]):
                room[slot] -= 1
                if room[slot] <= 0:
                    self.open[place] &= ~(1 << slot)

    def has_maximum(self, meeting: int) -> bool:
        """Return whether a company of the meeting already has all the meetings it may have."""
        index = self.index
        return any(self.counts[company] >= index.maxima[company] for company in index.sides[meeting])

    def placed(self) -> list[int]:
        """Return the numbers of the placed meetings, lowest first."""
        return [meeting for meeting, start in enumerate(self.start) if start >= 0]

    def occupied(self, person: int) -> int:
        """Return the mask of slots in which the person meets."""
        return self.index.available[person] & ~self.free[person]

    def _occupy(self, meeting: int, start: int) -> None:
        length = self.index.lengths[meeting]
        cells = ((1 << length) - 1) << start
        self.start[meeting] = start
        for person in self.team[meeting]:
            self.free[person] &= ~cells
            row = self.at[person]
            for slot in range(start, start + length):
                row[slot] = meeting

    def _vacate(self, meeting: int) -> None:
        start, length = self.start[meeting], self.index.lengths[meeting]
        cells = ((1 << length) - 1) << start
        for person in self.team[meeting]:
            self.free[person] |= cells
            row = self.at[person]
            for slot in range(start, start + length):
                row[slot] = NOBODY


def rung(ladder: tuple[int, ...], step: int) -> int:
    """Return the extra worth of a company's meeting number `step`, counted from 0."""
    return ladder[step] if step < len(ladder) else 0
