"""The report as files: PDF, XLSX, and CSV of its deals and of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask_babel import lazy_gettext as _l

from matchmaker.extensions import db
from matchmaker.services import ledger
from matchmaker.web import long_files
from matchmaker.web.access import organizer, reader
from matchmaker.web.long_files import PDF, FilePlan, handed_out
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.reports import tables
from matchmaker.web.reports.chosen import basis, chosen_page, offer_file
from matchmaker.web.reports.deal_lines import MOST_ON_PAPER
from matchmaker.web.reports.editions import edition_table
from matchmaker.web.reports.views import blueprint
from matchmaker.web.reports.wording import VERSIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

CSV, JSON_LINES = "text/csv", "application/jsonl"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORT_PDF, WORKBOOK = "report-pdf", "report-xlsx"
# What takes about a second: deals on paper beside the figures, rows of a workbook.
DEALS_AT_ONCE, ROWS_AT_ONCE = 20, 2_500


@blueprint.get("/fairs/<slug>/organizer/report.pdf")
@reader
def pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the report on paper; where the engine is missing, the page that the browser can print."""
    del person
    if not can_print():
        return redirect(url_for("reports.report", slug=fair.slug))
    return long_files.answer(REPORT_PDF, fair)


@blueprint.get("/fairs/<slug>/organizer/report.xlsx")
@reader
def workbook(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out figures, deals, meetings and method as one workbook."""
    del person
    return long_files.answer(WORKBOOK, fair)


@blueprint.get("/fairs/<slug>/organizer/report.csv")
@reader
def report_csv(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the deals as CSV; its values add up to the total of the page."""
    del person
    return handed_out(tables.rows_csv(chosen_page(fair).results), f"{fair.slug}-deals.csv", CSV)


@blueprint.get("/fairs/<slug>/organizer/report-summary.csv")
@reader
def summary_csv(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the figures of the page as CSV."""
    del person
    return handed_out(tables.summary_csv(chosen_page(fair).results), f"{fair.slug}-summary.csv", CSV)


@blueprint.get("/fairs/<slug>/organizer/ledger.jsonl")
@organizer
def ledger_file(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out every sealed entry, for whoever checks the chain."""
    del person
    return handed_out("".join(ledger.export(db.session, fair_id=fair.id)), f"{fair.slug}-ledger.jsonl", JSON_LINES)


def _pdf_plan(fair: FairFacts) -> FilePlan:
    def part() -> bytes:
        page = chosen_page(fair)
        # A kept version is a paper of its day: what other editions have come to since is not part of it.
        editions = None if page.kept else edition_table(fair)
        values = {"page": page, "report": page.report, "version": VERSIONS[page.report.version], "editions": editions}
        return pdf_of("reports/paper.html", values)

    weight = min(chosen_page(fair).report.headline.count, MOST_ON_PAPER)
    return FilePlan(f"{fair.slug}-report.pdf", PDF, weight, basis(fair), [part])


def _workbook_plan(fair: FairFacts) -> FilePlan:
    results = chosen_page(fair).results
    rows = results.report.headline.count + len(results.loaded.rows.meetings)
    return FilePlan(f"{fair.slug}-report.xlsx", XLSX, rows, basis(fair), [lambda: tables.workbook(results)])


offer_file(REPORT_PDF, _l("Deal report (PDF)"), _pdf_plan, most_at_once=DEALS_AT_ONCE)
offer_file(WORKBOOK, _l("Deal report (XLSX)"), _workbook_plan, most_at_once=ROWS_AT_ONCE)
