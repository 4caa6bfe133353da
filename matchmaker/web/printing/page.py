"""What each kind of sheet prints, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from matchmaker.extensions import db
from matchmaker.services import sheets
from matchmaker.web.paper import can_print
from matchmaker.web.printing.codes import code_of
from matchmaker.web.table_links import table_path
from matchmaker.web.vocabulary import terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask_babel import LazyString

    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.printing.codes import Code

# About a second of the PDF engine's time, whatever is printed: a sheet takes it 0.04 to 0.17 s.
SHEETS_AT_ONCE = 8
# Where browsers print, a page of more sheets than this takes them too long.
SHEETS_A_PAGE = 40


class Kind(StrEnum):
    """What can be printed."""

    AGENDAS = "agendas"
    TABLES = "tables"
    INTERPRETERS = "interpreters"
    CARDS = "cards"
    BADGES = "badges"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind of sheet in words."""

    title: LazyString
    text: LazyString


WORDS: dict[Kind, KindWords] = {
    Kind.AGENDAS: KindWords(_l("Personal agendas"), _l("One sheet for each person, in their own language.")),
    Kind.TABLES: KindWords(_l("Table sheets"), _l("Who meets at each table, for the table and its host.")),
    Kind.INTERPRETERS: KindWords(
        _l("Interpreters’ days"),
        _l("Meetings of each interpreter, with the companies and their terms in both languages."),
    ),
    Kind.CARDS: KindWords(_l("Table cards"), _l("The table’s number, to be read from afar, with a code for phones.")),
    Kind.BADGES: KindWords(_l("Badges"), _l("Name, company and the company’s code, eight on a sheet.")),
    Kind.DESK: KindWords(_l("List for the desk"), _l("All meetings by time, for the day the network is down.")),
}
# To draw a code takes milliseconds; the address of a fair stays as it is.
CODES_KEPT = 64
PER_SHEET = {Kind.BADGES: 8, Kind.DESK: 40}


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of a kind to print in a browser: its first and last entry, counted from one."""

    first: int
    last: int
    url: str


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind on the page that offers what can be printed."""

    kind: Kind
    words: KindWords
    count: int
    is_long: bool
    all_url: str
    batches: tuple[Batch, ...]


def rows_of(kind: Kind, *, fair: FairFacts) -> Sequence[Any]:
    """Return everything there is to print of a kind."""
    readers: dict[Kind, Callable[..., Sequence[Any]]] = {
        Kind.AGENDAS: sheets.agendas,
        Kind.TABLES: sheets.table_sheets,
        Kind.INTERPRETERS: sheets.interpreter_sheets,
        Kind.CARDS: sheets.table_sheets,
        Kind.BADGES: sheets.badges,
        Kind.DESK: sheets.meetings,
    }
    return readers[kind](db.session, fair_id=fair.id)


def lines_of(fair: FairFacts) -> list[KindLine]:
    """Return what can be printed, each kind with its file, or its pages where browsers print."""
    found = sheets.counts(db.session, fair_id=fair.id)
    counts = {
        Kind.AGENDAS: found.agendas,
        Kind.TABLES: found.tables,
        Kind.INTERPRETERS: found.interpreters,
        Kind.CARDS: found.tables,
        Kind.BADGES: found.badges,
        Kind.DESK: found.meetings,
    }
    return [
        KindLine(
            kind,
            WORDS[kind],
            counts[kind],
            _is_long(kind, counts[kind]),
            url_for(
                "made_files.ask" if _is_long(kind, counts[kind]) else "printing.sheets_file", slug=fair.slug, kind=kind
            ),
            () if can_print() else tuple(_batches(kind, counts[kind], fair)),
        )
        for kind in Kind
    ]


def _is_long(kind: Kind, count: int) -> bool:
    """Whether a file is surely left to the jobs process; of few rows that is known when they are read."""
    return can_print() and count > SHEETS_AT_ONCE * PER_SHEET.get(kind, 1)


def _batches(kind: Kind, count: int, fair: FairFacts) -> list[Batch]:
    size = SHEETS_A_PAGE * PER_SHEET.get(kind, 1)
    if count <= size or kind is Kind.DESK:
        return []
    return [
        Batch(
            first + 1,
            min(first + size, count),
            url_for("printing.sheets_file", slug=fair.slug, kind=kind, first=first + 1),
        )
        for first in range(0, count, size)
    ]


def in_batch(kind: Kind, rows: Sequence[Any], first: int) -> Sequence[Any]:
    """Return the rows of one page, which begins with that one, counted from one; all of them for nought."""
    if first < 1:
        return rows
    return rows[first - 1 : first - 1 + SHEETS_A_PAGE * PER_SHEET.get(kind, 1)]


def context(kind: Kind, rows: Sequence[Any], *, fair: FairFacts) -> dict[str, Any]:
    """Return what a kind's template needs beside its rows: codes to scan, terms to prepare."""
    if kind in {Kind.TABLES, Kind.CARDS}:
        return {"codes": {one.code: code_of(_table_address(fair, one.code)) for one in rows}}
    if kind is Kind.AGENDAS:
        return {"code": code_of(f"{_public()}{url_for('meetings.agenda', slug=fair.slug)}")}
    if kind is Kind.BADGES:
        return {"codes": {one.code: code_of(one.code) for one in rows}}
    if kind is Kind.INTERPRETERS:
        return {"terms": {one.id: terms_of(one.companies) for one in rows}}
    return {}


def addresses(fair: FairFacts) -> dict[str, Any]:
    """Return where phones open the fair, with its code, and what that address means for them."""
    config = current_app.extensions["matchmaker"]
    address = f"{_public()}{url_for('fairs.home', slug=fair.slug)}"
    return {
        "address": address,
        "code": _code_of_fair(address),
        "is_for_others": config.is_for_others,
        "is_secure": config.is_secure,
    }


@lru_cache(maxsize=CODES_KEPT)
def _code_of_fair(address: str) -> Code:
    return code_of(address)


def _table_address(fair: FairFacts, code: str) -> str:
    """Where the code of a table leads: the table's own page, on which one checks in."""
    return f"{_public()}{table_path(fair, code)}"


def _public() -> str:
    return str(current_app.extensions["matchmaker"].public_url)
