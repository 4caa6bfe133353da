"""What was said against the running fair's plan while it was provisional, and what was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.fairs import Phase
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.objections import ObjectionReason
from matchmaker.models import Account, FairPerson, Meeting, Objection, Representative, Slot
from matchmaker.services import fairs, objections

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

SAID_AFTER, ANSWERED_AFTER = timedelta(hours=1), timedelta(hours=2)
WORDS = "Our flight home leaves that evening."
ANSWER = "A car to the airport waits for you at the south gate after the meeting."


def object_and_answer(
    session: Session, *, fair: FairFacts, buyer_id: uuid.UUID, organizer_id: uuid.UUID, planned_at: datetime
) -> None:
    """Let a buyer object to its last meeting of the new plan, and the organizer keep it with an answer."""
    last = (
        select(Meeting.id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(Meeting.buyer_id == buyer_id, Meeting.state == MeetingState.SCHEDULED)
        .order_by(Slot.starts_at.desc())
        .limit(1)
    )
    meeting_id = session.scalar(last)
    account_id = session.scalars(
        select(Account.id)
        .join(Representative, Representative.account_id == Account.id)
        .join(FairPerson, FairPerson.representative_id == Representative.id)
        .where(FairPerson.participation_id == buyer_id)
        .order_by(Account.email)
    ).first()
    if meeting_id is None or account_id is None:
        return
    mine = fairs.memberships(session, fair_id=fair.id, account_id=account_id)
    me = next(one for one in mine if one.participation_id == buyer_id)
    # The demo's fair is under way since; all of this was said in the hours before its plan became final.
    then = replace(fair, phase=Phase.PROVISIONAL)
    objections.object_to(
        session,
        fair=then,
        me=me,
        meeting_id=meeting_id,
        reason=ObjectionReason.AWAY,
        words=WORDS,
        now=planned_at + SAID_AFTER,
    )
    key = session.scalars(select(Objection.id).where(Objection.meeting_id == meeting_id)).one()
    answered_at = planned_at + ANSWERED_AFTER
    objections.keep(session, fair=then, objection_id=key, answer=ANSWER, by=organizer_id, now=answered_at)
