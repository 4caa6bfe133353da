"""The states of a meeting, who may do what in which state, and what comes next."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.fairs import TimeChoice

if TYPE_CHECKING:
    from matchmaker.domain.fairs import Role


class MeetingState(StrEnum):
    """Where a meeting stands, from the request to the record."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({MeetingState.REQUESTED, MeetingState.ACCEPTED, MeetingState.SCHEDULED})
AGREED = frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW})
RECORDED = frozenset({MeetingState.HELD, MeetingState.NO_SHOW})
REFUSED = frozenset({MeetingState.DECLINED, MeetingState.EXPIRED, MeetingState.WITHDRAWN})


class Origin(StrEnum):
    """Where a meeting came from."""

    SUGGESTION = "suggestion"
    DIRECTORY = "directory"
    REGISTER = "register"
    ORGANIZER = "organizer"
    WALK_IN = "walk_in"
    RESCUE = "rescue"


# Meetings that are known to have taken place; nobody needs to be asked whether they want them.
ON_RECORD = frozenset({Origin.REGISTER, Origin.WALK_IN})


class DeclineReason(StrEnum):
    """Why a request is declined."""

    NO_TIME = "no_time"
    NOT_RELEVANT = "not_relevant"
    COMPETITOR = "competitor"
    OTHER = "other"


class CancelReason(StrEnum):
    """Why a meeting that both sides wanted is called off."""

    CANNOT_COME = "cannot_come"
    NO_TIME = "no_time"
    NOT_RELEVANT = "not_relevant"
    OTHER = "other"


class Party(StrEnum):
    """Who acts on a meeting."""

    ASKER = "asker"
    ASKED = "asked"
    ORGANIZER = "organizer"
    SYSTEM = "system"


class Action(StrEnum):
    """What can be done to a meeting."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    CANCEL = "cancel"
    HOLD = "hold"
    MISS = "miss"
    REOPEN = "reopen"


EVERY_SIDE = frozenset({Party.ASKER, Party.ASKED, Party.ORGANIZER})
ARROWS: dict[Action, tuple[frozenset[MeetingState], MeetingState, frozenset[Party]]] = {
    Action.ACCEPT: (
        frozenset({MeetingState.REQUESTED}),
        MeetingState.ACCEPTED,
        frozenset({Party.ASKED, Party.ORGANIZER, Party.SYSTEM}),
    ),
    Action.DECLINE: (
        frozenset({MeetingState.REQUESTED}),
        MeetingState.DECLINED,
        frozenset({Party.ASKED, Party.ORGANIZER}),
    ),
    Action.WITHDRAW: (frozenset({MeetingState.REQUESTED}), MeetingState.WITHDRAWN, frozenset({Party.ASKER})),
    Action.EXPIRE: (frozenset({MeetingState.REQUESTED}), MeetingState.EXPIRED, frozenset({Party.SYSTEM})),
    Action.SCHEDULE: (
        frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED}),
        MeetingState.SCHEDULED,
        frozenset(Party),
    ),
    Action.UNSCHEDULE: (
        frozenset({MeetingState.SCHEDULED}),
        MeetingState.ACCEPTED,
        frozenset({Party.ORGANIZER, Party.SYSTEM}),
    ),
    Action.CANCEL: (frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED}), MeetingState.CANCELLED, EVERY_SIDE),
    Action.HOLD: (
        frozenset({MeetingState.ACCEPTED, MeetingState.SCHEDULED, MeetingState.NO_SHOW}),
        MeetingState.HELD,
        EVERY_SIDE,
    ),
    Action.MISS: (frozenset({MeetingState.SCHEDULED}), MeetingState.NO_SHOW, EVERY_SIDE),
    # A host who ticked the wrong line takes it back, and the meeting is ahead or under way again.
    Action.REOPEN: (RECORDED, MeetingState.SCHEDULED, frozenset({Party.ORGANIZER, Party.SYSTEM})),
}


class Grade(StrEnum):
    """How much one side wants a meeting. No thanks is no grade: it is the answer that declines, and it is final."""

    MUST_MEET = "must_meet"
    WOULD_LIKE = "would_like"


def may_place(party: Party, *, time_choice: TimeChoice) -> bool:
    """Whether a party may give a meeting its time: the two who meet only where the fair lets them."""
    return party in {Party.ORGANIZER, Party.SYSTEM} or time_choice is TimeChoice.PAIR


def party_of(side: Role | None, *, requested_by: str) -> Party:
    """Return what a side is to a meeting; no side is the organizer. Who was put together by the organizer was asked."""
    if side is None:
        return Party.ORGANIZER
    return Party.ASKER if side == requested_by else Party.ASKED


def next_state(state: MeetingState, action: Action, party: Party) -> MeetingState:
    """Return the state that an action leads to.

    Raises NotAllowed when this party may never do it, Conflict when the meeting has moved on already.
    """
    sources, target, parties = ARROWS[action]
    if party not in parties:
        raise NotAllowed("not_yours_to_do", action=action)
    if state not in sources:
        raise Conflict("meeting_moved_on", state=state, action=action)
    return target
