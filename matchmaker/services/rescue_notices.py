"""Tell the two of an offer in the hall that they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.models import Company, HallOffer, HallOfferSide, MeetingTable, Participation, Representative
from matchmaker.services import notices

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

TOLD = (
    select(Representative.account_id, Company.name, MeetingTable.code, HallOffer.expires_at)
    .select_from(HallOffer)
    .join(HallOfferSide, HallOfferSide.offer_id == HallOffer.id)
    .join(Representative, Representative.id == HallOfferSide.representative_id)
    .join(Participation, Participation.id == HallOfferSide.participation_id)
    .join(Company, Company.id == Participation.company_id)
    .outerjoin(MeetingTable, MeetingTable.id == HallOffer.table_id)
    .where(HallOffer.id == bindparam("offer_id"))
    .order_by(HallOfferSide.side)
)


def tell_offer(session: Session, *, fair: FairFacts, offer_id: uuid.UUID, now: datetime) -> None:
    """Queue a notice for each of the two who can sign in; the other side is named as a company alone."""
    one, other = session.execute(TOLD, {"offer_id": offer_id}).all()
    for mine, theirs in ((one, other), (other, one)):
        if mine.account_id is None:
            continue
        notices.queue(
            session,
            account_id=mine.account_id,
            kind="hall_offer",
            once=f"hall_offer {offer_id.hex} {mine.account_id.hex}",
            now=now,
            fair_id=fair.id,
            path=f"/fairs/{fair.slug}/now",
            company=theirs.name,
            table=mine.code or "",
            until=mine.expires_at.isoformat(),
            time_zone=fair.time_zone,
        )
