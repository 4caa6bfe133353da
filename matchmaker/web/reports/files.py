"""The report as files: PDF, XLSX, and CSV of its deals and of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, url_for

from matchmaker.extensions import db
from matchmaker.services import ledger
from matchmaker.web.access import organizer, reader
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.reports import tables
from matchmaker.web.reports.chosen import chosen_page
from matchmaker.web.reports.editions import edition_table
from matchmaker.web.reports.views import blueprint
from matchmaker.web.reports.wording import VERSIONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

CSV, JSON_LINES, PDF = "text/csv", "application/jsonl", "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/fairs/<slug>/organizer/report.pdf")
@reader
def pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the report on paper; where the engine is missing, the page that the browser can print."""
    del person
    if not can_print():
        return redirect(url_for("reports.report", slug=fair.slug))
    page = chosen_page(fair)
    # A kept version is a paper of its day: what other editions have come to since is not part of it.
    editions = None if page.kept else edition_table(fair)
    version = VERSIONS[page.report.version]
    content = pdf_of("reports/paper.html", page=page, report=page.report, version=version, editions=editions)
    return _file(content, f"{fair.slug}-report.pdf", PDF)


@blueprint.get("/fairs/<slug>/organizer/report.xlsx")
@reader
def workbook(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out figures, deals, meetings and method as one workbook."""
    del person
    return _file(tables.workbook(chosen_page(fair).results), f"{fair.slug}-report.xlsx", XLSX)


@blueprint.get("/fairs/<slug>/organizer/report.csv")
@reader
def report_csv(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the deals as CSV; its values add up to the total of the page."""
    del person
    return _file(tables.rows_csv(chosen_page(fair).results), f"{fair.slug}-deals.csv", CSV)


@blueprint.get("/fairs/<slug>/organizer/report-summary.csv")
@reader
def summary_csv(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the figures of the page as CSV."""
    del person
    return _file(tables.summary_csv(chosen_page(fair).results), f"{fair.slug}-summary.csv", CSV)


@blueprint.get("/fairs/<slug>/organizer/ledger.jsonl")
@organizer
def ledger_file(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out every sealed entry, for whoever checks the chain."""
    del person
    return _file("".join(ledger.export(db.session, fair_id=fair.id)), f"{fair.slug}-ledger.jsonl", JSON_LINES)


def _file(content: str | bytes, name: str, media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=disposition)
