"""What happened in the hall of the running fair until now: who came, who did not, and what they say came of it."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.attendance import Source
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.money.amount import Money
from matchmaker.models import Account, Meeting, MeetingAttendee, Representative, Slot
from matchmaker.services import attendance, fairs, outcomes
from matchmaker.services.outcomes import Said

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership

SEED = 12
# Of a hundred meetings: where both came, where the buyer stayed away, where nobody was seen.
BOTH_CAME, SELLER_ALONE = 0.86, 0.95
LATE, TELLS = 0.12, 0.7
# Of every fifth meeting nobody has said yet what came of it, so that somebody is left to be asked.
QUIET = 5
# Nobody at the table yet when a meeting has just begun.
NOT_YET = 0.35
RESULTS = (
    (Outcome.NO_INTEREST, 0.25),
    (Outcome.FOLLOW_UP, 0.35),
    (Outcome.QUOTATION, 0.28),
    (Outcome.MOU, 0.08),
    (Outcome.ORDER, 0.04),
)
SMALLEST, LARGEST, STEP = 4, 90, 500


def live_through(session: Session, *, slug: str, now: datetime) -> None:
    """Go through all meetings whose time has come, in order, as the people in the hall would have."""
    fair = fairs.by_slug(session, slug=slug)
    dice = random.Random(SEED)  # noqa: S311 - The same story every time, and no secret.
    begun = session.execute(
        select(Meeting.id, Slot.starts_at, Slot.ends_at)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(Meeting.fair_id == fair.id, Meeting.state == MeetingState.SCHEDULED, Slot.starts_at <= now)
        .order_by(Slot.starts_at, Meeting.id)
    ).all()
    accounts = _accounts(session, [row.id for row in begun])
    met = 0
    for meeting_id, starts_at, ends_at in begun:
        people = accounts.get(meeting_id, {})
        is_on = ends_at > now
        came = _who_came(dice, is_on=is_on)
        for side in came:
            late = 6 if dice.random() < LATE else dice.randint(-4, 2)
            seen = min(starts_at + timedelta(minutes=late), now)
            attendance.check_in(
                session,
                fair=fair,
                meeting_id=meeting_id,
                side=side,
                is_present=True,
                source=Source.TABLE_CARD,
                by=people.get(side),
                at=seen,
                once=f"demo-{side}",
                now=seen,
            )
        if not is_on and len(came) == len(Role):
            met += 1
            if met % QUIET:
                _tell(session, fair, meeting_id, people, dice=dice, at=ends_at + timedelta(minutes=5), now=now)
        elif not is_on and came:
            attendance.settle_ended(session, now=ends_at + timedelta(minutes=1))
    session.flush()


def _who_came(dice: random.Random, *, is_on: bool) -> tuple[Role, ...]:
    if is_on and dice.random() < NOT_YET:
        return (Role.EXHIBITOR,) if dice.random() < BOTH_CAME else ()
    drawn = dice.random()
    if drawn < BOTH_CAME:
        return tuple(Role)
    return (Role.EXHIBITOR,) if drawn < SELLER_ALONE else ()


def _accounts(session: Session, keys: list[uuid.UUID]) -> dict[uuid.UUID, dict[Role, uuid.UUID]]:
    found: dict[uuid.UUID, dict[Role, uuid.UUID]] = {}
    rows = session.execute(
        select(MeetingAttendee.meeting_id, MeetingAttendee.side, Account.id)
        .join(Representative, Representative.id == MeetingAttendee.representative_id)
        .join(Account, Account.id == Representative.account_id)
        .where(MeetingAttendee.meeting_id.in_(keys), MeetingAttendee.side.in_(list(Role)))
        .order_by(MeetingAttendee.meeting_id, Account.id)
    )
    for meeting_id, side, account_id in rows:
        found.setdefault(meeting_id, {}).setdefault(Role(side), account_id)
    return found


def _tell(
    session: Session,
    fair: FairFacts,
    meeting_id: uuid.UUID,
    people: dict[Role, uuid.UUID],
    *,
    dice: random.Random,
    at: datetime,
    now: datetime,
) -> None:
    """Let each side that answers say the same result; of an amount the buyer has its own idea."""
    outcome = dice.choices([one for one, _ in RESULTS], [share for _, share in RESULTS])[0]
    amount = dice.randint(SMALLEST, LARGEST) * STEP
    for side in Role:
        me = _member(session, fair, meeting_id, people.get(side), side)
        if dice.random() >= TELLS or me is None or at > now:
            continue
        value = Money(amount=Decimal(amount if side is Role.EXHIBITOR else amount - STEP), currency="USD")
        has_value = outcome in {Outcome.QUOTATION, Outcome.MOU, Outcome.ORDER}
        said = Said(
            outcome=outcome,
            value=value if has_value else None,
            typed=f"{value.amount}" if has_value else "",
            horizon=(Horizon.IMMEDIATE if outcome is Outcome.ORDER else Horizon.TWELVE_MONTHS) if has_value else None,
            evidence_number=f"PO-{meeting_id.hex[:6]}" if outcome is Outcome.ORDER else "",
        )
        outcomes.record_outcome(session, fair=fair, me=me, meeting_id=meeting_id, said=said, now=at)


def _member(
    session: Session, fair: FairFacts, meeting_id: uuid.UUID, account_id: uuid.UUID | None, side: Role
) -> Membership | None:
    if account_id is None:
        return None
    own = session.execute(
        select(Meeting.exhibitor_id if side is Role.EXHIBITOR else Meeting.buyer_id).where(Meeting.id == meeting_id)
    ).scalar_one()
    found = fairs.memberships(session, fair_id=fair.id, account_id=account_id)
    return next((one for one in found if one.participation_id == own), None)
