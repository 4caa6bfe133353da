"""Documents behind deals: a contract, a memorandum, an order, handed in by one side for what it said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.reports import Side
from matchmaker.domain.deals.stages import HEADLINE
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.uploads import FileKind
from matchmaker.models import Deal, OutcomeReport, StoredFile
from matchmaker.services import deals, files, history, ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership

# Columns that the entry which names the document has of its own.
OWN = frozenset({"id", "entry", "evidence", "file_hash", "stated_by", "stated_at", "note"})
DOCUMENTS = (
    select(StoredFile.subject, StoredFile.id, StoredFile.name, StoredFile.uploaded_at)
    .where(
        StoredFile.kind == FileKind.EVIDENCE,
        StoredFile.removed_at.is_(None),
        StoredFile.subject.in_(bindparam("deals", expanding=True)),
    )
    .order_by(StoredFile.uploaded_at, StoredFile.id)
)
OWN_DOCUMENTS = DOCUMENTS.where(StoredFile.company_id == bindparam("company_id"))


@dataclass(frozen=True, slots=True)
class Document:
    """A document handed in for a deal."""

    file_id: uuid.UUID
    name: str
    uploaded_at: datetime


def hand_in(
    session: Session,
    *,
    fair: FairFacts,
    me: Membership,
    deal_id: uuid.UUID,
    folder: Path,
    content: bytes,
    name: str,
    now: datetime,
) -> None:
    """Keep a document and let this side's newest entry about the deal rest on it; the entry is repeated with it.

    Raises NotFound where this side has said nothing of the deal, Refused('nothing_to_document') where it said that
    nothing came of it, and Refused for a file that is not taken.
    """
    last = _last_said(session, fair=fair, me=me, deal_id=deal_id)
    file_id = files.store(
        session,
        folder=folder,
        company_id=me.company_id,
        kind=FileKind.EVIDENCE,
        subject=deal_id.hex,
        content=content,
        name=name,
        by=me.account_id,
        now=now,
    )
    digest = session.scalar(select(StoredFile.sha256).where(StoredFile.id == file_id))
    if last.file_hash != digest:
        _repeat(session, last, me=me, file_hash=digest, now=now)
        facts: dict[str, Any] = {
            "subject_kind": "deal",
            "subject_id": deal_id,
            "fair_id": fair.id,
            "file": str(file_id),
        }
        history.record(session, action="evidence_handed_in", by=me.account_id, now=now, **facts)
        session.flush()


def of_deals(session: Session, *, deal_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Document]]:
    """Return the documents of deals, from either side, the oldest first: for the organizer."""
    return _documents(session, deal_ids, company_id=None)


def own_of_deals(session: Session, *, me: Membership, deal_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Document]]:
    """Return the documents that this company handed in for deals."""
    return _documents(session, deal_ids, company_id=me.company_id)


def _last_said(session: Session, *, fair: FairFacts, me: Membership, deal_id: uuid.UUID) -> OutcomeReport:
    """Return what this side said last of the deal, if a document can back it."""
    side = deals.SIDES[me.role]
    mine = Deal.exhibitor_id if side is Side.SELLER else Deal.buyer_id
    last = session.scalars(
        select(OutcomeReport)
        .join(Deal, Deal.id == OutcomeReport.deal_id)
        .where(
            Deal.id == deal_id, Deal.fair_id == fair.id, mine == me.participation_id, OutcomeReport.side == str(side)
        )
        .order_by(OutcomeReport.stated_at.desc(), OutcomeReport.entry.desc())
    ).first()
    if last is None:
        raise NotFound("no_such_deal")
    if last.outcome not in {*map(str, HEADLINE), "realised"}:
        raise Refused("nothing_to_document", field="file")
    return last


def _documents(
    session: Session, deal_ids: Iterable[uuid.UUID], *, company_id: uuid.UUID | None
) -> dict[uuid.UUID, list[Document]]:
    wanted = [key.hex for key in deal_ids]
    if not wanted:
        return {}
    statement, asked = (DOCUMENTS, {}) if company_id is None else (OWN_DOCUMENTS, {"company_id": company_id})
    documents: dict[uuid.UUID, list[Document]] = {}
    for row in session.execute(statement, {"deals": wanted, **asked}):
        one = Document(row.id, row.name, row.uploaded_at)
        documents.setdefault(uuid.UUID(hex=row.subject), []).append(one)
    return documents


def _repeat(session: Session, last: OutcomeReport, *, me: Membership, file_hash: str | None, now: datetime) -> None:
    """Say again what the entry says, now on the strength of a document."""
    kept = {
        column.key: getattr(last, column.key) for column in OutcomeReport.__table__.columns if column.key not in OWN
    }
    newest = session.scalars(
        select(OutcomeReport.entry)
        .filter_by(meeting_id=last.meeting_id, deal_id=last.deal_id, side=last.side)
        .order_by(OutcomeReport.entry.desc())
        .limit(1)
    ).one()
    row = {
        **kept,
        "id": uuid.uuid4(),
        "entry": newest + 1,
        "evidence": str(Evidence.DOCUMENT),
        "file_hash": file_hash,
        "note": "",
        "stated_by": me.account_id,
        "stated_at": now,
    }
    ledger.add_reports(session, fair_id=last.fair_id, reports=[row])
