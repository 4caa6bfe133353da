"""A company's logo, photos and certificates: each handed in by itself, shown, removed with undo."""

from __future__ import annotations

from functools import partial
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
from matchmaker.web.fragments import drawn_by
from matchmaker.web.stored_files import MEGA, folder, refused_words
from matchmaker.web.unsent import unsent

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from werkzeug.datastructures import FileStorage

    from matchmaker.services.fairs import FairFacts, Membership

UNPROCESSABLE = 422
FORMS: dict[FileKind, Any] = {
    FileKind.LOGO: partial(LogoForm, prefix=FileKind.LOGO),
    FileKind.PHOTO: partial(PhotoForm, prefix=FileKind.PHOTO),
    FileKind.CERTIFICATE: partial(PaperForm, prefix=FileKind.CERTIFICATE),
}
FIELDS = "files/fields.html"
KNOWN = tuple(CERTIFICATES.values())


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
    form = FORMS[kind]()
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
    """Show the page, with a form of one kind that was refused."""
    standing = files.of_company(db.session, company_id=me.company_id)
    certificates = profile_facts.own_certificates(db.session, me=me)
    logo = next((one for one in standing if one.kind == FileKind.LOGO), None)
    given = {FileKind.LOGO: (logo is not None,), FileKind.CERTIFICATE: (KNOWN,)}
    papers = {one.subject: one for one in standing if one.kind == FileKind.CERTIFICATE}
    return render_template(
        "files/files.html",
        fields={one: _fields(one, refused if one is kind else None, *given.get(one, ())) for one in FORMS},
        refused=refused,
        is_photo_refused=kind is FileKind.PHOTO,
        logo=logo,
        photos=[one for one in standing if one.kind == FileKind.PHOTO],
        certificates=[(one, papers.get(certificate_code(one.name))) for one in certificates],
        company_name=me.company_name,
        most_photos=MOST_PHOTOS,
        today=clock.now().date(),
    )


def _fields(kind: FileKind, refused: Any, *given: Any) -> Markup:
    """Draw the fields of a form as it was refused, or empty as it is for everyone."""
    size = MOST_BYTES // MEGA
    if refused is None:
        return unsent(FIELDS, kind.value, FORMS[kind], size, *given)
    return drawn_by(FIELDS, kind.value, refused, size, *given)
