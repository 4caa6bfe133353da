"""Take an erased person out of what others wrote.

A mail address is looked for in every text of every table: it was proved to be the person's own. A name or a phone
number is what someone entered about themselves, so it is looked for only around the companies they spoke for. Else
whoever calls themselves "Bamboo trays" could have that taken out of everybody's offers.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, and_, cast, delete, func, or_, select, update

from matchmaker.domain.errors import DomainError
from matchmaker.domain.spreadsheets.limits import MEBIBYTE, ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.models import Base, CompanyImport, OutcomeReport
from matchmaker.models.base import CleanText
from matchmaker.services import surroundings

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.orm import Session

    from matchmaker.domain.privacy.redaction import Traces

LONGEST_CODE = 60
# SQLite folds the case of these letters alone; the needles come in the usual spellings of the others.
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# Short, and yet what somebody wrote.
SHORT_TEXTS = frozenset({"company.short_name"})
LIMITS = ImportLimits(max_bytes=10 * MEBIBYTE)
# Texts that are left as they are, each with the reason.
LEFT: dict[str, str] = {
    "ledger_entry.content": "sealed; it names people by key and notes by hash",
    "outcome_report.typed": "sealed; the amount as it was typed",
    "outcome_report.years": "sealed; amounts by year",
    "outcome_report.evidence_number": "sealed; the number of a contract between two companies",
    "company.name_key": "made from the name",
    "company.verified_as": "made from the name and the tax code",
    "search_document.vocabulary": "made from the profile",
    "search_document.sort_key": "made from the profile",
    "job.facts": "the sweep itself is told by it; forgotten when the job is done",
    "account.password_hash": "a hash",
    "two_step_key.sealed": "sealed with the application's secret",
    "two_step_key.pending": "sealed with the application's secret",
    "recovery_code.code_hash": "a hash",
    "notice.once": "an event's code and keys",
    "job.once": "a job's code and keys",
    "fair.slug": "the fair's address",
    "sign_in_failure.subject": "a hash",
    "sign_in_session.token_hash": "a hash",
    "registration.form_key": "a hash",
    "company_import.content_hash": "a hash",
    "report_version.digest": "a hash",
    "fair_figure.state": "a hash",
    "stored_file.sha256": "a hash",
    "outcome_report.file_hash": "a hash",
    "ledger_entry.previous": "a hash",
    "ledger_entry.digest": "a hash",
    "erasure.keys": "keys that lead nowhere",
}


@dataclass(frozen=True, slots=True)
class Around:
    """The companies that someone spoke for, and their account: where their name is looked for."""

    account_id: uuid.UUID | None
    companies: Sequence[uuid.UUID]


def text_columns(table: Any) -> list[Column[Any]]:
    """Return the columns of a table that can hold what somebody wrote; codes, keys and figures can't."""
    found = []
    for column in table.__table__.columns:
        kind = column.type
        length = getattr(kind, "length", None)
        name = f"{table.__tablename__}.{column.key}"
        is_long = isinstance(kind, String) and (length is None or length > LONGEST_CODE)
        if name not in LEFT and (isinstance(kind, CleanText | JSON) or is_long or name in SHORT_TEXTS):
            found.append(column)
    return found


def sweep(session: Session, *, traces: Traces, around: Around) -> dict[str, int]:
    """Take a person out of all texts, and uploads that name them away; return how many rows of each table changed."""
    changed: dict[str, int] = {}
    by_address = replace(traces, names=frozenset(), phones=frozenset())
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__tablename__):
        table = mapper.class_
        columns = text_columns(table)
        if not columns:
            continue
        rows = _rewrite(session, table, columns, by_address, where=None)
        near = surroundings.of(table, account_id=around.account_id, companies=around.companies)
        if near is not None:
            rows += _rewrite(session, table, columns, traces, where=near)
        if rows:
            changed[table.__tablename__] = rows
    uploads = _uploads(session, traces, around)
    if uploads:
        changed[CompanyImport.__tablename__] = uploads
    session.expire_all()
    return changed


def _rewrite(
    session: Session, table: Any, columns: list[Column[Any]], traces: Traces, *, where: ColumnElement[bool] | None
) -> int:
    keys = list(table.__table__.primary_key.columns)
    hit = _names_them(columns, traces)
    if hit is None:
        return 0
    wanted = select(*keys, *columns).where(hit if where is None else and_(hit, where))
    changed = 0
    for row in session.execute(wanted).all():
        values = {
            column: swept
            for column, before in zip(columns, row[len(keys) :], strict=True)
            if (swept := _swept(table, column, before, traces)) != before
        }
        if values:
            here = and_(*(key == value for key, value in zip(keys, row, strict=False)))
            session.execute(
                update(table).where(here).values({column.key: value for column, value in values.items()}),
                execution_options={"synchronize_session": False},
            )
            changed += 1
    return changed


def _swept(table: Any, column: Column[Any], value: Any, traces: Traces) -> Any:
    """The ledger lets a note be emptied and nothing else be done to it."""
    swept = traces.out_of(value)
    if table is OutcomeReport and column.key == "note" and swept != value:
        return ""
    length = getattr(column.type, "length", None)
    return swept[:length] if isinstance(swept, str) and length else swept


def _names_them(columns: list[Column[Any]], traces: Traces) -> ColumnElement[bool] | None:
    """Whether one of the needles stands in one of the columns, so that few rows are read."""
    looked_for = [
        func.lower(cast(column, String)).contains(needle.translate(SMALL), autoescape=True)
        for column in columns
        for needle in traces.needles
    ]
    return or_(*looked_for) if looked_for else None


def _uploads(session: Session, traces: Traces, around: Around) -> int:
    """Forget kept spreadsheets that name the person; an import that is done keeps its counts."""
    gone = 0
    for key in list(_naming(session, traces, around)):
        kept = session.get(CompanyImport, key)
        if kept is None:
            continue
        if kept.imported_at is None:
            session.execute(delete(CompanyImport).where(CompanyImport.id == key))
        else:
            kept.content = b""
        gone += 1
    session.flush()
    return gone


def _naming(session: Session, traces: Traces, around: Around) -> Iterator[uuid.UUID]:
    near = set(session.scalars(select(CompanyImport.id).where(surroundings.of_imports(around.companies))))
    by_address = replace(traces, names=frozenset(), phones=frozenset())
    for key, content in session.execute(select(CompanyImport.id, CompanyImport.content)):
        sought = traces if key in near else by_address
        if content and any(sought.are_in(text) for text in _cells(content)):
            yield key


def _cells(content: bytes) -> Iterator[str]:
    try:
        table = read_table(data=content, limits=LIMITS)
    except (DomainError, ValueError):
        yield content.decode("utf-8", errors="ignore")
        return
    for row in table.rows:
        yield "\n".join(row.cells)
