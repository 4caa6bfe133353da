"""Spreadsheets that organizers hand in: kept, looked at, then imported or given up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.names import clean_text
from matchmaker.domain.spreadsheets.columns import find_heading
from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS, companies_of
from matchmaker.domain.spreadsheets.corrected import corrected_file
from matchmaker.domain.spreadsheets.limits import MEBIBYTE, ImportLimits
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.models import CompanyImport
from matchmaker.services.company_import import ImportCounts, import_rows, rows_that_fit

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.spreadsheets.companies import CompanyRow
    from matchmaker.domain.spreadsheets.errors import RowError
    from matchmaker.domain.spreadsheets.table import Table

# A page's whole request may hold 12 MiB, so that a file a little too large is refused with words and not cut off.
LIMITS = ImportLimits(max_bytes=10 * MEBIBYTE)
LONGEST_FILE_NAME = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A kept spreadsheet as it reads now.

    ``headers`` are the file's own, ``mapping`` gives each field the header it is read from, ``samples`` its first
    value. ``refused_rows`` counts the rows with errors. Once imported, ``counts`` says what that did; a file without
    errors is then forgotten, and with it all but the counts.
    """

    id: uuid.UUID
    file_name: str
    encoding: str
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    samples: Mapping[str, str]
    rows: tuple[CompanyRow, ...]
    errors: tuple[RowError, ...]
    values: Mapping[RowError, str]
    refused_rows: int
    counts: ImportCounts | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A kept spreadsheet that is neither imported nor given up."""

    id: uuid.UUID
    file_name: str
    uploaded_at: datetime


WAITING = (
    select(CompanyImport.id, CompanyImport.file_name, CompanyImport.uploaded_at)
    .where(CompanyImport.fair_id == bindparam("fair_id"), CompanyImport.imported_at.is_(None))
    .order_by(CompanyImport.uploaded_at.desc(), CompanyImport.id)
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file read by one mapping."""

    table: Table
    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[str, str]
    rows: tuple[CompanyRow, ...]
    errors: tuple[RowError, ...]


def keep(
    session: Session, *, fair_id: uuid.UUID, by: uuid.UUID, file_name: str, content: bytes, now: datetime
) -> uuid.UUID:
    """Keep a spreadsheet to be looked at, and return its key. A file handed in again takes the place of the former.

    Raises FileRefusedError for a file that cannot be read at all; nothing is kept of it.
    """
    read_table(data=content, limits=LIMITS)
    content_hash = hashlib.sha256(content).hexdigest()
    same = (CompanyImport.content_hash == content_hash, CompanyImport.imported_at.is_(None))
    session.execute(delete(CompanyImport).where(CompanyImport.fair_id == fair_id, *same))
    upload = CompanyImport(
        fair_id=fair_id,
        account_id=by,
        file_name=clean_text(file_name)[:LONGEST_FILE_NAME],
        content=content,
        content_hash=content_hash,
        uploaded_at=now,
        summary={},
    )
    session.add(upload)
    session.flush()
    return upload.id


def waiting(session: Session, *, fair_id: uuid.UUID) -> list[WaitingFile]:
    """Return the spreadsheets of a fair that wait for a decision, the latest first."""
    return [WaitingFile(*row) for row in session.execute(WAITING, {"fair_id": fair_id})]


