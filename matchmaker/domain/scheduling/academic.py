"""The academic B2B scheduling format: MiniZinc data files read into a problem.

The format is that of Bofill, Coll, Garcia, Giráldez-Cru, Pesant, Suy and Villaret, "Constraint Solving Approaches
to the Business-to-Business Meeting Scheduling Problem" (JAIR 2022): `requested` lists participant, participant and
session (1 morning, 2 afternoon, 3 any); `forbidden`, `fixed` and `precedences` count from 1 and use 0 for nothing.
`meetingsxBusiness` repeats `requested` and is ignored.
"""

import re
from datetime import UTC, datetime, timedelta

from matchmaker.domain.scheduling.problem import Company, Meeting, Party, Person, Place, Problem, ProblemError, Table
from matchmaker.domain.scheduling.slots import Slot

MORNING, AFTERNOON, ANY = 1, 2, 3
FIELDS = 3
# The files have no clock times; any date will do, and all slots are one day, as in the paper.
_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


def problem_from_dzn(text: str) -> Problem:
    """Return the problem of a data file; raises ProblemError("bad_data_file") when it is not one."""
    values = dict(re.findall(r"(\w+)\s*=\s*([^;]*);", re.sub(r"%[^\n]*", "", text)))
    try:
        total, morning = _number(values["nTotalSlots"]), _number(values["nMorningSlots"])
        participants, tables = _number(values["nBusiness"]), _number(values["nTables"])
        count = _number(values["nMeetings"])
        requested = _numbers(values["requested"])
        forbidden = _sets(values.get("forbidden", ""), participants)
        fixed = _numbers(values.get("fixed", "")) or [0] * count
        earlier = _sets(values.get("precedences", ""), count)
    except (KeyError, ValueError) as error:
        raise ProblemError("bad_data_file", value=str(error)) from error
    if len(requested) != FIELDS * count or len(fixed) != count:
        raise ProblemError("bad_data_file", value="requested")
    sessions = {MORNING: range(morning), AFTERNOON: range(morning, total), ANY: range(total)}
    rows = zip(requested[::FIELDS], requested[1::FIELDS], requested[2::FIELDS], strict=True)
    return Problem(
        slots=_slots(total, morning),
        companies=tuple(Company(code=str(code)) for code in range(1, participants + 1)),
        persons=tuple(
            Person(code=f"p{code}", company=str(code), unavailable=frozenset(slot - 1 for slot in forbidden[code - 1]))
            for code in range(1, participants + 1)
        ),
        places=(Place(code="hall", tables=tuple(Table(code=f"t{code}") for code in range(1, tables + 1))),),
        meetings=tuple(
            Meeting(
                code=str(number),
                parties=(Party(company=str(first)), Party(company=str(second))),
                places=("hall",),
                allowed=frozenset(sessions[session]),
                fixed=fixed[number - 1] - 1 if fixed[number - 1] else None,
                after=tuple(str(other) for other in sorted(earlier[number - 1])),
            )
            for number, (first, second, session) in enumerate(rows, start=1)
        ),
    )


def _slots(total: int, morning: int) -> tuple[Slot, ...]:
    minute = timedelta(minutes=1)
    return tuple(
        Slot(
            starts_at=_MIDNIGHT + slot * minute,
            ends_at=_MIDNIGHT + (slot + 1) * minute,
            session="am" if slot < morning else "pm",
            block=int(slot >= morning),
        )
        for slot in range(total)
    )


def _number(text: str) -> int:
    return int(text.strip())


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", text)]


def _sets(text: str, count: int) -> list[set[int]]:
    """Return `count` sets of positive numbers; the dummy 0 and missing sets mean nothing."""
    found = [{number for number in _members(body) if number > 0} for body in re.findall(r"\{([^}]*)\}", text)]
    if text and found and len(found) != count:
        raise ValueError("wrong number of sets")
    return found or [set() for _ in range(count)]


def _members(body: str) -> list[int]:
    span = re.fullmatch(r"\s*(\d+)\s*\.\.\s*(\d+)\s*", body)
    return list(range(int(span[1]), int(span[2]) + 1)) if span else _numbers(body)
