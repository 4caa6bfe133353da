"""The official result report: what only the organizer knows, on a form, and the document as DOCX and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.reporting.official import ASKED, Kind, Section, missing
from matchmaker.extensions import db
from matchmaker.services import official
from matchmaker.web.access import organizer, reader
from matchmaker.web.paper import can_print, pdf_of
from matchmaker.web.reports.chosen import chosen_page
from matchmaker.web.reports.official_document import official_document
from matchmaker.web.reports.official_docx import docx_of
from matchmaker.web.reports.official_words import POINTS, SECTIONS
from matchmaker.web.reports.views import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.reports.official_document import OfficialDocument

UNPROCESSABLE, CONFLICT = 422, 409
LINE_LENGTH, TEXT_LENGTH = 250, 4000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TOO_LONG = _l("Shorten this to %(max)d characters.")
CHECKS: dict[Kind, list[Any]] = {
    Kind.LINE: [Length(max=LINE_LENGTH, message=TOO_LONG)],
    Kind.TEXT: [Length(max=TEXT_LENGTH, message=TOO_LONG)],
    Kind.DATE: [
        Optional(),
        Regexp(r"^\d{1,2}/\d{1,2}/\d{4}$", message=_l("Write the date as day/month/year, as in 15/10/2025.")),
    ],
    Kind.COUNT: [Optional(), Regexp(r"^[\d.,\s]{1,20}$", message=_l("Write a number, as in 1200."))],
}


class OfficialForm(FlaskForm):  # type: ignore[misc]
    """What only the organizer can state; everything may stay open."""


for _one in ASKED:
    _kind = TextAreaField if _one.kind is Kind.TEXT else StringField
    setattr(OfficialForm, _one.name, _kind(POINTS[_one.name], validators=CHECKS[_one.kind]))


@blueprint.get("/fairs/<slug>/organizer/report/official")
@organizer
def official_form(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what is stated and what is still open."""
    del person
    return _page(OfficialForm(data=official.stated(db.session, fair_id=fair.id)), fair)


@blueprint.post("/fairs/<slug>/organizer/report/official")
@organizer
def state_official(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep what the organizer states."""
    form = OfficialForm()
    if not form.validate():
        return _page(form, fair), UNPROCESSABLE
    said = {one.name: getattr(form, one.name).data or "" for one in ASKED}
    try:
        official.state(db.session, fair_id=fair.id, said=said, by=person.account_id, now=clock.now())
    except Conflict:
        flash(_("Someone else saved at the same time. Look at what they wrote, then save again."), "error")
        return _page(form, fair), CONFLICT
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
    return _file(
        pdf_of("reports/official_paper.html", paper=_document(fair)), f"{fair.slug}-bao-cao.pdf", "application/pdf"
    )


def _document(fair: FairFacts) -> OfficialDocument:
    stated = official.stated(db.session, fair_id=fair.id)
    return official_document(chosen_page(fair).results, fair=fair, stated=stated)


def _page(form: OfficialForm, fair: FairFacts) -> str:
    fields = [
        (SECTIONS[section], [getattr(form, one.name) for one in ASKED if one.section is section]) for section in Section
    ]
    open_points = len(missing(official.stated(db.session, fair_id=fair.id)))
    return render_template(
        "reports/official.html", form=form, sections=fields, open_points=open_points, has_pdf=can_print()
    )


def _file(content: bytes, name: str, media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype=media_type, headers=disposition)
