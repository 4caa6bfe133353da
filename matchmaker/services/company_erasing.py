"""Erase a company that nobody speaks for any more: whole, or down to what others' meetings and deals need of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, or_, select, update

from matchmaker.domain.approvals import StatusReason
from matchmaker.domain.fairs import ParticipationStatus, Phase
from matchmaker.domain.names import company_key
from matchmaker.models import (
    Certificate,
    Company,
    CompanyGroupMember,
    Deal,
    Fair,
    HelperGrant,
    Meeting,
    MeetingRule,
    MeetingTable,
    Need,
    Offer,
    Participation,
    RemovedItem,
    StoredFile,
    Suggestion,
    SuggestionAnswer,
    TeamInvitation,
    Veto,
)
from matchmaker.services import leaving

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

QUIETLY = {"synchronize_session": False}
CODE_LETTERS = 6


def stands_for_others(company_id: Any) -> ColumnElement[bool]:
    """Whether meetings or deals of others are on record with a company, so that something of it has to stay.

    A part of a statement; the key may be one or that of each company the statement reads.
    """
    own = select(Participation.id).where(Participation.company_id == company_id).correlate(Company)
    booths = select(MeetingTable.id).where(MeetingTable.host_id.in_(own))
    met = exists().where(or_(Meeting.exhibitor_id.in_(own), Meeting.buyer_id.in_(own), Meeting.table_id.in_(booths)))
    dealt = exists().where(or_(Deal.exhibitor_id.in_(own), Deal.buyer_id.in_(own)))
    return or_(met, dealt)


def erase(session: Session, *, company_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> list[str]:
    """Close what a company has open, tell the other sides, and erase it; return the places of its files on disk.

    Where meetings or deals are on record it stays under a made-up name with its country and legal form, so that no
    total changes; a value that a document backed stays so, the document goes. At a fair that is over the company goes
    on counting as one that took part.
    """
    rows = session.execute(
        select(Participation.id, Participation.fair_id, Fair.phase, Fair.closes_on)
        .join(Fair, Fair.id == Participation.fair_id)
        .where(Participation.company_id == company_id)
        .order_by(Participation.id)
        .with_for_update(of=Participation)
    ).all()
    for row in rows:
        leaving.close_open(session, fair_id=row.fair_id, participation_id=row.id, by=by, now=now)
    places = list(session.scalars(select(StoredFile.place).where(StoredFile.company_id == company_id)))
    if not session.scalar(select(stands_for_others(company_id))):
        session.execute(delete(Company).where(Company.id == company_id), execution_options=QUIETLY)
        session.expire_all()
        return places
    for row in rows:
        is_over = row.phase == Phase.FOLLOW_UP or row.closes_on < now.date()
        _empty_participation(session, row.id, is_over=is_over, now=now)
    _empty_company(session, company_id)
    session.expire_all()
    return places


def made_up_names(company_id: uuid.UUID) -> tuple[str, str]:
    """Return what an erased company is called, in Vietnamese and English."""
    code = company_id.hex[:CODE_LETTERS].upper()
    return f"Doanh nghiệp {code}", f"Company {code}"


def _empty_company(session: Session, company_id: uuid.UUID) -> None:
    vi, en = made_up_names(company_id)
    texts: dict[str, Any] = dict.fromkeys(
        ("short_name", "city", "about_vi", "about_en", "verified_what", "verified_as"), ""
    )
    lists: dict[str, Any] = {name: [] for name in ("vsic_codes", "hs_codes", "languages", "markets")}
    session.execute(
        update(Company)
        .where(Company.id == company_id)
        .values(
            name=vi,
            name_en=en,
            name_key=company_key(vi),
            tax_code=None,
            verified_at=None,
            verified_by=None,
            facets={},
            **texts,
            **lists,
        ),
        execution_options=QUIETLY,
    )
    for table in (Certificate, StoredFile, TeamInvitation, HelperGrant, CompanyGroupMember):
        session.execute(delete(table).where(table.company_id == company_id), execution_options=QUIETLY)
    spoken_of = {company_id.hex, str(company_id)}
    session.execute(
        delete(MeetingRule).where(or_(MeetingRule.one_value.in_(spoken_of), MeetingRule.other_value.in_(spoken_of))),
        execution_options=QUIETLY,
    )


def _empty_participation(session: Session, participation_id: uuid.UUID, *, is_over: bool, now: datetime) -> None:
    gone: dict[str, Any] = {
        "status": ParticipationStatus.REFUSED,
        "status_reason": StatusReason.OTHER,
        "status_at": now,
    }
    session.execute(
        update(Participation)
        .where(Participation.id == participation_id)
        .values(
            status_note="",
            status_by=None,
            booth="",
            badge_code=f"X{participation_id.hex[:12].upper()}",
            advice={},
            **({} if is_over else gone),
        ),
        execution_options=QUIETLY,
    )
    for table in (Offer, Need, RemovedItem, Veto, SuggestionAnswer):
        session.execute(delete(table).where(table.participation_id == participation_id), execution_options=QUIETLY)
    session.execute(
        update(Suggestion)
        .where(or_(Suggestion.exhibitor_id == participation_id, Suggestion.buyer_id == participation_id))
        .values(reasons={}, gaps={}, best_pair={}),
        execution_options=QUIETLY,
    )
