"""How long what is kept is kept, and when something has become too old."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final


class Keeping(StrEnum):
    """What is kept for a time, in the order in which its end is looked at."""

    PEOPLE = "people"
    NOTES = "notes"
    MESSAGES = "messages"
    HISTORY = "history"
    SIGN_INS = "sign_ins"
    UPLOADS = "uploads"
    COPIES = "copies"
    FILES = "files"
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of a fair. Fairs of one organizer may differ; where a person is at several, the longest counts."""

    people_months: int = 24
    notes_months: int = 24
    history_months: int = 12
    uploads_days: int = 30


STANDARD: Final = Periods()
LONGEST_MONTHS: Final = 120
LONGEST_UPLOAD_DAYS: Final = 365
# What was done lies in the past; a failure is of use to whoever looks for its cause for a while.
JOBS_KEPT: Final = timedelta(days=30)
COPY_LIFE: Final = timedelta(days=7)
# What is printed is of its day.
FILE_LIFE: Final = timedelta(days=1)


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same time of day so many months earlier, on the month's last day where it has no such day."""
    years, month = divmod(moment.month - 1 - months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def day_months_before(moment: datetime, months: int) -> date:
    """Return the day of ``months_before``."""
    return months_before(moment, months).date()
