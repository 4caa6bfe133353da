"""How a reader stands to a company they may ask for a meeting: one answer for the suggestions and the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Act, Phase, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.requests import UNDO

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.own_meetings import OwnMeeting, OwnMeetings


def closed(fair: FairFacts, me: Membership, meetings: OwnMeetings) -> Callable[[uuid.UUID], str]:
    """Return a function that says why a company can't be asked, or nothing."""
    if fair.phase is Phase.FOLLOW_UP:
        over = _("The fair is over, so no more meetings can be asked for.")
        return lambda _other_id: over
    if not allows(fair.phase, Act.REQUEST):
        not_now = _("Meetings can't be asked for in this phase of the fair.")
        return lambda _other_id: not_now
    if not me.status.acts:
        waiting = _("You can invite this company once the organizer has let yours in.")
        return lambda _other_id: waiting
    reason = _("This company declined your request.")
    return lambda other_id: reason if other_id in meetings.declined else ""


def state(me: Membership, meeting: OwnMeeting | None, closed_reason: str) -> str:
    """Return 'open' or 'closed' without a meeting, else whose turn it is, or what became of what was agreed."""
    if meeting is None:
        return "closed" if closed_reason else "open"
    if meeting.state == MeetingState.REQUESTED:
        return "invited" if meeting.requested_by == me.role else "asked"
    return {MeetingState.HELD: "met", MeetingState.NO_SHOW: "missed"}.get(MeetingState(meeting.state), "accepted")


def undo_url(fair: FairFacts, me: Membership, meeting: OwnMeeting | None, now: datetime) -> str:
    """The address that takes one's own fresh request back; the requests page keeps the way open afterwards."""
    if meeting is None or meeting.state != MeetingState.REQUESTED or meeting.requested_by != me.role:
        return ""
    if now - meeting.requested_at > UNDO:
        return ""
    return url_for("meetings.withdraw", slug=fair.slug, meeting_id=meeting.id)
