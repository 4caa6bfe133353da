"""A company's logo, photos and certificates: each handed in by itself, shown, removed with undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.profiles import CERTIFICATES, certificate_code
from matchmaker.domain.uploads import MOST_BYTES, MOST_PHOTOS, FileKind
from matchmaker.extensions import db
from matchmaker.services import files, profile_facts
from matchmaker.web.access import registered
from matchmaker.web.files.forms import LogoForm, PaperForm, PhotoForm
from matchmaker.web.files.routes import blueprint
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.stored_files import MEGA, folder, refused_words

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from matchmaker.services.fairs import FairFacts, Membership

UNPROCESSABLE = 422
FORMS: dict[FileKind, type[Any]] = {FileKind.LOGO: LogoForm, FileKind.PHOTO: PhotoForm, FileKind.CERTIFICATE: PaperForm}


@blueprint.get("/fairs/<slug>/profile/files")
@registered
def own_files(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show a company its logo, photos and certificates, with the forms for more."""
    del fair
    return _page(me)


@blueprint.post("/fairs/<slug>/profile/files/logo")
@registered
def add_logo(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Take a logo in; it replaces the one before."""
    return _take(fair, me, FileKind.LOGO, _("Your logo is shown beside your name now."))


@blueprint.post("/fairs/<slug>/profile/files/photo")
@registered
def add_photo(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Take a photo in."""
    return _take(fair, me, FileKind.PHOTO, _("The photo is on your page."))


@blueprint.post("/fairs/<slug>/profile/files/certificate")
@registered
def add_paper(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Take the paper of a certificate in and list the certificate if it is new."""
    return _take(fair, me, FileKind.CERTIFICATE, _("The certificate and its paper are on your page."))


@blueprint.post("/fairs/<slug>/profile/files/<uuid:file_id>/remove")
@registered
def remove(fair: FairFacts, me: Membership, file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file off the page; for ten minutes it can be put back."""
    gone = files.remove(db.session, company_id=me.company_id, file_id=file_id, by=me.account_id, now=clock.now())
    undo = url_for("files.put_back", slug=fair.slug, file_id=file_id)
    flash_with_undo(_("%(name)s is removed.", name=gone.name), undo_url=undo)
    return redirect(url_for("files.own_files", slug=fair.slug))


@blueprint.post("/fairs/<slug>/profile/files/<uuid:file_id>/put-back")
@registered
def put_back(fair: FairFacts, me: Membership, file_id: uuid.UUID) -> ResponseReturnValue:
    """Put a file back that was just removed."""
    try:
        files.put_back(db.session, company_id=me.company_id, file_id=file_id, by=me.account_id, now=clock.now())
    except Refused as refused:
        flash(refused_words(refused), "error")
    return redirect(url_for("files.own_files", slug=fair.slug))


def _take(fair: FairFacts, me: Membership, kind: FileKind, done: str) -> ResponseReturnValue:
    form = FORMS[kind](prefix=kind)
    if form.validate():
        try:
            _keep(fair, me, kind, form)
        except Refused as refused:
            field = form.name if refused.field == "name" else form.file
            field.errors = [refused_words(refused)]
        else:
            flash(done, "done")
            return redirect(url_for("files.own_files", slug=fair.slug))
    db.session.rollback()  # The page shows what stands, without the half that was written.
    return _page(me, kind, form), UNPROCESSABLE


def _keep(fair: FairFacts, me: Membership, kind: FileKind, form: Any) -> None:
    upload: FileStorage = form.file.data
    now = clock.now()
    subject = ""
    if kind is FileKind.CERTIFICATE:
        name = form.name.data or ""
        subject = certificate_code(name)
        profile_facts.add_certificate(
            db.session, fair_id=fair.id, me=me, name=name, expires_on=form.expires_on.data, now=now
        )
    files.store(
        db.session,
        folder=folder(),
        company_id=me.company_id,
        kind=kind,
        subject=subject,
        content=upload.read(MOST_BYTES + 1),
        name=upload.filename or "",
        by=me.account_id,
        now=now,
    )


def _page(me: Membership, kind: FileKind | None = None, refused: Any = None) -> str:
    forms = {one: form(formdata=None, prefix=one) for one, form in FORMS.items()}
    if kind is not None:
        forms[kind] = refused
    standing = files.of_company(db.session, company_id=me.company_id)
    certificates = profile_facts.own_certificates(db.session, me=me)
    papers = {one.subject: one for one in standing if one.kind == FileKind.CERTIFICATE}
    return render_template(
        "files/files.html",
        forms=forms,
        logo=next((one for one in standing if one.kind == FileKind.LOGO), None),
        photos=[one for one in standing if one.kind == FileKind.PHOTO],
        certificates=[(one, papers.get(certificate_code(one.name))) for one in certificates],
        known=list(CERTIFICATES.values()),
        company_name=me.company_name,
        limits={"photos": MOST_PHOTOS, "size": MOST_BYTES // MEGA},
        today=clock.now().date(),
    )
