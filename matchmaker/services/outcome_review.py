"""What an organizer looks at before a report goes out: who has not spoken, and values that deserve a second look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select

from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Account, HistoryEntry, Meeting, MeetingAttendee, OutcomeReport, Representative
from matchmaker.services import history, notices

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.flags import Flag
    from matchmaker.services.fairs import FairFacts

WANTED = "outcomes_wanted"
SEEN = "flag_seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """That an organizer has looked at what a flag is about, and what they noted."""

    note: str
    at: datetime
    name: str


def _silent() -> Any:
    """The people of held meetings whose side has not said what came of it."""
    said = (
        select(OutcomeReport.id)
        .where(
            OutcomeReport.meeting_id == Meeting.id,
            or_(
                and_(MeetingAttendee.side == Role.EXHIBITOR, OutcomeReport.side == "seller"),
                and_(MeetingAttendee.side == Role.BUYER, OutcomeReport.side == "buyer"),
            ),
        )
        .correlate(Meeting, MeetingAttendee)
        .exists()
    )
    return (
        select(Account.id)
        .join(Representative, Representative.account_id == Account.id)
        .join(MeetingAttendee, MeetingAttendee.representative_id == Representative.id)
        .join(Meeting, Meeting.id == MeetingAttendee.meeting_id)
        .where(Meeting.fair_id == bindparam("fair_id"), Meeting.state == MeetingState.HELD, Account.is_active, ~said)
    )


SILENT = _silent()
SEEN_FLAGS = (
    select(HistoryEntry.facts, HistoryEntry.at, Account.name)
    .outerjoin(Account, Account.id == HistoryEntry.by_account_id)
    .where(HistoryEntry.fair_id == bindparam("fair_id"), HistoryEntry.action == SEEN)
    .order_by(HistoryEntry.at)
)


def remind(session: Session, *, fair: FairFacts, by: uuid.UUID, now: datetime) -> int:
    """Ask everyone whose side has not said what came of a held meeting, once a day at most; return how many people."""
    waiting: Counter[uuid.UUID] = Counter(session.scalars(SILENT, {"fair_id": fair.id}))
    today = now.astimezone(fair.zone).date().isoformat()
    for account_id in sorted(waiting):
        notices.queue(
            session,
            account_id=account_id,
            kind=WANTED,
            once=f"{WANTED} {fair.id.hex} {account_id.hex} {today}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}/agenda",
            meetings=waiting[account_id],
            fair_vi=fair.name_vi,
            fair_en=fair.name_en,
        )
    history.record(
        session,
        action=WANTED,
        subject_kind="fair",
        subject_id=fair.id,
        by=by,
        now=now,
        fair_id=fair.id,
        people=len(waiting),
    )
    session.flush()
    return len(waiting)


def seen(session: Session, *, fair_id: uuid.UUID) -> dict[str, Seen]:
    """Return what was looked at, by the key of each flag; the newest note of each."""
    found: dict[str, Seen] = {}
    for facts, at, name in session.execute(SEEN_FLAGS, {"fair_id": fair_id}):
        for key in facts["flags"]:
            found[key] = Seen(facts["note"], at, name or "")
    return found


def mark_seen(
    session: Session, *, fair_id: uuid.UUID, flags: Iterable[Flag], note: str, by: uuid.UUID, now: datetime
) -> None:
    """Note that an organizer looked at these, and why they stand. A flag whose deals or value change is raised anew."""
    history.record(
        session,
        action=SEEN,
        subject_kind="fair",
        subject_id=fair_id,
        by=by,
        now=now,
        fair_id=fair_id,
        flags=sorted(map(key_of, flags)),
        note=note,
    )
    session.flush()


def key_of(flag: Flag) -> str:
    """Return the key of a flag: its code, its deals, and the value that raised it."""
    value = f"{flag.value.amount:f} {flag.value.currency}" if flag.value else ""
    return "|".join((flag.code, ",".join(flag.deal_ids), value))
