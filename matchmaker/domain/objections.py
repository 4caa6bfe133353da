"""Objections to a meeting of the provisional plan: what may be said against it, and when it is answered."""

from __future__ import annotations

from enum import StrEnum

from matchmaker.domain.errors import Conflict, Refused
from matchmaker.domain.fairs import Act, Phase, check_phase
from matchmaker.domain.meetings import CancelReason, MeetingState

LONGEST_WORDS = 250


class ObjectionReason(StrEnum):
    """What stands against a meeting of the plan."""

    NO_TIME = "no_time"
    AWAY = "away"
    NOT_WANTED = "not_wanted"


class ObjectionOutcome(StrEnum):
    """How an objection ended, where somebody ended it."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    CALLED_OFF = "called_off"
    TAKEN_BACK = "taken_back"


# What the two read as the reason when the organizer calls a meeting off because of an objection.
CALLED_OFF_BECAUSE = {
    ObjectionReason.NO_TIME: CancelReason.NO_TIME,
    ObjectionReason.AWAY: CancelReason.CANNOT_COME,
    ObjectionReason.NOT_WANTED: CancelReason.NOT_RELEVANT,
}


def check_objection(*, phase: Phase, state: MeetingState, has_begun: bool, words: str) -> None:
    """Raise what stands against an objection.

    NotAllowed('not_in_phase') outside the provisional phase, Conflict('meeting_moved_on' or 'meeting_begun') for a
    meeting without a time to come, Refused with field ``words`` for more than a line.
    """
    check_phase(phase, Act.OBJECT)
    if state is not MeetingState.SCHEDULED:
        raise Conflict("meeting_moved_on", state=state)
    if has_begun:
        raise Conflict("meeting_begun")
    if len(words) > LONGEST_WORDS:
        raise Refused("objection_too_long", field="words")


def check_answer(answer: str) -> None:
    """Raise Refused with field ``answer`` unless it says, in a line, why a meeting stays as it is."""
    if not answer:
        raise Refused("answer_empty", field="answer")
    if len(answer) > LONGEST_WORDS:
        raise Refused("answer_too_long", field="answer")


def still_stands(reason: ObjectionReason, *, state: MeetingState, is_in_same_slot: bool) -> bool:
    """Whether an objection nobody settled still waits for an answer.

    A meeting that lost or changed its time has answered it, however it got there: by hand, by a draft, by a new run.
    Another time is no answer to someone who does not want the meeting at all.
    """
    if state is not MeetingState.SCHEDULED:
        return False
    return is_in_same_slot or reason is ObjectionReason.NOT_WANTED
