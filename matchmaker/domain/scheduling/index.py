"""The problem in numbers: codes become list positions, sets of slots become bit masks.

People (persons first, then interpreters) are "resources" with room for one meeting a slot. A "team" is one way
to staff a meeting: one person for each party, and an interpreter where they share no language.
"""

from itertools import islice, product

from matchmaker.domain.scheduling.languages import interpreters_for, share_language
from matchmaker.domain.scheduling.problem import Interpreter, Meeting, Person, Problem
from matchmaker.domain.scheduling.timeline import Timeline, mask_of, span
from matchmaker.domain.scheduling.worth import ladder_of, worths

# Two delegations of more than twenty people would give more teams than are worth weighing; the rest is left out.
MOST_TEAMS = 400
UNLIMITED = 1 << 40

Team = tuple[int, ...]


class Index:
    """Everything about a problem that does not change while it is solved."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.timeline = Timeline(problem.slots)
        self.worth = worths(problem)
        self.lengths = [meeting.length for meeting in problem.meetings]
        self.has_long = any(length > 1 for length in self.lengths)
        self.number_of = {meeting.code: number for number, meeting in enumerate(problem.meetings)}
        self._index_companies()
        self._index_people()
        self._index_places()
        self._index_walks()
        self._index_meetings()

    def _index_companies(self) -> None:
        companies = self.problem.companies
        self.company_number = {company.code: number for number, company in enumerate(companies)}
        self.ladders = [ladder_of(company=company, policy=self.problem.policy) for company in companies]
        self.maxima = [UNLIMITED if company.maximum is None else company.maximum for company in companies]
        self.sides = [
            tuple(self.company_number[party.company] for party in meeting.parties) for meeting in self.problem.meetings
        ]

    def _index_people(self) -> None:
        problem, every = self.problem, self.timeline.every
        people: list[Person | Interpreter] = [*problem.persons, *problem.interpreters]
        self.person_count = len(problem.persons)
        self.people = [person.code for person in people]
        self.person_number = {code: number for number, code in enumerate(self.people)}
        self.available = [every & ~mask_of(person.unavailable) for person in people]
        self.daily_caps = [person.daily_cap for person in people]
        self.longest_runs = [person.longest_run for person in people]
        self.spoken = [person.languages for person in problem.persons]
        self.limited = [person.daily_cap is not None or person.longest_run is not None for person in people]
        staff: dict[str, list[int]] = {company.code: [] for company in problem.companies}
        for number, person in enumerate(problem.persons):
            staff[person.company].append(number)
        self.staff = staff

    def _index_places(self) -> None:
        problem, total = self.problem, self.timeline.total
        self.place_number = {place.code: number for number, place in enumerate(problem.places)}
        self.seats = [
            [sum(table.capacity for table in place.tables if slot not in table.closed) for slot in range(total)]
            for place in problem.places
        ]
        # Meetings that need no table meet "nowhere", a place that never fills and that nobody walks to.
        self.nowhere = len(problem.places)
        self.seats.append([UNLIMITED] * total)
        self.open_seats = [mask_of(slot for slot in range(total) if row[slot] > 0) for row in self.seats]

    def _index_walks(self) -> None:
        self.halls = [place.hall for place in self.problem.places] + [""]
        self.walks = {frozenset(walk.halls): walk.minutes for walk in self.problem.walks if walk.minutes > 0}
        self.longest_walk = max(self.walks.values(), default=0)

    def _index_meetings(self) -> None:
        meetings = self.problem.meetings
        self.starts = [self._starts(meeting) for meeting in meetings]
        self.where = [
            tuple(self.place_number[place] for place in meeting.places) or (self.nowhere,) for meeting in meetings
        ]
        self.teams: list[tuple[Team, ...]] = []
        self.is_truncated = [False] * len(meetings)
        for number, meeting in enumerate(meetings):
            self.teams.append(self._teams(number, meeting))
        self.before = [tuple(self.number_of[code] for code in meeting.after) for meeting in meetings]
        followers: list[list[int]] = [[] for _ in meetings]
        for number, earlier in enumerate(self.before):
            for other in earlier:
                followers[other].append(number)
        self.following = [tuple(numbers) for numbers in followers]
        self.is_bound = [self._is_bound(number) for number in range(len(meetings))]

    def _starts(self, meeting: Meeting) -> int:
        """Return the slots the meeting may start in by its own window, length and fixed slot."""
        mask = self.timeline.startable(meeting.length)
        if meeting.allowed is not None:
            mask &= span(mask_of(meeting.allowed), meeting.length)
        if meeting.fixed is not None:
            mask &= 1 << meeting.fixed
        return mask

    def _teams(self, number: int, meeting: Meeting) -> tuple[Team, ...]:
        """Return the teams that could meet in some slot, those without interpreter first."""
        sides = [
            [self.person_number[code] for code in party.persons] or self.staff[party.company]
            for party in meeting.parties
        ]
        alone: list[Team] = []
        helped: list[Team] = []
        combinations = list(islice(product(*sides), MOST_TEAMS + 1))
        self.is_truncated[number] = len(combinations) > MOST_TEAMS
        for team in combinations[:MOST_TEAMS]:
            spoken = [self.spoken[person] for person in team]
            if share_language(spoken):
                alone.append(team)
            else:
                helpers = interpreters_for(spoken=spoken, interpreters=self.problem.interpreters)
                helped.extend((*team, self.person_count + helper) for helper in helpers)
        return tuple(team for team in alone + helped if self.fit(number, team))

    def fit(self, number: int, team: Team) -> int:
        """Return the slots in which the meeting may start with this team, were the fair empty."""
        length = self.lengths[number]
        mask = self.starts[number]
        for person in team:
            mask &= self.available[person] if length == 1 else span(self.available[person], length)
        return mask

    def seated(self, number: int, place: int) -> int:
        """Return the slots in which the place, empty, has room for the whole length of the meeting."""
        return span(self.open_seats[place], self.lengths[number])

    def is_possible(self, number: int) -> bool:
        """Return whether some team, slot and place exist for the meeting in an empty fair."""
        seated = 0
        for place in self.where[number]:
            seated |= self.seated(number, place)
        return any(self.fit(number, team) & seated for team in self.teams[number]) or self.is_truncated[number]

    def _is_bound(self, number: int) -> bool:
        """Return whether a rule beyond masks and seats concerns the meeting, so that every move must be checked."""
        if self.before[number] or self.following[number]:
            return True
        if self.walks and any(self.halls[place] for place in self.where[number]):
            return True
        return any(self.limited[person] for team in self.teams[number] for person in team)
