"""What the reference fair tells of requests and of the meetings that came of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.demo.generator.company_records import Side


class RequestState(StrEnum):
    """How a request ended; ``accepted`` ones are scheduled unless the scheduler found no place."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class MeetingEnd(StrEnum):
    """How a meeting with a slot ended; a walk-in is always held."""

    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRequest:
    """An invitation from one side to the other. ``reason`` is a code, set when declined, withdrawn or not scheduled.

    ``meeting_code`` is None unless the request was scheduled. Instants are UTC.
    """

    code: str
    exhibitor_code: str
    buyer_code: str
    requested_by: Side
    representative_code: str
    is_from_suggestion: bool
    message_vi: str
    message_en: str
    requested_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    state: RequestState
    reason: str | None
    meeting_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting with its seat. ``planned_table`` and ``planned_interpreter`` differ from the real ones after a change.

    ``needs_interpreter`` says that the two representatives share no language. A walk-in has no request.
    ``close_reason`` is a code, set when cancelled; ``no_show_side`` is set for a no-show only.
    """

    code: str
    request_code: str | None
    exhibitor_code: str
    buyer_code: str
    exhibitor_representative_code: str
    buyer_representative_code: str
    slot: int
    table_code: str
    planned_table_code: str
    needs_interpreter: bool
    interpreter_code: str | None
    planned_interpreter_code: str | None
    is_online: bool
    is_walk_in: bool
    end: MeetingEnd
    close_reason: str | None
    no_show_side: Side | None
    changed_at: datetime
