"""Small fairs for the tests of scheduling: each builder makes the least that is valid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from matchmaker.domain.scheduling import (
    Assignment,
    Company,
    Interpreter,
    Meeting,
    Party,
    Person,
    Place,
    Problem,
    Slot,
    Table,
    Walk,
)

OPENING = datetime(2027, 3, 1, 1, tzinfo=UTC)


def grid(*, days=1, slots=4, minutes=25, gap=5):
    """Slots of equal days, each day one unbroken block."""
    return tuple(
        Slot(
            starts_at=OPENING + timedelta(days=day, minutes=(minutes + gap) * number),
            ends_at=OPENING + timedelta(days=day, minutes=(minutes + gap) * number + minutes),
            day=day,
            session=f"day {day}",
            block=day,
        )
        for day in range(days)
        for number in range(slots)
    )


def pool(tables=4, code="pool", hall="", **more):
    return Place(code=code, hall=hall, tables=tuple(Table(code=f"{code}-{n}") for n in range(tables)), **more)


def meeting(code, *companies, **more):
    more.setdefault("places", ("pool",))
    return Meeting(code=code, parties=tuple(Party(company=company) for company in companies), **more)


def fair(*meetings, slots=None, persons=None, companies=None, places=None, **more):
    """A fair with one person, coded like the company, for each company that is not given persons."""
    codes = sorted({party.company for one in meetings for party in one.parties})
    given = {company.code: company for company in companies or ()}
    everyone = list(persons or ())
    staffed = {person.company for person in everyone}
    everyone += [Person(code=f"{code}.1", company=code) for code in codes if code not in staffed]
    return Problem(
        slots=slots or grid(),
        companies=tuple(given.get(code, Company(code=code)) for code in sorted({*codes, *given})),
        persons=tuple(everyone),
        places=tuple(places) if places is not None else (pool(),),
        meetings=meetings,
        **more,
    )


def seated(code, slot, *persons, place="pool", table="pool-0", interpreter=None):
    return Assignment(meeting=code, slot=slot, persons=persons, place=place, table=table, interpreter=interpreter)


def bipartite(*, seed, buyers, sellers, meetings, slots, tables, weights=(1, 5), forbidden=0.0, days=1):
    """A random fair of buyers and sellers; nobody has more meetings than there are slots."""
    rng = Random(seed)
    pairs = [(f"b{buyer}", f"s{seller}") for buyer in range(buyers) for seller in range(sellers)]
    rng.shuffle(pairs)
    load: dict[str, int] = {}
    asked = []
    for pair in pairs:
        if len(asked) < meetings and all(load.get(code, 0) < slots * days for code in pair):
            asked.append(meeting(f"m{len(asked)}", *pair, weight=rng.randint(*weights)))
            load |= {code: load.get(code, 0) + 1 for code in pair}
    made = fair(*asked, slots=grid(days=days, slots=slots), places=[pool(tables)])
    persons = tuple(
        replace(person, unavailable=frozenset(t for t in range(slots * days) if rng.random() < forbidden))
        for person in made.persons
    )
    return replace(made, persons=persons)


def rich(seed):
    """A random fair that uses every rule at once."""
    rng = Random(seed)
    companies = [Company(code=f"c{n}", minimum=n % 2, maximum=4 + n % 2, is_hosted=n % 3 == 0) for n in range(8)]
    persons = [
        Person(
            code=f"{company.code}.{number}",
            company=company.code,
            unavailable=frozenset(t for t in range(12) if rng.random() < 0.15),
            languages=frozenset(rng.sample(["vi", "en", "fr"], rng.randint(0, 2))),
            daily_cap=rng.choice([None, 3]),
            longest_run=rng.choice([None, 2]),
        )
        for company in companies
        for number in range(rng.choice([1, 1, 2]))
    ]
    asked = []
    for number in range(22):
        sides = rng.sample([company.code for company in companies], rng.choice([2, 2, 2, 3]))
        asked.append(
            meeting(
                f"m{number}",
                *sides,
                places=rng.choice([("pool",), ("annex",), ("pool", "annex"), ()]),
                weight=rng.randint(1, 5),
                length=rng.choice([1, 1, 1, 2]),
                allowed=rng.choice([None, None, frozenset(range(6))]),
                fixed=rng.choice([None, None, None, rng.randrange(12)]),
                after=rng.choice([(), (), (f"m{rng.randrange(number)}",)]) if number else (),
                is_must=rng.random() < 0.1,
            )
        )
    return Problem(
        slots=grid(days=2, slots=6),
        companies=tuple(companies),
        persons=tuple(persons),
        interpreters=(
            Interpreter(code="i0", pairs=(("vi", "en"), ("vi", "fr")), longest_run=2),
            Interpreter(code="i1", pairs=(("en", "fr"),), unavailable=frozenset(range(6)), daily_cap=2),
        ),
        places=(
            Place(
                code="pool",
                hall="A",
                tables=(
                    Table(code="a1", capacity=2, closed=frozenset({3})),
                    Table(code="a2", closed=frozenset({7, 8})),
                ),
            ),
            pool(1, "annex", "B"),
        ),
        walks=(Walk(halls=("A", "B"), minutes=10),),
        meetings=tuple(asked),
    )
