"""A contract register that is handed in: what was read from it, and what is wrong with it in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf.file import FileField, FileRequired

from matchmaker.domain.names import clean_text
from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.outcomes import outcomes_of
from matchmaker.domain.spreadsheets.source import read_table
from matchmaker.services.company_uploads import LIMITS
from matchmaker.web.fields import Form
from matchmaker.web.filters import number
from matchmaker.web.import_words import column_name, file_sentence, sentence
from matchmaker.web.reports.wording import CONTRACT_SENTENCES, REGISTER_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matchmaker.domain.spreadsheets.errors import RowError
    from matchmaker.domain.spreadsheets.outcomes import OutcomeRow, ReadOutcomes
    from matchmaker.domain.spreadsheets.table import Table
    from matchmaker.services.contracts import ContractError, ImportedContracts

# The headers that the page names; each field's Vietnamese and English names are understood as well.
HEADERS = ("buyer", "exhibitor", "need", "tender_no", "amount", "currency", "signed_on")
SHOWN_ERRORS = 50
SHOWN_VALUE = 80


class RegisterForm(Form):
    """The contract register that is handed in."""

    file = FileField(_l("Contract register"), validators=[FileRequired(_l("Choose the file with the contracts."))])


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One thing to correct: where it is, what stands there, what to do."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorList:
    """The first things to correct, in how many rows these are, and in how many rows all of them are."""

    lines: Sequence[ErrorLine] = ()
    shown_rows: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """What was read: contracts only if nothing is wrong, else errors of the whole file or of rows.

    ``cells`` gives what stands in a row under a header, ``headers`` the file's own header for each field.
    """

    rows: Sequence[OutcomeRow] = ()
    file_errors: Sequence[str] = ()
    row_errors: ErrorList = ErrorList()
    headers: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether every row could be read."""
        return not self.file_errors and not self.row_errors.lines

    def unfit(self, errors: Sequence[ContractError]) -> ErrorList:
        """Why contracts do not fit the fair, each under the header that the file itself has for the column."""
        lines = []
        for error in errors[:SHOWN_ERRORS]:
            facts = {key: number(value) if isinstance(value, int) else value for key, value in error.facts.items()}
            header = self.headers.get(error.column) or column_name(error.column)
            # A currency may stand in the amount's cell, and then has no column of its own.
            value = self.cells.get((error.row, header)) or str(error.facts.get("currency", ""))
            words = str(CONTRACT_SENTENCES[error.code]) % facts
            lines.append(ErrorLine(error.row, header, value[:SHOWN_VALUE], words))
        return _listed(lines, {error.row for error in errors})


def read_register(data: bytes) -> Register:
    """Return what a file says; one that can't be read at all has an error of the whole file."""
    try:
        table = read_table(data=data, limits=LIMITS)
    except FileRefusedError as refused:
        return Register(file_errors=[file_sentence(refused.error, words=REGISTER_SENTENCES)])
    read = outcomes_of(table=table, limits=LIMITS)
    of_file = [error for error in read.errors if error.row is None or error.code is ImportCode.MISSING_COLUMN]
    of_rows = [error for error in read.errors if error not in of_file]
    cells = _cells(table, read)
    return Register(
        rows=() if read.errors else read.rows,
        file_errors=[sentence(error, words=REGISTER_SENTENCES) for error in of_file],
        row_errors=_listed([_line(error, cells) for error in of_rows[:SHOWN_ERRORS]], {e.row for e in of_rows}),
        headers=read.mapping,
        cells=cells,
    )


def done_text(done: ImportedContracts) -> str:
    """What an import did, in a sentence or two."""
    if not (done.added or done.restated or done.proposed or done.held_as_scheduled or done.walk_ins):
        return ngettext(
            "Nothing has changed: %(num)s contract was on record already.",
            "Nothing has changed: all %(num)s contracts were on record already.",
            done.unchanged,
        )
    return _(
        "Contracts: %(added)s added, %(restated)s restated, %(unchanged)s unchanged. "
        "Meetings now on record as held: %(scheduled)s on schedule, %(outside)s outside it.",
        added=number(done.added),
        restated=number(done.restated),
        unchanged=number(done.unchanged),
        scheduled=number(done.held_as_scheduled),
        outside=number(done.walk_ins),
    )


def _line(error: RowError, cells: Mapping[tuple[int, str], str]) -> ErrorLine:
    row, column = error.row or 0, error.column or ""
    value = str(error.params.get("value") or cells.get((row, column), ""))
    return ErrorLine(row, column, value[:SHOWN_VALUE], sentence(error, words=REGISTER_SENTENCES))


def _listed(lines: Sequence[ErrorLine], rows: set[int | None] | set[int]) -> ErrorList:
    return ErrorList(lines, len({line.row for line in lines}), len(rows))


def _cells(table: Table, read: ReadOutcomes) -> dict[tuple[int, str], str]:
    """What stands in each row under each header that is read."""
    places = {header: read.headers.index(header) for header in read.mapping.values()}
    return {(row.number, header): clean_text(row.cell(place)) for row in table.rows for header, place in places.items()}
