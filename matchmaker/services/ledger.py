"""Write the ledger: each side's reports of outcomes, sealed one after the other as they come in."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from matchmaker.domain.deals.chain import Link, canonical, first_fault, link
from matchmaker.domain.names import clean_text
from matchmaker.models import Fair, LedgerEntry, Meeting, OutcomeReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from matchmaker.domain.deals.chain import Fault

ROWS_AT_ONCE = 500
FOUR_PLACES = Decimal("0.0001")
OUTCOME = "outcome"
# What of a report is sealed as it is; its note and its numbers are sealed in a form of their own.
PLAIN = ("side", "entry", "outcome", "currency", "typed", "horizon", "evidence", "evidence_number", "attribution")
PAIR = ("exhibitor_id", "buyer_id")
KEYS = ("deal_id", "meeting_id", "stated_by")
LINKS = select(LedgerEntry.position, LedgerEntry.previous, LedgerEntry.content, LedgerEntry.digest).where(
    LedgerEntry.fair_id == bindparam("fair_id")
)
IN_ORDER = LINKS.order_by(LedgerEntry.position)
REPORTS = (
    select(LedgerEntry.content, OutcomeReport)
    .join(OutcomeReport, OutcomeReport.id == LedgerEntry.subject_id)
    .where(LedgerEntry.fair_id == bindparam("fair_id"))
    .order_by(LedgerEntry.position)
)


def add_reports(session: Session, *, fair_id: uuid.UUID, reports: Sequence[Mapping[str, Any]]) -> None:
    """Add what was said of outcomes and seal it; ``reports`` are full rows of outcome_report with the same columns.

    Raises IntegrityError where an entry of the same count stands already.
    """
    if not reports:
        return
    rows = [{"id": uuid.uuid4(), "years": [], **row} for row in reports]
    pairs = _pairs(session, meeting_ids={row["meeting_id"] for row in rows})
    session.execute(insert(OutcomeReport), rows)
    append(
        session,
        fair_id=fair_id,
        entries=[(row["id"], report_facts(row, pair=pairs[row["meeting_id"]])) for row in rows],
    )


def append(session: Session, *, fair_id: uuid.UUID, entries: Iterable[tuple[uuid.UUID, Mapping[str, Any]]]) -> None:
    """Seal entries at the end of a fair's chain, each with the key of what it is about.

    Two writers of one fair wait for each other on the fair's row, so that the chain never forks. The lock leaves
    those alone who only refer to the fair.
    """
    session.execute(select(Fair.id).where(Fair.id == fair_id).with_for_update(key_share=True))
    last = head(session, fair_id=fair_id)
    rows = []
    for subject_id, facts in entries:
        last = link(after=last, content=canonical(facts))
        rows.append(
            {
                "fair_id": fair_id,
                "position": last.position,
                "subject_id": subject_id,
                "content": last.content,
                "previous": last.previous,
                "digest": last.digest,
            }
        )
    if rows:
        session.execute(insert(LedgerEntry), rows)


def head(session: Session, *, fair_id: uuid.UUID) -> Link | None:
    """Return the last entry of a fair's ledger; None for an empty one."""
    row = session.execute(LINKS.order_by(LedgerEntry.position.desc()).limit(1), {"fair_id": fair_id}).one_or_none()
    return Link(*row) if row else None


def export(session: Session, *, fair_id: uuid.UUID) -> Iterator[str]:
    """Yield a fair's ledger line by line, as ``docs/verify_ledger.py`` reads it."""
    for row in _in_order(session, fair_id):
        yield Link(*row).line + "\n"


def check(session: Session, *, fair_id: uuid.UUID) -> Fault | None:
    """Return the first place at which a fair's chain does not hold, or None."""
    return first_fault(Link(*row) for row in _in_order(session, fair_id))


def _in_order(session: Session, fair_id: uuid.UUID) -> Iterator[Any]:
    """Yield the rows of a fair's chain a few at a time: it grows as long as the fair is reported on."""
    options = {"stream_results": False}
    yield from session.execute(IN_ORDER, {"fair_id": fair_id}, execution_options=options).yield_per(ROWS_AT_ONCE)


def strays(session: Session, *, fair_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the reports that no longer say what was sealed, and those that never were.

    What erasing a person takes away, the author and the note, is no difference.
    """
    sealed: set[uuid.UUID] = set()
    wrong: list[uuid.UUID] = []
    for content, report in session.execute(REPORTS, {"fair_id": fair_id}):
        sealed.add(report.id)
        if not _says(report, json.loads(content)):
            wrong.append(report.id)
    known = session.scalars(select(OutcomeReport.id).where(OutcomeReport.fair_id == fair_id))
    return wrong + [key for key in known if key not in sealed]


def report_facts(row: Mapping[str, Any], *, pair: Mapping[str, str]) -> dict[str, Any]:
    """Return what is sealed of a report: plain values, people by key, the note by its hash."""
    return {
        "kind": OUTCOME,
        "id": str(row["id"]),
        **pair,
        **{name: None if row.get(name) is None else str(row[name]) for name in KEYS},
        **{name: _plain(row.get(name)) for name in PLAIN},
        "amount": _amount(row.get("amount")),
        "years": [[_plain(value) for value in year] for year in row.get("years") or []],
        "signed_on": _plain(row.get("signed_on")),
        "expected_on": _plain(row.get("expected_on")),
        "saving": _amount(row.get("saving")),
        "file_hash": _plain(row.get("file_hash")),
        "stated_at": _plain(row["stated_at"]),
        "note_hash": _note_hash(row),
    }


def _note_hash(row: Mapping[str, Any]) -> str:
    """The entry's key goes into the hash, so that equal notes don't show and short ones can't be looked up."""
    note = clean_text(row.get("note") or "", keep_lines=True)
    return hashlib.sha256(f"{row['id']}\n{note}".encode()).hexdigest() if note else ""


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{Decimal(value).quantize(FOUR_PLACES):f}"


def _plain(value: Any) -> str | int | None:
    """As JSON keeps it, and text as the table keeps it."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else clean_text(str(value), keep_lines=True)


def _says(report: OutcomeReport, then: dict[str, Any]) -> bool:
    """Whether a report still says what was sealed. Whose meeting it was is taken as sealed: companies can merge."""
    columns = {column.key: getattr(report, column.key) for column in OutcomeReport.__table__.columns}
    now = report_facts(columns, pair={name: then[name] for name in PAIR})
    erased = {name: now[name] for name in ("stated_by", "note_hash") if not now[name]}
    unknown = {name: None for name in now if name not in then}  # What entries did not hold when this one was sealed.
    return {**unknown, **then, **erased} == now


def _pairs(session: Session, *, meeting_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """Whose meetings these are: the two participations, by their keys."""
    wanted = sorted(meeting_ids)
    found: dict[uuid.UUID, dict[str, str]] = {}
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        rows = session.execute(
            select(Meeting.id, Meeting.exhibitor_id, Meeting.buyer_id).where(
                Meeting.id.in_(wanted[start : start + ROWS_AT_ONCE])
            )
        )
        found |= {row.id: {"exhibitor_id": str(row.exhibitor_id), "buyer_id": str(row.buyer_id)} for row in rows}
    return found
