"""The official result report: what only the organizer knows, on a form, and the document as DOCX and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.reporting.official import for_readers, missing
from matchmaker.domain.reporting.official_entries import merged
from matchmaker.extensions import db
from matchmaker.services import official
from matchmaker.web import long_files
from matchmaker.web.access import organizer, reader
from matchmaker.web.fragments import drawn_by
from matchmaker.web.long_files import PDF, FilePlan
from matchmaker.web.opened_forms import opened
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.reports.chosen import basis, chosen_page, offer_file
from matchmaker.web.reports.official_document import OFFICIAL_LANGUAGE, official_document
from matchmaker.web.reports.official_docx import docx_of
from matchmaker.web.reports.official_form import OfficialForm, shown
from matchmaker.web.reports.views import blueprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.reports.official_document import OfficialDocument

UNPROCESSABLE, CONFLICT = 422, 409
FIELDS = "reports/official_fields.html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENT, OFFICIAL_PDF, ENGLISH_PDF = "official-docx", "official-pdf", "official-english-pdf"
# Rows of the annexes that take about a second.
ROWS_AT_ONCE, ROWS_AT_ONCE_ON_PAPER = 500, 120


@blueprint.get("/fairs/<slug>/organizer/report/official")
@organizer
def official_form(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what is stated and what is still open."""
    del person
    last = official.latest(db.session, fair_id=fair.id)
    return _page(opened(FIELDS, "fields", OfficialForm, shown(last.stated, seen=last.entry)), last.stated)


@blueprint.post("/fairs/<slug>/organizer/report/official")
@organizer
def state_official(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep what the organizer states. Where someone else saved meanwhile, show both."""
    form = OfficialForm()
    if not form.validate():
        return _sent_page(form, official.stated(db.session, fair_id=fair.id)), UNPROCESSABLE
    said, seen = form.entries, form.opened_on
    try:
        official.state(db.session, fair_id=fair.id, said=said, seen=seen, by=person.account_id, now=clock.now())
    except Conflict:
        base = official.latest(db.session, fair_id=fair.id, entry=seen).stated
        theirs = official.latest(db.session, fair_id=fair.id)
        form.meet(*merged(base, said, theirs.stated), theirs)
        return _sent_page(form, theirs.stated, is_met=True), CONFLICT
    flash(_("Saved. The document has what you stated."), "done")
    return redirect(url_for("reports.official_form", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/report/official.docx")
@reader
def official_docx(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the document to be signed."""
    del person
    return long_files.answer(DOCUMENT, fair)


@blueprint.get("/fairs/<slug>/organizer/report/official.pdf")
@reader
def official_pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the document as PDF; where the engine is missing, as the text document."""
    del person
    if not can_print():
        return redirect(url_for("reports.official_docx", slug=fair.slug))
    return long_files.answer(OFFICIAL_PDF, fair)


@blueprint.get("/fairs/<slug>/organizer/report/official-en.pdf")
@reader
def official_english_pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the same points and annexes in English, for whoever does not read the document itself."""
    del person
    if not can_print():
        return redirect(url_for("reports.official_docx", slug=fair.slug))
    return long_files.answer(ENGLISH_PDF, fair)


def _stated(fair: FairFacts) -> Mapping[str, str]:
    stated = official.stated(db.session, fair_id=fair.id)
    return for_readers(stated) if g.is_reader_page else stated


def _plan(
    fair: FairFacts, end: str, media_type: str, make: Callable[[OfficialDocument], bytes], lang: str = OFFICIAL_LANGUAGE
) -> FilePlan:
    stated = _stated(fair)
    paper = official_document(chosen_page(fair).results, fair=fair, stated=stated, lang=lang)
    rows = sum(len(annex.rows) for annex in paper.annexes)
    return FilePlan(f"{fair.slug}-{end}", media_type, rows, basis(fair, sorted(stated.items())), [lambda: make(paper)])


def _docx_plan(fair: FairFacts) -> FilePlan:
    return _plan(fair, "bao-cao.docx", DOCX, docx_of)


def _pdf_plan(fair: FairFacts) -> FilePlan:
    return _plan(fair, "bao-cao.pdf", PDF, lambda paper: pdf_of("reports/official_paper.html", {"paper": paper}))


def _english_plan(fair: FairFacts) -> FilePlan:
    def make(paper: OfficialDocument) -> bytes:
        return pdf_of("reports/official_english.html", {"paper": paper})

    return _plan(fair, "official-report.pdf", PDF, make, lang="en")


def _sent_page(form: OfficialForm, stated: Mapping[str, str], *, is_met: bool = False) -> str:
    return _page(drawn_by(FIELDS, "fields", form), stated, form=form, is_met=is_met)


def _page(fields: Markup, stated: Mapping[str, str], **given: Any) -> str:
    open_points = len(missing(stated))
    return render_template(
        "reports/official.html", fields=fields, open_points=open_points, has_pdf=can_print(), **given
    )


offer_file(DOCUMENT, _l("Official report (DOCX)"), _docx_plan, most_at_once=ROWS_AT_ONCE)
offer_file(OFFICIAL_PDF, _l("Official report (PDF)"), _pdf_plan, most_at_once=ROWS_AT_ONCE_ON_PAPER)
offer_file(ENGLISH_PDF, _l("Official report in English (PDF)"), _english_plan, most_at_once=ROWS_AT_ONCE_ON_PAPER)
