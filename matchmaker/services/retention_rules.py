"""What has been kept long enough, table by table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select
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
from matchmaker.services import row_counts

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import BindParameter, ColumnElement, Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that have been kept long enough: deleted, or only emptied of some values.

    The condition asks for the values of a fair (``FairPeriods.asked``), or of what belongs to none (``of_none``).
    """

    table: Any
    where: ColumnElement[bool]
    values: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FairPeriods:
    """How long a fair keeps things, and the day they are counted from."""

    id: uuid.UUID
    closes_on: date
    periods: Periods

    def asked(self, now: datetime) -> dict[str, Any]:
        """Return the values that the rules of a fair ask for."""
        is_over = self.closes_on < day_months_before(now, self.periods.notes_months)
        return {
            "fair": self.id,
            "fair_over": self.id if is_over else None,
            "notes_before": months_before(now, self.periods.notes_months),
            "history_before": months_before(now, self.periods.history_months),
            "uploads_before": now - timedelta(days=self.periods.uploads_days),
        }


PERIODS = select(
    Fair.id,
    Fair.closes_on,
    Fair.keep_people_months,
    Fair.keep_notes_months,
    Fair.keep_history_months,
    Fair.keep_uploads_days,
)
PERIODS_OF_FAIR = PERIODS.where(Fair.id == bindparam("fair_id"))
# What the rules ask for. None has the name of a column: an update would take it for a value to be set.
FAIR = bindparam("fair", type_=Fair.id.type)
# The fair, once its notes have been kept long enough. Before that it is NULL, which nothing equals.
OVER = bindparam("fair_over", type_=Fair.id.type)
NOTES_BEFORE: BindParameter[datetime] = bindparam("notes_before")
HISTORY_BEFORE: BindParameter[datetime] = bindparam("history_before")
OLD: BindParameter[datetime] = bindparam("old")


def of_every_fair(session: Session) -> list[FairPeriods]:
    """Return how long each fair keeps things."""
    return [_periods(row) for row in session.execute(PERIODS)]


def of_fair(session: Session, *, fair_id: uuid.UUID) -> FairPeriods:
    """Return how long a fair keeps things."""
    return _periods(session.execute(PERIODS_OF_FAIR, {"fair_id": fair_id}).one())


def of_none(now: datetime) -> dict[str, Any]:
    """Return the values that the rules of what belongs to no fair ask for: the standard periods."""
    old = months_before(now, STANDARD.history_months)
    return {
        "notes_before": months_before(now, STANDARD.notes_months),
        "history_before": old,
        "old": old,
        "old_day": old.date(),
        "now": now,
        "jobs_before": now - JOBS_KEPT,
    }


def _periods(row: Any) -> FairPeriods:
    key, closes_on, *months = row
    return FairPeriods(key, closes_on, Periods(*months))


def _messages(of: Any) -> list[Rule]:
    """Notices and mail to people. A notice goes before its mail, which it points to."""
    return [Rule(table, and_(of(table), table.created_at < NOTES_BEFORE)) for table in (Notice, Mail)]


def _history(of: Any) -> list[Rule]:
    return [
        Rule(HistoryEntry, and_(of(HistoryEntry), HistoryEntry.at < HISTORY_BEFORE)),
        Rule(DataRequest, and_(of(DataRequest), DataRequest.closed_at < HISTORY_BEFORE)),
    ]


def _notes() -> list[Rule]:
    """Notes and messages about meetings of a fair that is over that long. The ledger lets its notes be emptied."""
    met = select(Meeting.id).where(Meeting.fair_id == OVER)
    said = or_(Objection.words != "", Objection.answer != "")
    return [
        Rule(Meeting, and_(Meeting.fair_id == OVER, Meeting.note != ""), {"note": ""}),
        Rule(MeetingMessage, MeetingMessage.meeting_id.in_(met)),
        Rule(Complaint, and_(Complaint.fair_id == OVER, Complaint.text != ""), {"text": ""}),
        Rule(Objection, and_(Objection.fair_id == OVER, said), {"words": "", "answer": ""}),
        Rule(OutcomeReport, and_(OutcomeReport.fair_id == OVER, OutcomeReport.note != ""), {"note": ""}),
    ]


def _sign_ins() -> list[Rule]:
    """Traces of signing in. Each account's last session stays: it says when the person was here last."""
    newer = aliased(SignInSession)
    is_not_last = (
        select(newer.id)
        .where(newer.account_id == SignInSession.account_id, newer.last_used_at > SignInSession.last_used_at)
        .exists()
    )
    return [
        Rule(SignInSession, and_(SignInSession.last_used_at < OLD, is_not_last)),
        Rule(SignInLink, SignInLink.expires_at < OLD),
        Rule(AddressClaim, and_(AddressClaim.expires_at < OLD, AddressClaim.confirmed_at.is_(None))),
        Rule(TeamInvitation, TeamInvitation.expires_at < OLD),
        Rule(RecoveryCode, and_(RecoveryCode.used_at.is_not(None), RecoveryCode.used_at < OLD)),
        Rule(ViewCount, ViewCount.day < bindparam("old_day")),
        Rule(RemovedItem, RemovedItem.removed_at < OLD),
    ]


def _copies() -> list[Rule]:
    is_full = func.length(DataCopy.content) > 0
    return [
        Rule(DataCopy, and_(DataCopy.expires_at <= bindparam("now"), is_full), {"content": b""}),
        Rule(DataCopy, DataCopy.expires_at < OLD),
    ]


OF_FAIR: dict[Keeping, list[Rule]] = {
    Keeping.NOTES: _notes(),
    Keeping.MESSAGES: _messages(lambda table: table.fair_id == FAIR),
    Keeping.HISTORY: _history(lambda table: table.fair_id == FAIR),
    # Spreadsheets handed in, and items taken off a profile that nobody put back.
    Keeping.UPLOADS: [
        Rule(
            CompanyImport,
            and_(CompanyImport.fair_id == FAIR, CompanyImport.uploaded_at < bindparam("uploads_before")),
        )
    ],
}
OF_NONE: dict[Keeping, list[Rule]] = {
    Keeping.MESSAGES: _messages(lambda table: table.fair_id.is_(None)),
    Keeping.HISTORY: _history(lambda table: table.fair_id.is_(None)),
    Keeping.SIGN_INS: _sign_ins(),
    Keeping.COPIES: _copies(),
    Keeping.FILES: [Rule(MadeFile, MadeFile.expires_at <= bindparam("now"))],
    Keeping.JOBS: [Rule(Job, and_(Job.finished_at.is_not(None), Job.finished_at < bindparam("jobs_before")))],
}


def _counts(rules: dict[Keeping, list[Rule]]) -> Select[Any]:
    return row_counts.statement((rule.table, rule.where) for rule in chain(*rules.values()))


COUNTS_OF_FAIR, COUNTS_OF_NONE = _counts(OF_FAIR), _counts(OF_NONE)


def by_keeping(rules: dict[Keeping, list[Rule]], counts: Iterable[int]) -> dict[Keeping, int]:
    """Return the counts of some rules, in their order, added up for each kind."""
    rest = iter(counts)
    return {keeping: sum(next(rest) for _ in of) for keeping, of in rules.items()}
