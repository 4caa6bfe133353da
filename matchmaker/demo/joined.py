"""A packaging supplier that a visitor of the demo asked into one of its meetings, and that comes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotAllowed
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Account, Company, FairPerson, Meeting, Offer, Participation, Representative, Slot
from matchmaker.services import third_companies

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

SECTOR = "packaging"
ANSWERED_AFTER = timedelta(hours=1)


def ask_a_packer(session: Session, *, fair: FairFacts, buyer_id: uuid.UUID, asked_at: datetime) -> None:
    """Let a buyer ask suppliers of packaging into the last meeting of its plan; the first that can come joins."""
    last = (
        select(Meeting.id, Meeting.exhibitor_id)
        .join(Slot, Slot.id == Meeting.slot_id)
        .where(Meeting.buyer_id == buyer_id, Meeting.state == MeetingState.SCHEDULED)
        .order_by(Slot.starts_at.desc())
        .limit(1)
    )
    found = session.execute(last).first()
    asker = _speaker(session, buyer_id)
    if found is None or asker is None:
        return
    about = {"fair_id": fair.id, "meeting_id": found.id}
    for packer, account_id in _packers(session, fair=fair, exhibitor_id=found.exhibitor_id, buyer_id=buyer_id):
        answer = {**about, "participation_id": packer, "by": account_id, "now": asked_at + ANSWERED_AFTER}
        try:
            with session.begin_nested():
                third_companies.ask(
                    session, third_id=packer, **about, participation_id=buyer_id, by=asker, now=asked_at
                )
                third_companies.accept(session, **answer)
        except (Conflict, NotAllowed):
            continue
        return


def _speaker(session: Session, participation_id: uuid.UUID) -> uuid.UUID | None:
    """Who signs in for a company and comes to the fair, the first by address."""
    return session.scalars(
        select(Account.id)
        .join(Representative, Representative.account_id == Account.id)
        .join(FairPerson, FairPerson.representative_id == Representative.id)
        .where(FairPerson.participation_id == participation_id)
        .order_by(Account.email)
    ).first()


def _packers(
    session: Session, *, fair: FairFacts, exhibitor_id: uuid.UUID, buyer_id: uuid.UUID
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The fair's suppliers of packaging that the buyer does not meet anyway, by name, each with who speaks for it."""
    met = select(Meeting.exhibitor_id).where(Meeting.buyer_id == buyer_id)
    packs = select(Offer.participation_id).where(Offer.category_code.startswith(SECTOR))
    keys = session.scalars(
        select(Participation.id)
        .join(Company, Company.id == Participation.company_id)
        .where(
            Participation.fair_id == fair.id,
            Participation.role == Role.EXHIBITOR,
            Participation.status == ParticipationStatus.APPROVED,
            Participation.id.in_(packs),
            Participation.id != exhibitor_id,
            Participation.id.not_in(met),
        )
        .order_by(Company.name_key)
    )
    speakers = [(key, _speaker(session, key)) for key in keys.all()]
    return [(key, account_id) for key, account_id in speakers if account_id is not None]
