"""How the sheets of a kind become a file: which rows share a sheet, and how many sheets there will be."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import abort, request
from flask_babel import force_locale, to_user_timezone

from matchmaker.web.long_files import MAKERS, PDF, FilePlan, Maker, basis_of
from matchmaker.web.paper import pdf_of
from matchmaker.web.printing.page import PER_SHEET, SHEETS_AT_ONCE, WORDS, Kind, context, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from matchmaker.services.fairs import FairFacts

    Rows = Sequence[Any]

NOT_FOUND = 404
# What fits on a sheet: lines of a table; an interpreter's sheet has the companies of each meeting as well.
LINES_A_SHEET = {Kind.AGENDAS: 24, Kind.TABLES: 26, Kind.INTERPRETERS: 5}
# A sheet of the desk's list, forty lines across, takes as long as three others.
DESK_WEIGHT = 3
# What is numbered and laid out by itself: a person, a table; or so many rows, on the desk's list of one day.
ROWS_A_DOCUMENT = {Kind.CARDS: 20, Kind.BADGES: 80, Kind.DESK: 400}
# Documents that the engine holds in memory at a time, each of its sheets takes about 2 MB; some seconds of work.
DOCUMENTS_A_PIECE = {Kind.AGENDAS: 20, Kind.TABLES: 5, Kind.INTERPRETERS: 3}


def plan_of(kind: Kind, fair: FairFacts) -> FilePlan:
    """Read what a file of sheets prints: all of a kind, or the one whose number ``?only=`` names."""
    rows = chosen(rows_of(kind, fair=fair))
    if not rows:
        abort(NOT_FOUND)
    documents = list(_documents(kind, rows))
    size = DOCUMENTS_A_PIECE.get(kind, 1)
    pieces = [documents[start : start + size] for start in range(0, len(documents), size)]
    return FilePlan(
        name=f"{fair.slug}-{kind}.pdf",
        media_type=PDF,
        weight=sum(map(partial(_sheets, kind), documents)),
        basis=basis_of(kind, fair.name_vi, fair.name_en, rows),
        parts=[partial(_piece, kind, fair, piece) for piece in pieces],
    )


def chosen(rows: Rows) -> Rows:
    """Return the row whose number the address names, counted from one, or all of them."""
    only = request.args.get("only", 0, type=int)
    return rows if only < 1 else rows[only - 1 : only]


def values_of(kind: Kind, rows: Rows, fair: FairFacts) -> dict[str, Any]:
    """Return what a kind's template prints of some rows."""
    values = {"rows": rows, "title": str(WORDS[kind].title), "in_language": _in_language}
    return values | context(kind, rows, fair=fair)


def by_day(rows: Iterable[Any]) -> list[tuple[date, list[Any]]]:
    """Group meetings, alone or with a side, by the day they begin on where the fair is; they come in order of time."""

    def day_of(row: Any) -> date:
        meeting = row[0] if isinstance(row, tuple) else row
        return to_user_timezone(meeting.starts_at).date()

    return [(day, list(found)) for day, found in groupby(rows, key=day_of)]


def _documents(kind: Kind, rows: Rows) -> Iterable[Rows]:
    size = ROWS_A_DOCUMENT.get(kind, 1)
    for group in [found for _, found in by_day(rows)] if kind is Kind.DESK else [rows]:
        yield from (group[start : start + size] for start in range(0, len(group), size))


def _sheets(kind: Kind, rows: Rows) -> int:
    """How many sheets a document will have, about, by the time they take."""
    if kind in LINES_A_SHEET:
        return sum(-(-max(1, len(row.meetings)) // LINES_A_SHEET[kind]) for row in rows)
    return -(-len(rows) // PER_SHEET.get(kind, 1)) * (DESK_WEIGHT if kind is Kind.DESK else 1)


def _piece(kind: Kind, fair: FairFacts, documents: Sequence[Rows]) -> bytes:
    each = [values_of(kind, rows, fair) | {"is_pdf": True} for rows in documents]
    return pdf_of(f"printing/{kind}.html", *each)


def _in_language(code: str, write: Callable[..., Any], *values: Any) -> Any:
    """Let a macro write in a person's own language, whatever the page's is."""
    with force_locale(code):
        return write(*values)


for one, words in WORDS.items():
    MAKERS[one] = Maker(
        words.title,
        partial(plan_of, one),
        SHEETS_AT_ONCE,
        back="printing.offer",
        options=("only",),
        is_for_readers=False,
    )
