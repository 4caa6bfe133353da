"""The official result report: what only the organizer knows, on a form, and the document as DOCX and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.reporting.official import ASKED, Kind, for_readers, missing
from matchmaker.domain.reporting.official_entries import merged
from matchmaker.extensions import db
from matchmaker.services import official
from matchmaker.web.access import organizer, reader
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.reports.chosen import chosen_page
from matchmaker.web.reports.official_document import OFFICIAL_LANGUAGE, official_document
from matchmaker.web.reports.official_docx import docx_of
from matchmaker.web.reports.official_form import OfficialForm
from matchmaker.web.reports.official_words import SECTIONS
from matchmaker.web.reports.views import blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.reports.official_document import OfficialDocument

UNPROCESSABLE, CONFLICT = 422, 409
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@blueprint.get("/fairs/<slug>/organizer/report/official")
@organizer
def official_form(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what is stated and what is still open."""
    del person
    form, last = OfficialForm(), official.latest(db.session, fair_id=fair.id)
    form.show(last.stated, seen=last.entry)
    return _page(form, last.stated)


@blueprint.post("/fairs/<slug>/organizer/report/official")
@organizer
def state_official(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep what the organizer states. Where someone else saved meanwhile, show both."""
    form = OfficialForm()
    if not form.validate():
        return _page(form, official.stated(db.session, fair_id=fair.id)), UNPROCESSABLE
    said, seen = form.entries, form.opened_on
    try:
        official.state(db.session, fair_id=fair.id, said=said, seen=seen, by=person.account_id, now=clock.now())
    except Conflict:
        base = official.latest(db.session, fair_id=fair.id, entry=seen).stated
        theirs = official.latest(db.session, fair_id=fair.id)
        form.meet(*merged(base, said, theirs.stated), theirs)
        return _page(form, theirs.stated, is_met=True), CONFLICT
    flash(_("Saved. The document has what you stated."), "done")
    return redirect(url_for("reports.official_form", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/report/official.docx")
@reader
def official_docx(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the document to be signed."""
    del person
    return _file(docx_of(_document(fair)), f"{fair.slug}-bao-cao.docx", DOCX)


@blueprint.get("/fairs/<slug>/organizer/report/official.pdf")
@reader
def official_pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the document as PDF; where the engine is missing, as the text document."""
    del person
    if not can_print():
        return redirect(url_for("reports.official_docx", slug=fair.slug))
    return _file(pdf_of("reports/official_paper.html", paper=_document(fair)), f"{fair.slug}-bao-cao.pdf", PDF)


@blueprint.get("/fairs/<slug>/organizer/report/official-en.pdf")
@reader
def official_english_pdf(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out the same points and annexes in English, for whoever does not read the document itself."""
    del person
    if not can_print():
        return redirect(url_for("reports.official_docx", slug=fair.slug))
    content = pdf_of("reports/official_english.html", paper=_document(fair, lang="en"))
    return _file(content, f"{fair.slug}-official-report.pdf", PDF)


def _document(fair: FairFacts, *, lang: str = OFFICIAL_LANGUAGE) -> OfficialDocument:
    stated = official.stated(db.session, fair_id=fair.id)
    shown = for_readers(stated) if g.is_reader_page else stated
    return official_document(chosen_page(fair).results, fair=fair, stated=shown, lang=lang)


def _page(form: OfficialForm, stated: Mapping[str, str], *, is_met: bool = False) -> str:
    return render_template(
        "reports/official.html",
        form=form,
        sections=[(SECTIONS[section], fields) for section, fields in form.sections if fields],
        dates={one.name for one in ASKED if one.kind is Kind.DATE},
        numbers={one.name for one in ASKED if one.kind in {Kind.COUNT, Kind.AREA}},
        open_points=len(missing(stated)),
        has_pdf=can_print(),
        is_met=is_met,
    )


def _file(content: bytes, name: str, media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=disposition)
