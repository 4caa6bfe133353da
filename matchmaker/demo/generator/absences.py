"""Who cannot meet when: late arrivals, a buyer of one day, and online guests for whom it is night."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from matchmaker.demo.generator.content import cities, company_rows, stream
from matchmaker.demo.generator.fair_records import Fair
from matchmaker.demo.generator.pairing import BUSIEST, ONE_DAY_BUYER, ONLINE_BUYERS
from matchmaker.demo.generator.people import Person

# An online guest meets from 07:00 until midnight of the own clock: 09:00 in Hanoi is 03:00 in Hamburg.
FIRST_WAKING_HOUR = 7
LATE_PEOPLE = 12


def absences(*, fair: Fair, staff: Sequence[Person], seed: int) -> dict[str, tuple[frozenset[int], str]]:
    """Return the slots each person cannot use and the reason's code; people without restrictions are left out."""
    found: dict[str, tuple[frozenset[int], str]] = {}
    for person in staff:
        if person.company in ONLINE_BUYERS:
            found[person.code] = (_night_slots(fair, person.company), "night_at_home")
        elif person.company == ONE_DAY_BUYER:
            second_day = fair.sessions[1].day
            found[person.code] = (frozenset(one.number for one in fair.slots if one.day != second_day), "one_day_only")
    rng = stream(seed, "late people")
    others = [one.code for one in staff if one.code not in found and one.company != BUSIEST]
    halves = [
        ({one.number for one in fair.slots if one.day == fair.opens_on}, "arrives_late"),
        ({one.number for one in fair.slots if one.day == fair.closes_on}, "leaves_early"),
    ]
    for code in rng.sample(others, LATE_PEOPLE):
        slots, reason = rng.choice(halves)
        found[code] = (frozenset(slots), reason)
    return found


def _night_slots(fair: Fair, company: str) -> frozenset[int]:
    row = next(one for one in company_rows() if one.code == company)
    zone = ZoneInfo(cities()[row.city].time_zone)
    return frozenset(one.number for one in fair.slots if one.starts_at.astimezone(zone).hour < FIRST_WAKING_HOUR)
