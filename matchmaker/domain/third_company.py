"""A third company in the meeting of two others: who may be asked, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.meetings import MeetingState

if TYPE_CHECKING:
    from datetime import datetime

# What its people sit on, beside the exhibitor's side and the buyer's.
THIRD: Final = "third"
ORGANIZER: Final = "organizer"
TO_JOIN = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED})


class ThirdState(StrEnum):
    """Where a third company stands: asked, in the meeting, or out of it."""

    ASKED = "asked"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


STANDING = frozenset({ThirdState.ASKED, ThirdState.JOINED})
# A company that said no, or went, is not asked for the same meeting again.
FINAL = frozenset({ThirdState.DECLINED, ThirdState.LEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdStanding:
    """All that decides whether a company may be asked to join a meeting.

    ``is_kept_apart`` says that a rule or a block stands between it and either of the two.
    """

    is_one_of_them: bool
    is_here: bool
    is_kept_apart: bool
    before: ThirdState | None
    has_other: bool


def check_open(state: MeetingState, *, starts_at: datetime | None, now: datetime) -> None:
    """Raise Conflict when nobody can join a meeting any more, or leave it."""
    if state not in TO_JOIN:
        raise Conflict("meeting_moved_on", state=state)
    if starts_at is not None and state is MeetingState.SCHEDULED and starts_at <= now:
        raise Conflict("meeting_begun")


def check_third(standing: ThirdStanding) -> None:
    """Raise the first rule that stands against asking a company.

    A block or a rule that keeps two apart is worded like any company that is not to be had, so that nobody learns
    of it.
    """
    if standing.is_one_of_them:
        raise NotAllowed("third_is_one_of_them")
    if not standing.is_here or standing.is_kept_apart:
        raise NotAllowed("third_not_available")
    if standing.before in FINAL:
        raise NotAllowed("third_declined")
    if standing.has_other or standing.before in STANDING:
        raise Conflict("third_asked_already")
