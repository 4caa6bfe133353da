"""The figures of a plan."""

from collections import Counter
from collections.abc import Sequence

from matchmaker.domain.scheduling.board import rung
from matchmaker.domain.scheduling.changes import changes_between
from matchmaker.domain.scheduling.idle import IdleCounter
from matchmaker.domain.scheduling.index import Index
from matchmaker.domain.scheduling.plan import Assignment, Metrics


def measure(
    *, index: Index, assignments: Sequence[Assignment], previous: Sequence[Assignment], bound: int, idle: IdleCounter
) -> Metrics:
    """Return the figures of a plan against its bound and the plan before."""
    problem = index.problem
    met: Counter[str] = Counter({company.code: 0 for company in problem.companies})
    occupied = dict.fromkeys(index.people, 0)
    weight = 0
    for assignment in assignments:
        number = index.number_of[assignment.meeting]
        weight += index.worth[number]
        for party in problem.meetings[number].parties:
            company = index.company_number[party.company]
            weight += rung(index.ladders[company], met[party.company])
            met[party.company] += 1
        cells = ((1 << index.lengths[number]) - 1) << assignment.slot
        for person in assignment.persons:
            occupied[person] |= cells
    waits = {person.code: idle.periods(number, occupied[person.code]) for number, person in enumerate(problem.persons)}
    return Metrics(
        scheduled=len(assignments),
        requested=len(problem.meetings),
        weight=weight,
        share=weight / bound if bound else 1.0,
        idle=sum(waits.values()),
        most_idle=max(waits.values(), default=0),
        moved=len(changes_between(before=previous, after=assignments).moved),
        below_minimum=tuple(company.code for company in problem.companies if met[company.code] < company.minimum),
        meetings_of=dict(met),
        idle_of=waits,
    )
