"""The words for objections to the provisional plan, for the participant, the organizer and the set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.domain.objections import ObjectionOutcome, ObjectionReason
from matchmaker.web.filters import day, time

if TYPE_CHECKING:
    from matchmaker.services.objections import ObjectionFacts

REASONS = {
    ObjectionReason.NO_TIME: _l("The time does not suit us"),
    ObjectionReason.AWAY: _l("Who was to come is away then"),
    ObjectionReason.NOT_WANTED: _l("We do not want this meeting"),
}
OUTCOMES = {
    ObjectionOutcome.KEPT: _l("Kept as it is"),
    ObjectionOutcome.TAKEN_OUT: _l("Taken out of the plan"),
    ObjectionOutcome.CALLED_OFF: _l("Called off"),
    ObjectionOutcome.TAKEN_BACK: _l("Taken back"),
}
REFUSED = {
    "objection_too_long": _l("Write at most 250 characters."),
    "answer_too_long": _l("Write at most 250 characters."),
    "answer_empty": _l("Say why the meeting stays as it is. They read your line."),
}


def when_of(one: ObjectionFacts) -> str:
    """When and where the meeting of an objection stands now; that it has no time where it has none."""
    if one.starts_at is None or one.ends_at is None:
        return _("no time yet")
    when = f"{day(one.starts_at)}, {time(one.starts_at)}–{time(one.ends_at)}"
    return f"{when}, {_('Table %(table)s', table=one.table)}" if one.table else when


def outcome_of(one: ObjectionFacts) -> str:
    """How an objection stands, for the side that made it."""
    if one.is_open:
        return _("The organizer has not answered yet.")
    if not one.outcome:
        return _("The meeting has changed since, which answers your objection.")
    return str(OUTCOMES[ObjectionOutcome(one.outcome)])
