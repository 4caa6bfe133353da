"""The words for what can be answered about a meeting, and for what is wrong with an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.meetings import MeetingState
from matchmaker.services.outcomes import Absent
from matchmaker.web.amounts import AMOUNT_PROBLEMS

if TYPE_CHECKING:
    from flask_babel import LazyString

RESULT, FOLLOW_UP, NO_FIT, NOT_HELD = "result", "follow_up", "no_fit", "not_held"
ANSWERS: dict[str, LazyString] = {
    RESULT: _l("There is a result"),
    FOLLOW_UP: _l("We keep talking"),
    NO_FIT: _l("No fit"),
    NOT_HELD: _l("It did not take place"),
}
# The two answers that are complete as they are.
COMPLETE = {FOLLOW_UP: Outcome.FOLLOW_UP, NO_FIT: Outcome.NO_INTEREST}
KINDS: dict[Outcome, LazyString] = {
    Outcome.QUOTATION: _l("Quotation or sample"),
    Outcome.MOU: _l("MoU"),
    Outcome.AGREEMENT: _l("Contract"),
    Outcome.ORDER: _l("Order"),
}
ABSENT: dict[Absent, LazyString] = {
    Absent.THEM: _l("We were there, they did not come"),
    Absent.US: _l("We could not come"),
    Absent.BOTH: _l("Neither of us came"),
    Absent.CALLED_OFF: _l("It was called off beforehand"),
}
REFUSALS: dict[str, LazyString] = {
    "meeting_not_agreed": _l("Both sides have not agreed to this meeting, so nothing can have come of it."),
    "meeting_cancelled": _l("This meeting was called off. If you met all the same, tell the organizer."),
    "not_in_phase": _l("Outcomes are recorded from the final schedule on, and until the end of the follow-up."),
    "meeting_ahead": _l("This meeting is still ahead. Its outcome can be recorded once it has begun."),
    "value_without_meeting": _l(
        "This meeting is on record as not held, and nothing is counted of a meeting that was not held. "
        "If it took place, say so first."
    ),
    "value_not_positive": _l("Type an amount above zero, or leave it empty."),
    "value_too_large": _l("This amount is too large. Check the number of zeros."),
    "currency_without_rate": _l("This fair has fixed no rate for this currency. Choose one of those offered."),
    "value_finer_than_currency": _l("This currency has fewer decimals. Round the amount."),
    "delivered_without_value": _l("Say for how much, so that it can be counted."),
    "value_without_years": _l("Say how much of it falls into each year."),
    "years_do_not_sum_to_value": _l("The years don't add up to the whole amount. Change one of them."),
    "years_do_not_fit": _l("Say how much of it falls into each year."),
    "saving_does_not_fit": _l("A saving is an amount above zero, beside the value of the deal."),
    "no_such_category": _l("Choose one of the categories offered."),
    "value_without_horizon": _l("Choose by when it is to be traded."),
    "outcome_has_no_value": _l("Only a result has a value."),
    **{str(code): words for code, words in AMOUNT_PROBLEMS.items()},
}
MOVED_ON: dict[MeetingState, LazyString] = {
    MeetingState.REQUESTED: _l("This meeting is still waiting for an answer."),
    MeetingState.ACCEPTED: _l("This meeting has no time yet. It can be called off, but not missed."),
    MeetingState.SCHEDULED: _l("This meeting is in the agenda as planned."),
    MeetingState.HELD: _l("This meeting is on record as held. If that is wrong, tell the organizer."),
    MeetingState.NO_SHOW: _l("This meeting is on record as not held already."),
    MeetingState.CANCELLED: _l("This meeting was called off already."),
    MeetingState.DECLINED: _l("This request was declined."),
    MeetingState.EXPIRED: _l("This request has expired."),
    MeetingState.WITHDRAWN: _l("This request was withdrawn."),
}
SAID_AT_ONCE = _l("A colleague answered in the same moment. Look at what is recorded, and answer again if it is wrong.")
