"""A kept spreadsheet shaped for the page on which the organizer looks it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS
from matchmaker.domain.spreadsheets.errors import ImportCode
from matchmaker.web.companies.wording import ENCODINGS, ROLES
from matchmaker.web.filters import country
from matchmaker.web.import_words import column_name, sentence

if TYPE_CHECKING:
    from matchmaker.domain.spreadsheets.companies import CompanyRow
    from matchmaker.domain.spreadsheets.errors import RowError
    from matchmaker.services.company_uploads import Upload
    from matchmaker.services.fairs import FairFacts

SHOWN_ERRORS = 50
SHOWN_ROWS = 5
SHOWN_VALUE = 80
# What stands in a cell whose content is not read.
UNREAD = {ImportCode.FORMULA_CELL: _l("a formula"), ImportCode.MERGED_CELL: _l("merged with another cell")}


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One thing to correct: where it is, what stands there, what to do."""

    row: int | None
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """One of the first rows, as it was understood."""

    name: str
    role: str
    country: str
    offers: int
    needs: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a page says of a kept spreadsheet beside its counts."""

    kind: str
    columns: list[tuple[str, str, str, bool]]
    missing: list[str]
    unread: list[str]
    errors: list[ErrorLine]
    rows: list[RowLine]
    without_country: int
    own_country: str


def review_of(upload: Upload, fair: FairFacts) -> Review:
    """Return a spreadsheet's columns, first rows and errors in words."""
    errors = [error for error in upload.errors if error.code is not ImportCode.MISSING_COLUMN]
    return Review(
        kind=ENCODINGS[upload.encoding],
        columns=[
            (
                column.field,
                column_name(column.field),
                upload.samples.get(column.field, "")[:SHOWN_VALUE],
                column.is_required,
            )
            for column in COMPANY_COLUMNS
        ],
        missing=[
            column_name(str(error.params["field"]))
            for error in upload.errors
            if error.code is ImportCode.MISSING_COLUMN
        ],
        unread=[header for header in upload.headers if header not in upload.mapping.values()],
        errors=[_error_line(error, upload) for error in errors[:SHOWN_ERRORS]],
        rows=[_row_line(row) for row in upload.rows[:SHOWN_ROWS]],
        without_country=sum(row.country is None for row in upload.rows),
        own_country=country(fair.country),
    )


def _error_line(error: RowError, upload: Upload) -> ErrorLine:
    value = str(error.params.get("value") or upload.values.get(error) or UNREAD.get(error.code, ""))[:SHOWN_VALUE]
    return ErrorLine(error.row, error.column or "", value, sentence(error))


def _row_line(row: CompanyRow) -> RowLine:
    where = country(row.country) if row.country else ""
    return RowLine(row.name, str(ROLES[row.side]), where, len(row.offers), len(row.needs), row.email or "")
