"""Tell both sides what became of a meeting, in the transaction that changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from matchmaker.domain.fairs import Role
from matchmaker.models import Notice
from matchmaker.services import meeting_people, notices

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.meetings import MeetingState

BOTH = (Role.EXHIBITOR, Role.BUYER)
PATHS = {
    "meeting_requested": "/fairs/{slug}/requests",
    "meeting_accepted": "/fairs/{slug}/meetings/{meeting_id}",
    "meeting_declined": "/fairs/{slug}/requests?tab=answered",
    "meeting_cancelled": "/fairs/{slug}/agenda",
}


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as the actions on it need it."""

    id: uuid.UUID
    fair_id: uuid.UUID
    slug: str
    exhibitor_id: uuid.UUID
    buyer_id: uuid.UUID
    exhibitor_name: str
    buyer_name: str
    state: MeetingState
    requested_by: str
    note: str
    expires_at: datetime | None

    def name_for(self, side: Role) -> str:
        """The company that one side meets."""
        return self.buyer_name if side is Role.EXHIBITOR else self.exhibitor_name

    def side_of(self, participation_id: uuid.UUID) -> Role:
        """The side a participation is on."""
        return Role.EXHIBITOR if participation_id == self.exhibitor_id else Role.BUYER

    @property
    def asker(self) -> Role | None:
        """The side that asked; None when the organizer put the two together."""
        return Role(self.requested_by) if self.requested_by in BOTH else None

    @property
    def asked(self) -> tuple[Role, ...]:
        """The sides that were asked."""
        return BOTH if self.asker is None else (self.asker.other,)


def tell(
    session: Session,
    *,
    meeting: MeetingFacts,
    kind: str,
    sides: Iterable[Role],
    by: uuid.UUID | None,
    now: datetime,
    **facts: Any,
) -> None:
    """Queue one notice for each person concerned on these sides, except who did it."""
    path = PATHS[kind].format(slug=meeting.slug, meeting_id=meeting.id)
    receivers = meeting_people.receivers(session, meeting_id=meeting.id)
    for side in sides:
        for account_id in receivers.get(side, []):
            if account_id == by:
                continue
            notices.queue(
                session,
                account_id=account_id,
                kind=kind,
                once=f"{kind} {meeting.id.hex} {account_id.hex}",
                now=now,
                fair_id=meeting.fair_id,
                path=path,
                company=meeting.name_for(side),
                **facts,
            )


def take_back_request(session: Session, *, meeting_id: uuid.UUID) -> bool:
    """Drop the notices of a request that were not mailed yet; return whether nobody has heard of it now."""
    of_request = Notice.once.startswith(f"meeting_requested {meeting_id.hex} ", autoescape=True)
    session.execute(delete(Notice).where(of_request, Notice.sent_at.is_(None)))
    return session.scalar(select(Notice.id).where(of_request).limit(1)) is None
