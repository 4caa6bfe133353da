"""Requests of people about their data: what they may ask, until when it must be done, and how a request moves.

The periods follow Law 91/2025/QH15 and Decree 356/2025: an answer within two working days, then the thing itself.
Working days leave out Saturdays and Sundays only. On a public holiday a day counts here although the law does not
count it, so that what is done in time here is in time by the law as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from matchmaker.domain.errors import Conflict

WORKING_DAYS_TO_ANSWER: Final = 2
SATURDAY: Final = 5


class RequestKind(StrEnum):
    """What a person may ask for, in the order in which it is asked most."""

    ACCESS = "access"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    DELETE = "delete"


class RequestChannel(StrEnum):
    """How a request came in."""

    MAIL = "mail"
    PHONE = "phone"
    PAPER = "paper"
    IN_PERSON = "in_person"


class RequestState(StrEnum):
    """Where a request stands. One that was answered says to the person that it came in and until when it is done."""

    NEW = "new"
    ANSWERED = "answered"
    DONE = "done"
    REFUSED = "refused"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self in {RequestState.NEW, RequestState.ANSWERED}


DAYS: Final = {
    RequestKind.ACCESS: 10,
    RequestKind.CORRECT: 10,
    RequestKind.WITHDRAW: 15,
    RequestKind.RESTRICT: 15,
    RequestKind.OBJECT: 15,
    RequestKind.DELETE: 20,
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The two days that count for a request: the answer's, and that of the thing itself."""

    answer_by: date
    due_on: date


def deadlines(kind: RequestKind, *, received_on: date) -> Deadlines:
    """Return until when a request that came in on a day is answered and done."""
    return Deadlines(
        answer_by=add_working_days(received_on, WORKING_DAYS_TO_ANSWER),
        due_on=received_on + timedelta(days=DAYS[kind]),
    )


def extended(kind: RequestKind, *, due_on: date, is_extended: bool) -> date:
    """Return the day a request is due by after its one extension, which is as long as its period was.

    Raises Conflict('extended_already') for a second one.
    """
    if is_extended:
        raise Conflict("extended_already")
    return due_on + timedelta(days=DAYS[kind])


def add_working_days(day: date, count: int) -> date:
    """Return the day that lies so many working days after one."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
