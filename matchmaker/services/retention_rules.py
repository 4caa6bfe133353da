"""What has been kept long enough, table by table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.privacy.retention import (
    JOBS_KEPT,
    STANDARD,
    Keeping,
    Periods,
    day_months_before,
    months_before,
)
from matchmaker.models import (
    AddressClaim,
    CompanyImport,
    Complaint,
    DataCopy,
    DataRequest,
    Fair,
    HistoryEntry,
    Job,
    MadeFile,
    Mail,
    Meeting,
    MeetingMessage,
    Notice,
    Objection,
    OutcomeReport,
    RecoveryCode,
    RemovedItem,
    SignInLink,
    SignInSession,
    TeamInvitation,
    ViewCount,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that have been kept long enough: deleted, or only emptied of some values."""

    table: Any
    where: ColumnElement[bool]
    values: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Fair:
    id: uuid.UUID
    closes_on: date
    periods: Periods


def rules(session: Session, *, now: datetime, fair_id: uuid.UUID | None) -> dict[Keeping, list[Rule]]:
    """Return the rules with what is due now; those of one fair alone, or of all and of what belongs to none."""
    rows = session.execute(
        select(
            Fair.id,
            Fair.closes_on,
            Fair.keep_people_months,
            Fair.keep_notes_months,
            Fair.keep_history_months,
            Fair.keep_uploads_days,
        )
    )
    every = [_Fair(key, closes_on, Periods(*kept)) for key, closes_on, *kept in rows]
    fairs = every if fair_id is None else [one for one in every if one.id == fair_id]
    found = {
        Keeping.NOTES: _notes(fairs, now),
        Keeping.MESSAGES: _messages(fairs, now, is_everywhere=fair_id is None),
        Keeping.HISTORY: _history(fairs, now, is_everywhere=fair_id is None),
        Keeping.UPLOADS: _uploads(fairs, now),
    }
    if fair_id is None:
        found |= {Keeping.SIGN_INS: _sign_ins(now), Keeping.COPIES: _copies(now), Keeping.FILES: _files(now)}
        found |= {Keeping.JOBS: _jobs(now)}
    return found


def _notes(fairs: Sequence[_Fair], now: datetime) -> list[Rule]:
    """Notes and messages about meetings of fairs that are over that long. The ledger lets its notes be emptied."""
    over = [one.id for one in fairs if one.closes_on < day_months_before(now, one.periods.notes_months)]
    if not over:
        return []
    met = select(Meeting.id).where(Meeting.fair_id.in_(over))
    return [
        Rule(Meeting, and_(Meeting.fair_id.in_(over), Meeting.note != ""), {"note": ""}),
        Rule(MeetingMessage, MeetingMessage.meeting_id.in_(met)),
        Rule(Complaint, and_(Complaint.fair_id.in_(over), Complaint.text != ""), {"text": ""}),
        Rule(
            Objection,
            and_(Objection.fair_id.in_(over), or_(Objection.words != "", Objection.answer != "")),
            {"words": "", "answer": ""},
        ),
        Rule(OutcomeReport, and_(OutcomeReport.fair_id.in_(over), OutcomeReport.note != ""), {"note": ""}),
    ]


def _messages(fairs: Sequence[_Fair], now: datetime, *, is_everywhere: bool) -> list[Rule]:
    """Notices and mail to people. A notice goes before its mail, which it points to."""

    def old(table: Any) -> ColumnElement[bool]:
        return _before(
            table.fair_id, table.created_at, fairs, now, lambda kept: kept.notes_months, is_everywhere=is_everywhere
        )

    return [Rule(Notice, old(Notice)), Rule(Mail, old(Mail))]


def _history(fairs: Sequence[_Fair], now: datetime, *, is_everywhere: bool) -> list[Rule]:
    def old(fair: Any, at: Any) -> ColumnElement[bool]:
        return _before(fair, at, fairs, now, lambda kept: kept.history_months, is_everywhere=is_everywhere)

    return [
        Rule(HistoryEntry, old(HistoryEntry.fair_id, HistoryEntry.at)),
        Rule(DataRequest, old(DataRequest.fair_id, DataRequest.closed_at)),
    ]


def _uploads(fairs: Sequence[_Fair], now: datetime) -> list[Rule]:
    """Spreadsheets handed in, and items taken off a profile that nobody put back."""
    lists = [
        and_(
            CompanyImport.fair_id == one.id,
            CompanyImport.uploaded_at < now - timedelta(days=one.periods.uploads_days),
        )
        for one in fairs
    ]
    return [Rule(CompanyImport, or_(false(), *lists))]


def _sign_ins(now: datetime) -> list[Rule]:
    """Traces of signing in. Each account's last session stays: it says when the person was here last."""
    before = months_before(now, STANDARD.history_months)
    newer = aliased(SignInSession)
    is_not_last = (
        select(newer.id)
        .where(newer.account_id == SignInSession.account_id, newer.last_used_at > SignInSession.last_used_at)
        .exists()
    )
    return [
        Rule(SignInSession, and_(SignInSession.last_used_at < before, is_not_last)),
        Rule(SignInLink, SignInLink.expires_at < before),
        Rule(AddressClaim, and_(AddressClaim.expires_at < before, AddressClaim.confirmed_at.is_(None))),
        Rule(TeamInvitation, TeamInvitation.expires_at < before),
        Rule(RecoveryCode, and_(RecoveryCode.used_at.is_not(None), RecoveryCode.used_at < before)),
        Rule(ViewCount, ViewCount.day < before.date()),
        Rule(RemovedItem, RemovedItem.removed_at < before),
    ]


def _copies(now: datetime) -> list[Rule]:
    return [
        Rule(DataCopy, and_(DataCopy.expires_at <= now, func.length(DataCopy.content) > 0), {"content": b""}),
        Rule(DataCopy, DataCopy.expires_at < months_before(now, STANDARD.history_months)),
    ]


def _files(now: datetime) -> list[Rule]:
    return [Rule(MadeFile, MadeFile.expires_at <= now)]


def _jobs(now: datetime) -> list[Rule]:
    return [Rule(Job, and_(Job.finished_at.is_not(None), Job.finished_at < now - JOBS_KEPT))]


def _before(
    fair: Any,
    at: Any,
    fairs: Sequence[_Fair],
    now: datetime,
    months: Callable[[Periods], int],
    *,
    is_everywhere: bool,
) -> ColumnElement[bool]:
    """Whether a row is older than its fair's period, or than the standard one where it belongs to no fair."""
    of_fairs = [and_(fair == one.id, at < months_before(now, months(one.periods))) for one in fairs]
    of_none = [and_(fair.is_(None), at < months_before(now, months(STANDARD)))] if is_everywhere else []
    return or_(false(), *of_fairs, *of_none)
