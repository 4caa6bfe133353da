"""Answers about a meeting that a device kept until it had a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.meetings import MeetingState
from matchmaker.services import outcomes
from matchmaker.web.statements import mark_of, was_kept

if TYPE_CHECKING:
    from matchmaker.services.questions import Question
    from matchmaker.web.deals.page import ReadAmount

CREATED = 201


def came_before(question: Question, *, is_not_held: bool = False) -> bool:
    """Whether a device sends once more what is recorded, maybe after its question was answered."""
    if not was_kept():
        return False
    if is_not_held and question.meeting.state is MeetingState.NO_SHOW:
        return True
    return outcomes.came_before(question.mine, meeting_id=question.meeting.id, once=mark_of()) is not None


def told(amount: ReadAmount, *, link: str) -> tuple[dict[str, str], int]:
    """Tell the device how an amount was read, so that whoever typed it can correct it."""
    return {"reading": f"{amount.digits} – {amount.words}", "link": link}, CREATED
