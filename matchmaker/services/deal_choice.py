"""Which deal an answer about a meeting is about, and what kind of goods the deal is filed under."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from matchmaker.domain.deals.stages import COUNT_ONLY
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.models import Category, Deal, DealMeeting, Need, Offer
from matchmaker.services import history, questions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.reports import OutcomeReport as Stated
    from matchmaker.services.deals import MetFacts
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.outcomes import Said
    from matchmaker.services.questions import PairDeal

NEW = "new"


def deals_meant(
    session: Session, *, fair: FairFacts, meeting: MetFacts, said: Said, so_far: Iterable[Stated], now: datetime
) -> list[uuid.UUID | None]:
    """Return the deals an answer is about, None for the meeting itself; a deal that is wanted anew is opened."""
    known = questions.pair_deals(session, fair_id=fair.id, meeting=meeting)
    if isinstance(said.deal, uuid.UUID):
        if said.deal not in {deal.id for deal in known}:
            raise NotFound("no_such_deal")
        _link(session, deal_id=said.deal, meeting_id=meeting.id)
        return [said.deal]
    if said.outcome in COUNT_ONLY and said.deal == NEW:
        return []  # That no further deal came of the meeting takes nothing back.
    if said.outcome in COUNT_ONLY:
        spoken = {report.deal_id for report in so_far if report.deal_id}
        return [deal.id for deal in known if str(deal.id) in spoken] or [None]
    own = own_deal(known)
    if said.deal == NEW or own is None:
        return [_open_deal(session, fair=fair, meeting=meeting, now=now)]
    return [own.id]


def own_deal(known: Iterable[PairDeal]) -> PairDeal | None:
    """Return the deal that an answer about a meeting is about unless it says otherwise."""
    return next((deal for deal in known if deal.is_of_meeting), None)


def _open_deal(session: Session, *, fair: FairFacts, meeting: MetFacts, now: datetime) -> uuid.UUID:
    """Open a deal, filed under what the exhibitor names first among its offers that have a category."""
    category = session.scalar(
        select(Offer.category_code)
        .where(Offer.participation_id == meeting.exhibitor_id, Offer.category_code.is_not(None))
        .order_by(Offer.position)
        .limit(1)
    )
    deal = Deal(
        fair_id=fair.id,
        exhibitor_id=meeting.exhibitor_id,
        buyer_id=meeting.buyer_id,
        category_code=category,
        opened_at=now,
    )
    session.add(deal)
    session.flush()
    _link(session, deal_id=deal.id, meeting_id=meeting.id)
    return deal.id


def _link(session: Session, *, deal_id: uuid.UUID, meeting_id: uuid.UUID) -> None:
    if session.get(DealMeeting, (deal_id, meeting_id)) is None:
        session.add(DealMeeting(deal_id=deal_id, meeting_id=meeting_id))
        session.flush()


def categories_of(session: Session, *, meeting: MetFacts) -> list[str]:
    """Return what a deal of this meeting is likely to be filed under: the categories of both sides' items."""
    offered = select(Offer.category_code).where(Offer.participation_id == meeting.exhibitor_id)
    needed = select(Need.category_code).where(Need.participation_id == meeting.buyer_id)
    return [code for code in session.scalars(offered.union(needed)) if code is not None]


def file_under(
    session: Session,
    *,
    fair_id: uuid.UUID,
    deal_ids: Iterable[uuid.UUID | None],
    category: str,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """File deals under a category of this fair; raise Refused('no_such_category') for any other."""
    known = select(Category.code).where(
        Category.code == category, or_(Category.fair_id.is_(None), Category.fair_id == fair_id)
    )
    if session.scalar(known) is None:
        raise Refused("no_such_category", field="category")
    for deal in session.scalars(select(Deal).where(Deal.id.in_([key for key in deal_ids if key]))):
        if deal.category_code == category:
            continue
        history.record(
            session,
            action="deal_filed",
            subject_kind="deal",
            subject_id=deal.id,
            by=by,
            now=now,
            fair_id=fair_id,
            before=deal.category_code,
            after=category,
        )
        deal.category_code = category
    session.flush()
