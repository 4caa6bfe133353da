"""When companies are asked again what became of their deals, and what they can answer.

The waves are those of the counting rules: a month, three months, half a year and a year after closing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Wave(StrEnum):
    """One round of questions, earliest first."""

    DAY_30 = "day_30"
    DAY_90 = "day_90"
    DAY_180 = "day_180"
    DAY_365 = "day_365"


class Answer(StrEnum):
    """What became of a deal, as one side tells it in a wave."""

    UNCHANGED = "unchanged"
    SIGNED = "signed"
    DELIVERED = "delivered"
    FELL_THROUGH = "fell_through"


DAYS_AFTER: Mapping[Wave, int] = MappingProxyType(
    {Wave.DAY_30: 30, Wave.DAY_90: 90, Wave.DAY_180: 180, Wave.DAY_365: 365}
)
# A wave that could not be asked in this time is left out: its answers would be those of another day.
LATEST_START = timedelta(days=30)
# How long a link can be answered.
OPEN_FOR = timedelta(days=60)
# When whoever has not answered is reminded, counted from the question; after the last one no more is said.
REMINDERS = (timedelta(days=7), timedelta(days=21))


def day_of(wave: Wave, *, closes_on: date) -> date:
    """Return the day a wave begins."""
    return closes_on + timedelta(days=DAYS_AFTER[wave])


def wave_due(*, closes_on: date, today: date) -> Wave | None:
    """Return the wave to be asked today: the latest whose day has come, unless that was too long ago."""
    begun = [wave for wave in Wave if day_of(wave, closes_on=closes_on) <= today]
    if not begun or today > day_of(begun[-1], closes_on=closes_on) + LATEST_START:
        return None
    return begun[-1]


def reminder_due(*, asked_at: datetime, reminded: int, now: datetime) -> bool:
    """Whether someone who has not answered is to be reminded now, after so many reminders."""
    return reminded < len(REMINDERS) and now >= asked_at + REMINDERS[reminded]
