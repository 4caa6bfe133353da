"""What a link in a mail about a request leads to, for the one person it was made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Account, Fair, Meeting
from matchmaker.services import agenda, fairs

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow

BY_LINK = (
    select(*fairs.FACTS, Meeting.exhibitor_id, Meeting.buyer_id)
    .select_from(Meeting)
    .join(Fair, Fair.id == Meeting.fair_id)
    .where(
        Meeting.id == bindparam("meeting_id"),
        select(Account.id).where(Account.id == bindparam("account_id"), Account.is_active).exists(),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as one person of the side that was asked may see and answer it."""

    fair: FairFacts
    me: Membership
    row: MeetingRow

    def is_open(self, now: datetime) -> bool:
        """Whether it still waits for this side's answer."""
        is_waiting = self.row.state is MeetingState.REQUESTED and self.row.requested_by != self.me.role
        return is_waiting and (self.row.expires_at is None or self.row.expires_at > now)


def asked(session: Session, *, account_id: uuid.UUID, meeting_id: uuid.UUID) -> Asked:
    """Return the request a link was made for.

    Raises NotFound once its person has left: the account ended, the person is no longer of the company, or the
    company no longer takes part.
    """
    found = session.execute(BY_LINK, {"account_id": account_id, "meeting_id": meeting_id}).one_or_none()
    if found is None:
        raise NotFound("no_such_meeting")
    fair, sides = fairs.facts_of(found), {found.exhibitor_id, found.buyer_id}
    roles = fairs.memberships(session, fair_id=fair.id, account_id=account_id)
    mine = [role for role in roles if role.participation_id in sides and role.is_own and role.status.acts]
    if not mine:
        raise NotFound("no_such_meeting")
    rows = [(me, agenda.meeting_of(session, fair_id=fair.id, me=me, meeting_id=meeting_id).row) for me in mine]
    # Who has two companies that meet each other answers for the one that was asked.
    me, row = next((one for one in rows if one[1].requested_by != one[0].role), rows[0])
    return Asked(fair, me, row)
