"""What a participant is asked about a meeting, with what was said of it so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role
from matchmaker.models import Deal, DealMeeting, Meeting, OutcomeReport, Slot
from matchmaker.services.deals import MET, REPORT_COLUMNS, SIDES, met_facts, stated

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.reports import OutcomeReport as Stated
    from matchmaker.domain.deals.reports import Side
    from matchmaker.services.deals import MetFacts
    from matchmaker.services.fairs import Membership


@dataclass(frozen=True, slots=True)
class PairDeal:
    """A deal of the two companies, known by its title or by when they met; ``is_of_meeting`` says from this meeting."""

    id: uuid.UUID
    title: str
    met_at: datetime
    is_of_meeting: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a meeting, with what was said so far.

    ``mine`` are this side's entries, oldest first, ``theirs`` the other side's: empty until this side has answered.
    ``deals`` are those of the two companies, which only an answer is asked for.
    """

    meeting: MetFacts
    mine: tuple[Stated, ...]
    theirs: tuple[Stated, ...]
    deals: tuple[PairDeal, ...] = ()


PAIR_DEALS = (
    select(Deal.id, Deal.title, Deal.opened_at, DealMeeting.meeting_id, Slot.starts_at)
    .join(DealMeeting, DealMeeting.deal_id == Deal.id)
    .join(Meeting, Meeting.id == DealMeeting.meeting_id)
    .outerjoin(Slot, Slot.id == Meeting.slot_id)
    .where(
        Deal.fair_id == bindparam("fair_id"),
        Deal.exhibitor_id == bindparam("exhibitor_id"),
        Deal.buyer_id == bindparam("buyer_id"),
    )
    .order_by(Deal.opened_at, Deal.id)
)
SAID = (
    select(*REPORT_COLUMNS)
    .where(OutcomeReport.meeting_id == bindparam("meeting_id"), OutcomeReport.side == bindparam("side"))
    .order_by(OutcomeReport.stated_at, OutcomeReport.entry)
)


def _asked(role: Role) -> Select[*tuple[Any, ...]]:
    """The meeting once for each entry of this side about it, and once where there is none."""
    is_own = and_(OutcomeReport.meeting_id == Meeting.id, OutcomeReport.side == SIDES[role])
    return (
        MET[role]
        .add_columns(*REPORT_COLUMNS)
        .outerjoin(OutcomeReport, is_own)
        .order_by(OutcomeReport.stated_at, OutcomeReport.entry)
    )


ASKED = {role: _asked(role) for role in Role}


def question_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> Question:
    """Return what to ask a participant about a meeting, with the deals it may be about; raise NotFound as asked_of."""
    question = asked_of(session, fair_id=fair_id, me=me, meeting_id=meeting_id)
    return replace(question, deals=pair_deals(session, fair_id=fair_id, meeting=question.meeting))


def asked_of(session: Session, *, fair_id: uuid.UUID, me: Membership, meeting_id: uuid.UUID) -> Question:
    """Return the same without the deals, as the page that asks shows it; raise NotFound when it is not theirs."""
    key = {"fair_id": fair_id, "participation_id": me.participation_id, "meeting_id": meeting_id}
    rows = session.execute(ASKED[me.role], key).all()
    if not rows:
        raise NotFound("no_such_meeting")
    reports = [row[-len(REPORT_COLUMNS) :] for row in rows]
    mine = tuple([stated(report) for report in reports if report[0] is not None])
    theirs = said(session, meeting_id=meeting_id, side=SIDES[me.role.other]) if mine else ()
    return Question(met_facts(rows[0][: -len(REPORT_COLUMNS)]), mine, theirs)


def said(session: Session, *, meeting_id: uuid.UUID, side: Side) -> tuple[Stated, ...]:
    """Return every entry of one side about a meeting, oldest first."""
    return tuple(stated(row) for row in session.execute(SAID, {"meeting_id": meeting_id, "side": side}))


def pair_deals(session: Session, *, fair_id: uuid.UUID, meeting: MetFacts) -> tuple[PairDeal, ...]:
    """Return the deals of a meeting's two companies at this fair, those of the meeting itself first."""
    key = {"fair_id": fair_id, "exhibitor_id": meeting.exhibitor_id, "buyer_id": meeting.buyer_id}
    found: dict[uuid.UUID, PairDeal] = {}
    for deal_id, title, opened_at, meeting_id, starts_at in session.execute(PAIR_DEALS, key):
        known = found.get(deal_id)
        is_of_meeting = meeting_id == meeting.id or (known is not None and known.is_of_meeting)
        met_at = min(known.met_at, starts_at or opened_at) if known else starts_at or opened_at
        found[deal_id] = PairDeal(deal_id, title, met_at, is_of_meeting)
    return tuple(sorted(found.values(), key=lambda deal: (not deal.is_of_meeting, deal.met_at, str(deal.id))))
