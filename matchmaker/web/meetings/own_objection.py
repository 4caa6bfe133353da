"""What one's own side said against a meeting, as the meeting's page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.fairs import Act, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.objections import ObjectionOutcome
from matchmaker.extensions import db
from matchmaker.services import objections
from matchmaker.web.objection_words import REASONS, outcome_of

if TYPE_CHECKING:
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow


@dataclass(frozen=True, slots=True)
class OwnObjection:
    """What one's own side said against a meeting, what became of it, and what can be done now."""

    said: str
    words: str
    outcome: str
    answer: str
    is_open: bool
    may_object: bool


def own_objection(fair: FairFacts, me: Membership, row: MeetingRow, *, now: datetime) -> OwnObjection:
    """Return what the page of a meeting shows about objecting to it."""
    last = None
    if row.state is MeetingState.SCHEDULED:
        last = objections.last_of(db.session, meeting_id=row.id, side=me.role)
    has_begun = row.starts_at is not None and row.starts_at <= now
    may_object = row.state is MeetingState.SCHEDULED and not has_begun and allows(fair.phase, Act.OBJECT)
    if last is None or last.outcome == ObjectionOutcome.TAKEN_BACK:
        return OwnObjection("", "", "", "", is_open=False, may_object=may_object)
    return OwnObjection(
        str(REASONS[last.reason]), last.words, outcome_of(last), last.answer, last.is_open, may_object=may_object
    )
