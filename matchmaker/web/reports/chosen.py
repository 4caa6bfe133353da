"""Which report an address asks for: the one as it stands now, or a version that was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.domain.keys import key_of
from matchmaker.extensions import db
from matchmaker.services import fair_changes, kept_results, kept_versions, report_versions
from matchmaker.web.long_files import MAKERS, Maker, basis_of
from matchmaker.web.reports.page import ReportPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_babel import LazyString

    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.long_files import FilePlan

# The addresses that carry a version on, once one is being read.
OF_A_VERSION = frozenset(
    f"reports.{name}"
    for name in (
        "report",
        "rows",
        "meetings",
        "companies",
        "pairs",
        "values",
        "pdf",
        "workbook",
        "report_csv",
        "summary_csv",
        "official_docx",
        "official_pdf",
        "official_english_pdf",
    )
)


def chosen_page(fair: FairFacts, *, is_list: bool = False) -> ReportPage:
    """Return the report of ``?version=``, or the live one; raises NotFound for a version that is not this fair's.

    With ``is_list`` only its rows are wanted.
    """
    wanted = request.args.get("version", "")
    if not wanted:
        results = kept_results.results_of(db.session, fair=fair, now=clock.now(), is_sealed=not is_list)
        return ReportPage(results, fair)
    kept = next((one for one in report_versions.listed(db.session, fair_id=fair.id) if one.id == key_of(wanted)), None)
    if kept is None:
        raise NotFound("no_such_version")
    g.report_version = kept.id
    return ReportPage(kept_versions.results_of(db.session, fair=fair, version=kept), fair, kept)


def offer_file(kind: str, title: LazyString, plan: Callable[[FairFacts], FilePlan], *, most_at_once: int) -> None:
    """Make a kind of file of the report known; whoever may read the report may have it."""
    MAKERS[kind] = Maker(title, plan, most_at_once, back="reports.report", options=("version",), is_for_readers=True)


def basis(fair: FairFacts, *stated: object) -> str:
    """Return what a file of the report of ``?version=`` shows, as a digest: a kept version never changes."""
    version = key_of(request.args.get("version", ""))
    if version is not None:
        return basis_of(version, *stated)
    state = fair_changes.state_of(db.session, fair_id=fair.id)
    return basis_of(fair, sorted(state.marks), state.last_entry, *stated)
