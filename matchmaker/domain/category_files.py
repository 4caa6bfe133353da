"""A fair's category tree as a CSV file: read with an error beside every row that can't be used, and written."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.exports import csv_text
from matchmaker.domain.names import clean_text
from matchmaker.domain.profiles import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

COLUMNS = ("code", "parent", "name_vi", "name_en", "stage", "hs_prefixes")
MOST_ROWS, MOST_CHARACTERS = 2_000, 400_000
LONGEST_CODE, LONGEST_NAME, DEEPEST = 60, 250, 6
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Chapters run from 01 to 97, 77 being kept free; then headings of four, subheadings of six and national eight digits.
HS_PREFIX = re.compile(r"(0[1-9]|[1-6][0-9]|7[0-689]|8[0-9]|9[0-7])(\d{2}|\d{4}|\d{6})?")


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One node as a file says it; ``row`` is its line in the file."""

    row: int
    code: str
    parent: str
    name_vi: str
    name_en: str
    stage: str
    hs_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryError:
    """What is wrong in one cell: the row, the column, what stands there, and the code of the rule."""

    row: int
    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class CategoryFile:
    """What was read from a file: the rows without errors, and the errors of the others."""

    rows: tuple[CategoryRow, ...]
    errors: tuple[CategoryError, ...]


def read_categories(text: str) -> CategoryFile:
    """Return the rows of a file with commas, semicolons or tabs, and everything that is wrong with them."""
    if len(text) > MOST_CHARACTERS:
        return CategoryFile((), (CategoryError(1, "", "", "file_too_long"),))
    lines = text.removeprefix("\ufeff").splitlines()
    head = lines[0] if lines else ""
    delimiter = max(",;\t", key=head.count)
    try:
        cells = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error:
        return CategoryFile((), (CategoryError(1, "", "", "not_a_table"),))
    header = [cell.strip().lower() for cell in cells[0]] if cells else []
    if missing := [name for name in COLUMNS[:4] if name not in header]:
        return CategoryFile((), tuple(CategoryError(1, name, "", "missing_column") for name in missing))
    if len(cells) - 1 > MOST_ROWS:
        return CategoryFile((), (CategoryError(MOST_ROWS + 2, "", "", "too_many_rows"),))
    rows = [
        _row(number, dict(zip(header, line, strict=False)))
        for number, line in enumerate(cells[1:], 2)
        if any(cell.strip() for cell in line)
    ]
    errors = sorted({*_of_cells(rows), *_of_tree(rows)}, key=lambda one: (one.row, COLUMNS.index(one.column)))
    wrong = {error.row for error in errors}
    return CategoryFile(tuple(row for row in rows if row.row not in wrong), tuple(errors))


def write_categories(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a tree as CSV text that can be changed in a spreadsheet and handed in again."""
    return csv_text(COLUMNS, [[row[name] for name in COLUMNS] for row in rows], with_mark=True)


def _row(number: int, cells: Mapping[str, str]) -> CategoryRow:
    texts = {name: clean_text(cells.get(name) or "").strip() for name in COLUMNS}
    # A download quotes what a spreadsheet would run; the quote is no part of the name.
    texts = {name: text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text for name, text in texts.items()}
    prefixes = tuple(
        part.strip().replace(".", "") for part in re.split(r"[|;, ]+", texts["hs_prefixes"]) if part.strip()
    )
    return CategoryRow(
        row=number,
        code=texts["code"],
        parent=texts["parent"],
        name_vi=texts["name_vi"],
        name_en=texts["name_en"],
        stage=texts["stage"].lower(),
        hs_prefixes=prefixes,
    )


def _of_cells(rows: Iterable[CategoryRow]) -> Iterator[CategoryError]:
    """What is wrong within a row, looked at by itself."""
    checks: tuple[tuple[str, str, Callable[[CategoryRow], bool]], ...] = (
        ("code", "no_code", lambda row: not row.code),
        ("code", "bad_code", lambda row: bool(row.code) and not _is_code(row.code)),
        ("name_vi", "no_name", lambda row: not row.name_vi),
        ("name_en", "no_name", lambda row: not row.name_en),
        ("name_vi", "name_too_long", lambda row: len(row.name_vi) > LONGEST_NAME),
        ("name_en", "name_too_long", lambda row: len(row.name_en) > LONGEST_NAME),
        ("stage", "bad_stage", lambda row: row.stage not in {"", *Stage}),
        ("hs_prefixes", "bad_hs", lambda row: not all(HS_PREFIX.fullmatch(one) for one in row.hs_prefixes)),
        ("hs_prefixes", "name_too_long", lambda row: len("|".join(row.hs_prefixes)) > LONGEST_NAME),
    )
    for row in rows:
        for column, code, is_wrong in checks:
            if is_wrong(row):
                yield CategoryError(row.row, column, _value(row, column), code)


def _of_tree(rows: Iterable[CategoryRow]) -> Iterator[CategoryError]:
    """What is wrong between rows: codes given twice, parents that are not there, circles, and too many levels."""
    known: dict[str, CategoryRow] = {}
    listed = list(rows)
    for row in listed:
        if row.code and row.code in known:
            yield CategoryError(row.row, "code", row.code, "code_twice")
        known.setdefault(row.code, row)
    levels = _levels({code: row.parent for code, row in known.items() if code})
    for row in listed:
        if row.parent and row.parent not in known:
            yield CategoryError(row.row, "parent", row.parent, "unknown_parent")
        elif row.code and levels[row.code] > DEEPEST:
            fault = "circle" if math.isinf(levels[row.code]) else "too_deep"
            yield CategoryError(row.row, "parent", row.parent, fault)


def _levels(parents: Mapping[str, str]) -> dict[str, float]:
    """Return on which level each code stands, from 1; without end for one whose way up goes in a circle.

    A level that is known is not counted again, so a file of one long chain takes no longer than any other.
    """
    levels: dict[str, float] = {}
    for code in parents:
        way: dict[str, None] = {}
        above = code
        while above in parents and above not in levels and above not in way:
            way[above] = None
            above = parents[above]
        reached = math.inf if above in way else levels.get(above, 0)
        levels |= {one: reached + number for number, one in enumerate(reversed(way), 1)}
    return levels


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST_CODE and CODE.fullmatch(text) is not None


def _value(row: CategoryRow, column: str) -> str:
    value = getattr(row, column)
    return "|".join(value) if isinstance(value, tuple) else str(value)[:80]
