"""The scheduler against its gates: synthetic fairs up to 50,000 meetings, and the academic instances.

    python -m tests.benchmarks.scheduling scale              # or: scale small middle
    python -m tests.benchmarks.scheduling academic           # MATCHMAKER_DATA names the folder with scheduling/*.dzn

Prints one row for each case and ends with exit code 1 when a gate is missed. The first-fit column is what many
services do: in the order of requests, the first slot both sides have free and the first free table.
"""

import os
import sys
import time
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from matchmaker.domain.scheduling import (
    Company,
    Meeting,
    Party,
    Person,
    Place,
    Problem,
    Table,
    solve,
    validate,
    verify,
)
from matchmaker.domain.scheduling.academic import problem_from_dzn
from matchmaker.domain.scheduling.mandatory import place_every
from tests.domain.scheduling.fairs import grid

DATA = Path(os.environ.get("MATCHMAKER_DATA", Path(__file__).parents[3] / "shared" / "data")) / "scheduling"
PUBLISHED = {
    "forum-13": 0,
    "forum-13crafb": 6,
    "forum-13crafc": 1,
    "forum-14": 2,
    "forumt-14": 5,
    "forumt-14crafc": 5,
    "forumt-14crafd": 4,
    "forumt-14crafe": 5,
    "tic-12": 0,
    "tic-12crafc": 0,
    "tic-13": 0,
    "tic-13crafb": 0,
    "tic-13crafc": 4,
    "tic-14crafa": 0,
    "tic-14crafc": 0,
    "tic-14crafd": 0,
    "ticf-13crafa": 0,
    "ticf-13crafb": 3,
    "ticf-13crafc": 1,
    "ticf-14crafa": 0,
}
PROOFS_NEEDED, SECONDS_EACH = 17, 60.0


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The size of a synthetic fair, and the share of the bound that a plan must reach."""

    meetings: int
    companies: int
    tables: int
    days: int
    slots: int
    gate: float


SCALES = {
    "tiny": Scale(meetings=500, companies=80, tables=60, days=2, slots=14, gate=0.995),
    "small": Scale(meetings=2_000, companies=250, tables=80, days=2, slots=16, gate=0.995),
    "tight": Scale(meetings=2_000, companies=250, tables=57, days=2, slots=16, gate=0.995),
    "middle": Scale(meetings=10_000, companies=1_000, tables=250, days=3, slots=16, gate=0.995),
    "large": Scale(meetings=50_000, companies=4_000, tables=1_100, days=3, slots=16, gate=0.99),
}


def synthetic(scale, seed=0):
    """Buyers and sellers of Zipf popularity; absences, several representatives, booths and a few precedences."""
    rng = Random(seed)
    total = scale.days * scale.slots
    codes = [f"c{number:05}" for number in range(scale.companies)]
    staff = {code: rng.choice([2, 3]) if rng.random() < 0.2 else 1 for code in codes}
    persons = [
        Person(code=f"{code}.{number}", company=code, unavailable=absence(rng, scale))
        for code in codes
        for number in range(staff[code])
    ]
    buyers, sellers = codes[: len(codes) // 2], codes[len(codes) // 2 :]
    booths = {code for code in sellers if rng.random() < 0.1}
    load = dict.fromkeys(codes, 0)
    pairs = set()
    asked = []
    while len(asked) < scale.meetings:
        pair = popular(rng, buyers), popular(rng, sellers)
        if pair in pairs or any(load[code] >= 0.85 * total * staff[code] for code in pair):
            continue
        pairs.add(pair)
        for code in pair:
            load[code] += 1
        place = f"booth {pair[1]}" if pair[1] in booths else "hall"
        after = (rng.choice(asked).code,) if asked and rng.random() < 0.02 else ()
        parties = tuple(Party(company=code) for code in pair)
        asked.append(
            Meeting(code=f"m{len(asked):05}", parties=parties, places=(place,), weight=rng.randint(1, 5), after=after)
        )
    places = [Place(code="hall", tables=tuple(Table(code=f"t{number}") for number in range(scale.tables)))]
    places += [
        Place(code=f"booth {code}", host=code, tables=(Table(code=f"counter {code}", capacity=staff[code]),))
        for code in sorted(booths)
    ]
    return Problem(
        slots=grid(days=scale.days, slots=scale.slots),
        companies=tuple(Company(code=code) for code in codes),
        persons=tuple(persons),
        places=tuple(places),
        meetings=tuple(asked),
    )


def absence(rng, scale):
    absent = {slot for slot in range(scale.days * scale.slots) if rng.random() < 0.1}
    if rng.random() < 0.15:
        day = rng.randrange(scale.days)
        absent.update(range(day * scale.slots, (day + 1) * scale.slots))
    return frozenset(absent)


def popular(rng, codes, cache={}):  # noqa: B006 - the cumulative weights are the same for every draw.
    if len(codes) not in cache:
        cache[len(codes)] = list(accumulate((number + 1) ** -0.6 for number in range(len(codes))))
    return rng.choices(codes, cum_weights=cache[len(codes)])[0]


def first_fit(problem):
    """The weight reached by first common slot and first free table, in the order of requests."""
    staff = {}
    for person in problem.persons:
        staff.setdefault(person.company, []).append(person)
    seats = {place.code: sum(table.capacity for table in place.tables) for place in problem.places}
    busy, used, placed = set(), {}, {}
    for meeting in problem.meetings:
        earliest = max((placed.get(code, len(problem.slots)) + 1 for code in meeting.after), default=0)
        for slot in range(earliest, len(problem.slots)):
            team = [
                next(
                    (p for p in staff[party.company] if slot not in p.unavailable and (p.code, slot) not in busy), None
                )
                for party in meeting.parties
            ]
            place = meeting.places[0]
            if None not in team and used.get((place, slot), 0) < seats[place]:
                busy.update((person.code, slot) for person in team)
                used[place, slot] = used.get((place, slot), 0) + 1
                placed[meeting.code] = slot
                break
    return sum(meeting.weight for meeting in problem.meetings if meeting.code in placed)


def run_scale(names):
    print("case     meetings placed  first fit  share   idle  most  seconds")
    passed = True
    for name in names or SCALES:
        problem = synthetic(SCALES[name])
        started = time.monotonic()
        result = solve(problem=problem)
        seconds = time.monotonic() - started
        sound = not validate(problem=problem, assignments=result.assignments)
        proved = verify(problem=problem, certificate=result.certificate) == result.bound
        metrics = result.metrics
        print(
            f"{name:8} {metrics.requested:8} {metrics.scheduled:6} {first_fit(problem) / result.bound:10.4f} "
            f"{metrics.share:6.4f} {metrics.idle:6} {metrics.most_idle:5} {seconds:8.1f}",
            flush=True,
        )
        passed &= sound and proved and metrics.share >= SCALES[name].gate
    return passed


def run_academic(names):
    print("instance         published  found  proved  seconds")
    proofs, reached = 0, True
    for name in names or PUBLISHED:
        problem = problem_from_dzn((DATA / f"{name}.original.dzn").read_text(encoding="utf-8"))
        started = time.monotonic()
        answer = place_every(problem=problem, fairness=2, seconds=SECONDS_EACH, seed=7)
        seconds = time.monotonic() - started
        print(f"{name:16} {PUBLISHED[name]:9} {answer.value!s:>6} {answer.bound!s:>7} {seconds:8.1f}", flush=True)
        reached &= answer.value == PUBLISHED[name]
        proofs += answer.value == answer.bound
    return reached and (proofs >= PROOFS_NEEDED or bool(names))


if __name__ == "__main__":
    command, *chosen = sys.argv[1:] or ["scale"]
    sys.exit(0 if {"scale": run_scale, "academic": run_academic}[command](chosen) else 1)
