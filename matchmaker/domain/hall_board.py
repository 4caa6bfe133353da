"""How a table looks on the hall board: who is at it, who is awaited and for how long, or that it is free."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.attendance import is_there
from matchmaker.domain.fairs import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from matchmaker.domain.attendance import Standing

TABLES_A_PAGE = 12


class Look(StrEnum):
    """How a table looks from across the hall."""

    FREE = "free"
    COMING = "coming"
    WAITING = "waiting"
    LATE = "late"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class TableLook:
    """A table's look, the sides that are not there, and since how many whole minutes they should be."""

    look: Look
    missing: tuple[Role, ...] = ()
    minutes: int = 0


FREE = TableLook(Look.FREE)
TAKEN = TableLook(Look.BOTH)


def look_of(standings: Mapping[Role, Standing], *, starts_at: datetime, now: datetime, grace: timedelta) -> TableLook:
    """Return how the table of a meeting looks that is neither held nor missed yet.

    Before the start nobody is awaited. From the start on whoever is not there is awaited, and late after the grace.
    """
    missing = tuple(side for side in Role if side not in standings or not is_there(standings[side]))
    if not missing:
        return TAKEN
    if now < starts_at:
        return TableLook(Look.COMING, missing)
    minutes = int((now - starts_at).total_seconds() // 60)
    return TableLook(Look.LATE if now > starts_at + grace else Look.WAITING, missing, minutes)
