"""The page of meetings without a place, a page of rows at a time and by reason, and what would make room for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.paging import page_shown
from matchmaker.extensions import db
from matchmaker.services import schedule_reads
from matchmaker.web.misses import help_words, miss_kind, miss_words
from matchmaker.web.scheduling.gaps import HelpLine, helps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.schedule_reads import Miss


@dataclass(frozen=True, slots=True)
class MissLine:
    """One meeting without a place, in words."""

    exhibitor: str
    buyer: str
    third: str | None
    reason: str
    helps: str


@dataclass(frozen=True, slots=True)
class UnplacedPage:
    """All that the page shows; ``waiting`` is how many meetings no run has seen yet, where it left none over."""

    lines: list[MissLine]
    waiting: int
    helps: list[HelpLine]
    filters: list[tuple[str, str, int, bool]]
    page: int
    pages: int
    total: int


def unplaced_page(fair: FairFacts, *, chosen: str, page: int) -> UnplacedPage:
    """Load and shape the page of the newest run for the reason in the address; an unknown reason shows all."""
    run = schedule_reads.last_run(db.session, fair_id=fair.id)
    counts = schedule_reads.miss_counts(db.session, run_id=run.id) if run else {}
    code = chosen if chosen in counts else ""
    total = counts[code] if code else sum(counts.values())
    page, pages = page_shown(page, rows=total, a_page=schedule_reads.MISSES_A_PAGE)
    start = schedule_reads.MISSES_A_PAGE * (page - 1)
    misses = schedule_reads.misses(db.session, run_id=run.id, code=code, start=start) if run else []
    return UnplacedPage(
        lines=lines_of(misses),
        waiting=0 if misses else schedule_reads.waiting(db.session, fair_id=fair.id),
        helps=helps_of(fair, run) if misses else [],
        filters=_filters(fair, counts, code),
        page=page,
        pages=pages,
        total=total,
    )


def lines_of(misses: Iterable[Miss]) -> list[MissLine]:
    """Word some meetings without a place."""
    return [
        MissLine(
            one.exhibitor,
            one.buyer,
            one.third,
            miss_words(one.code, {**one.evidence, "name": _name(one)}),
            _helps(one),
        )
        for one in misses
    ]


def _name(miss: Miss) -> str:
    """The company that the evidence is about, if it is about one; the solver knows companies by their keys."""
    names = {str(miss.exhibitor_company): miss.exhibitor, str(miss.buyer_company): miss.buyer}
    names[str(miss.third_company)] = miss.third or ""
    return names.get(str(miss.evidence.get("company", "")), "")


def _helps(miss: Miss) -> str:
    return " · ".join(dict.fromkeys(help_words(one["kind"]) for one in miss.help))


def _filters(fair: FairFacts, counts: Mapping[str, int], chosen: str) -> list[tuple[str, str, int, bool]]:
    labels = {"": (_("All"), sum(counts.values()))} | {code: (miss_kind(code), n) for code, n in counts.items()}
    return [
        (label, url_for("scheduling.unplaced", slug=fair.slug, why=code or None), count, code == chosen)
        for code, (label, count) in labels.items()
    ]
