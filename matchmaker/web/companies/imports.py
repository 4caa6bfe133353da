"""Bring companies in from a spreadsheet: hand it in, look at what was read, import it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.spreadsheets.errors import FileRefusedError
from matchmaker.domain.spreadsheets.template import company_template
from matchmaker.extensions import db
from matchmaker.services import company_uploads as uploads
from matchmaker.services import import_runs, lookalikes
from matchmaker.web.access import organizer
from matchmaker.web.companies.forms import UploadForm, columns_form
from matchmaker.web.companies.review import review_of
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.companies.wording import REFUSALS
from matchmaker.web.import_words import file_sentence, sentence

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.import_runs import ImportRun

UNPROCESSABLE = 422
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/fairs/<slug>/organizer/import", methods=["GET", "POST"])
@organizer
def imports(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Take a spreadsheet in. Nothing is imported before the organizer has seen what it says."""
    form = UploadForm()
    if not form.is_submitted():
        return _hand_in_page(fair, form)
    if form.validate():
        file = form.file.data
        try:
            import_id = uploads.keep(
                db.session,
                fair_id=fair.id,
                by=person.account_id,
                file_name=file.filename or "",
                content=file.read(uploads.LIMITS.max_bytes + 1),
                now=clock.now(),
            )
            return redirect(url_for("companies.import_review", slug=fair.slug, import_id=import_id))
        except FileRefusedError as refused:
            form.file.errors = [file_sentence(refused.error)]
    return _hand_in_page(fair, form), UNPROCESSABLE


@blueprint.get("/fairs/<slug>/organizer/import/template.xlsx")
@organizer
def import_template(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Hand out an empty spreadsheet with the headers in both languages and one example."""
    del fair, person
    return download(company_template(), _("companies-template.xlsx"))


@blueprint.get("/fairs/<slug>/organizer/import/<uuid:import_id>")
@organizer
def import_review(fair: FairFacts, person: SignedIn, import_id: uuid.UUID) -> ResponseReturnValue:
    """Show what was read from a spreadsheet, or what its import did."""
    return _review_page(fair, person, import_id)


@blueprint.post("/fairs/<slug>/organizer/import/<uuid:import_id>/columns")
@organizer
def import_columns(fair: FairFacts, person: SignedIn, import_id: uuid.UUID) -> ResponseReturnValue:
    """Read the spreadsheet by other columns from now on."""
    upload = uploads.look(db.session, fair_id=fair.id, import_id=import_id)
    form = columns_form(upload.headers, upload.mapping)
    if not form.validate():
        return _review_page(fair, person, import_id, form=form), UNPROCESSABLE
    mapping = {field.short_name: field.data for field in form if field.data and field.short_name != "csrf_token"}
    try:
        uploads.choose_columns(db.session, fair_id=fair.id, import_id=import_id, mapping=mapping)
    except Refused as refused:
        return _review_page(fair, person, import_id, refusal=refused), UNPROCESSABLE
    flash(_("The file is read by the columns you chose."), "done")
    return redirect(url_for("companies.import_review", slug=fair.slug, import_id=import_id))


@blueprint.post("/fairs/<slug>/organizer/import/<uuid:import_id>/run")
@organizer
def import_run(fair: FairFacts, person: SignedIn, import_id: uuid.UUID) -> ResponseReturnValue:
    """Import every row of the spreadsheet, or only those without errors; a long list goes to the jobs process."""
    try:
        import_runs.bring_in_or_queue(
            db.session,
            fair_id=fair.id,
            import_id=import_id,
            without_errors=request.form.get("without_errors") == "1",
            by=person.account_id,
            now=clock.now(),
        )
    except Refused as refused:
        return _review_page(fair, person, import_id, refusal=refused), UNPROCESSABLE
    return redirect(url_for("companies.import_review", slug=fair.slug, import_id=import_id))


@blueprint.post("/fairs/<slug>/organizer/import/<uuid:import_id>/discard")
@organizer
def import_discard(fair: FairFacts, person: SignedIn, import_id: uuid.UUID) -> ResponseReturnValue:
    """Forget a spreadsheet that is not to be imported."""
    del person
    uploads.give_up(db.session, fair_id=fair.id, import_id=import_id)
    flash(_("The file is deleted. Nothing was imported from it now."), "done")
    return redirect(url_for("companies.imports", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/import/<uuid:import_id>/to-correct.xlsx")
@organizer
def import_to_correct(fair: FairFacts, person: SignedIn, import_id: uuid.UUID) -> ResponseReturnValue:
    """Hand back the rows with errors, each with its reasons in a last column."""
    del person
    content = uploads.to_correct(
        db.session, fair_id=fair.id, import_id=import_id, reason=sentence, reason_header=_("What to correct")
    )
    return download(content, _("companies-to-correct.xlsx"))


def _hand_in_page(fair: FairFacts, form: UploadForm) -> str:
    waiting = uploads.waiting(db.session, fair_id=fair.id)
    return render_template("companies/imports.html", form=form, limits=uploads.LIMITS, waiting=waiting)


def _review_page(
    fair: FairFacts, person: SignedIn, import_id: uuid.UUID, *, form: Any = None, refusal: Refused | None = None
) -> str:
    run = import_runs.run_of(db.session, fair_id=fair.id, import_id=import_id)
    if run is not None and run.is_under_way(clock.now()):
        return render_template("companies/import_running.html", run=run, steps=import_runs.STEPS)
    upload = uploads.look(db.session, fair_id=fair.id, import_id=import_id)
    if upload.imported_at:
        twins = len(lookalikes.twins_of(db.session, fair_id=fair.id, by=person.account_id))
        return render_template("companies/import_done.html", upload=upload, review=review_of(upload, fair), twins=twins)
    return render_template(
        "companies/import_review.html",
        upload=upload,
        review=review_of(upload, fair),
        form=form or columns_form(upload.headers, upload.mapping),
        refusal=_said(refusal, run),
    )


def _said(refusal: Refused | None, run: ImportRun | None) -> str:
    """What stood against an import, or that it was begun and did not work."""
    code = refusal.code if refusal else "import_failed" if run is not None else ""
    return str(REFUSALS[code]) if code else ""


def download(content: bytes, name: str) -> ResponseReturnValue:
    """Answer with a file to keep; its kind follows from its name."""
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else XLSX
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