def look(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> Upload:
    """Return a kept spreadsheet as it reads now, or what its import did. Raises NotFound."""
    kept = _kept(session, fair_id, import_id)
    counts = ImportCounts(**kept.summary["counts"]) if kept.imported_at else None
    reading = _read(kept) if kept.content else None
    return Upload(
        id=kept.id,
        file_name=kept.file_name,
        encoding=reading.table.encoding if reading else "",
        headers=tuple(dict.fromkeys(filter(None, reading.headers))) if reading else (),
        mapping=reading.mapping if reading else {},
        samples=_samples(reading) if reading else {},
        rows=reading.rows if reading else (),
        errors=reading.errors if reading else (),
        values=_values(reading) if reading else {},
        refused_rows=_refused_rows(reading.errors) if reading else 0,
        counts=counts,
        imported_at=kept.imported_at,
    )


def choose_columns(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID, mapping: Mapping[str, str]) -> None:
    """Read a kept spreadsheet by this mapping {field: header} from now on.

    Raises NotFound, and Refused('unknown_column') with the field for a header that the file does not have.
    """
    kept = _kept(session, fair_id, import_id, to_change=True)
    _refuse_imported(kept)
    headers = set(_read(kept).headers)
    for field, header in mapping.items():
        if header not in headers:
            raise Refused("unknown_column", field=field)
    kept.summary = {**kept.summary, "mapping": dict(mapping)}
    session.flush()


def bring_in(
    session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID, without_errors: bool, by: uuid.UUID, now: datetime
) -> ImportCounts:
    """Import a kept spreadsheet and return what that did; a second time only the counts of the first.

    A file with errors is imported only ``without_errors``: its good rows, while the file stays to be corrected. Raises
    NotFound, Refused('rows_have_errors') and Refused('no_rows_to_import').
    """
    kept = _kept(session, fair_id, import_id, to_change=True)
    if kept.imported_at:
        return ImportCounts(**kept.summary["counts"])
    reading = _ready(kept, without_errors=without_errors)
    counts = import_rows(session, fair_id=fair_id, rows=reading.rows, by=by, now=now)
    kept.imported_at = now
    kept.summary = {
        **kept.summary,
        "counts": {"created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged},
    }
    if not reading.errors:
        kept.content = b""  # It has served its purpose, and it names people.
    session.flush()
    return counts


def rows_to_bring_in(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID, without_errors: bool) -> int:
    """Return how many rows an import would bring in; 0 for one that was done. Raises as bring_in does."""
    kept = _kept(session, fair_id, import_id)
    return 0 if kept.imported_at else len(_ready(kept, without_errors=without_errors).rows)


def summary_of(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> dict[str, Any]:
    """Return what is noted of a kept spreadsheet, without reading it. Raises NotFound."""
    noted: dict[str, Any] | None = session.scalar(
        select(CompanyImport.summary).where(CompanyImport.id == import_id, CompanyImport.fair_id == fair_id)
    )
    if noted is None:
        raise NotFound("no_such_import")
    return noted


def note(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID, **facts: Any) -> None:
    """Note something of a kept spreadsheet beside what is noted already. Raises NotFound."""
    kept = _kept(session, fair_id, import_id, to_change=True)
    kept.summary = {**kept.summary, **facts}
    session.flush()


def give_up(session: Session, *, fair_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Forget a kept spreadsheet. Companies that were imported from it stay. Raises NotFound."""
    session.delete(_kept(session, fair_id, import_id, to_change=True))
    session.flush()


def to_correct(
    session: Session,
    *,
    fair_id: uuid.UUID,
    import_id: uuid.UUID,
    reason: Callable[[RowError], str],
    reason_header: str,
) -> bytes:
    """Return an XLSX file of the rows with errors, each with its reasons in words. Raises NotFound without any."""
    kept = _kept(session, fair_id, import_id)
    reading = _read(kept) if kept.content else None
    if reading is None or not _refused_rows(reading.errors):
        raise NotFound("nothing_to_correct")
    return corrected_file(
        table=reading.table,
        header_row=reading.header_row,
        errors=reading.errors,
        reason=reason,
        reason_header=reason_header,
    )


def _kept(session: Session, fair_id: uuid.UUID, import_id: uuid.UUID, *, to_change: bool = False) -> CompanyImport:
    wanted = select(CompanyImport).where(CompanyImport.id == import_id, CompanyImport.fair_id == fair_id)
    kept = session.scalar(wanted.with_for_update() if to_change else wanted)
    if kept is None:
        raise NotFound("no_such_import")
    return kept


def _ready(kept: CompanyImport, *, without_errors: bool) -> _Reading:
    """Read a spreadsheet that is to be imported now."""
    reading = _read(kept)
    if reading.errors and not without_errors:
        raise Refused("rows_have_errors")
    if not reading.rows:
        raise Refused("no_rows_to_import")
    return reading


def _refuse_imported(kept: CompanyImport) -> None:
    if kept.imported_at:
        raise Refused("imported_already")


def _read(kept: CompanyImport) -> _Reading:
    table = read_table(data=kept.content, limits=LIMITS)
    mapping = kept.summary.get("mapping")
    read = companies_of(table=table, mapping=mapping, limits=LIMITS)
    heading = find_heading(table=table, columns=COMPANY_COLUMNS, mapping=mapping)
    rows, errors = rows_that_fit(read)
    return _Reading(
        table=table, header_row=heading.row, headers=heading.headers, mapping=heading.mapping, rows=rows, errors=errors
    )


def _samples(reading: _Reading) -> dict[str, str]:
    """The first value below each field's header, to see at a glance whether the column is the right one."""
    samples = {}
    for field, header in reading.mapping.items():
        index = reading.headers.index(header)
        below = (clean_text(row.cell(index)) for row in reading.table.rows if row.number > reading.header_row)
        samples[field] = next(filter(None, below), "")
    return samples


def _values(reading: _Reading) -> dict[RowError, str]:
    """What stands in the cell of each error."""
    rows = {row.number: row for row in reading.table.rows}
    index = {header: place for place, header in reversed(list(enumerate(reading.headers)))}
    return {
        error: clean_text(rows[error.row].cell(index[error.column]))
        for error in reading.errors
        if error.row in rows and error.column in index
    }


def _refused_rows(errors: tuple[RowError, ...]) -> int:
    return len({error.row for error in errors if error.code != "missing_column"})
