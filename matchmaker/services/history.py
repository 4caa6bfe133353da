"""Record who did what, when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaker.models import HistoryEntry

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.models import Meeting
    from matchmaker.services.meeting_notices import MeetingFacts


ON_BEHALF = "on_behalf_of_company"


def act_for(session: Session, *, company_id: uuid.UUID) -> None:
    """Note for the rest of this session that whoever acts does so for a company that is not their own.

    Every entry recorded from then on names both: the person in ``by_account_id`` and the company beside it.
    """
    session.info[ON_BEHALF] = company_id


def act_for_oneself(session: Session) -> None:
    """End what ``act_for`` began."""
    session.info.pop(ON_BEHALF, None)


def record(
    session: Session,
    *,
    action: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    by: uuid.UUID | None,
    now: datetime,
    fair_id: uuid.UUID | None = None,
    **facts: Any,
) -> None:
    """Add an entry to the history. ``by`` is an account, or None for the system; facts must fit JSON."""
    session.add(
        HistoryEntry(
            fair_id=fair_id,
            at=now,
            by_account_id=by,
            for_company_id=session.info.get(ON_BEHALF),
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            facts=facts,
        )
    )


def record_meeting(
    session: Session, action: str, *, meeting: Meeting | MeetingFacts, by: uuid.UUID | None, now: datetime, **facts: Any
) -> None:
    """Add what was done with a meeting to the history of its fair."""
    record(
        session,
        action=action,
        subject_kind="meeting",
        subject_id=meeting.id,
        by=by,
        now=now,
        fair_id=meeting.fair_id,
        **facts,
    )
