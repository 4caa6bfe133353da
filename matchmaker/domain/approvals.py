"""Whether a company may take part in a fair: what an organizer decides, and why."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import ParticipationStatus

# A decision that was a slip is noticed at once. Later a new decision is the honest way back, and everyone is told.
UNDO_WINDOW = timedelta(minutes=10)


class Decision(StrEnum):
    """What an organizer decides about a company that registered."""

    APPROVE = "approve"
    HOLD = "hold"
    REFUSE = "refuse"

    @property
    def status(self) -> ParticipationStatus:
        """The status it leads to."""
        return _STATUS[self]

    @property
    def needs_reason(self) -> bool:
        """Whether the company is told a reason; being let in needs none."""
        return self is not Decision.APPROVE


_STATUS = {
    Decision.APPROVE: ParticipationStatus.APPROVED,
    Decision.HOLD: ParticipationStatus.HELD,
    Decision.REFUSE: ParticipationStatus.REFUSED,
}


class StatusReason(StrEnum):
    """Why a company is held or refused. It is worded in the receiver's language."""

    INCOMPLETE = "incomplete"
    UNVERIFIED = "unverified"
    OTHER_FIELD = "other_field"
    REGISTERED_TWICE = "registered_twice"
    FAIR_IS_FULL = "fair_is_full"
    OTHER = "other"


def check_decision(decision: Decision, *, reason: str, note: str) -> None:
    """Raise Refused with the field unless a decision says what its company has to be told."""
    if not decision.needs_reason:
        return
    if reason not in set(StatusReason):
        raise Refused("reason_missing", field="reason")
    if reason == StatusReason.OTHER and not note:
        raise Refused("note_missing", field="note")
