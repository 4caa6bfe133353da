"""Handing in the document of a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.uploads import MOST_BYTES
from matchmaker.extensions import db
from matchmaker.services import deals, evidence
from matchmaker.web.access import participant
from matchmaker.web.deals.page import stated_text
from matchmaker.web.deals.views import UNPROCESSABLE, blueprint
from matchmaker.web.fields import Form
from matchmaker.web.stored_files import MEGA, folder, refused_words

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.deals import Result
    from matchmaker.services.fairs import FairFacts, Membership


class EvidenceForm(Form):
    """The document of a deal."""

    file = FileField(_l("Contract, MoU or order"), validators=[FileRequired(_l("Choose the file first."))])


@blueprint.get("/fairs/<slug>/results/<uuid:deal_id>/document")
@participant
def document(fair: FairFacts, me: Membership, deal_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the document of a deal."""
    return _page(me, _deal(fair, me, deal_id), EvidenceForm(formdata=None))


@blueprint.post("/fairs/<slug>/results/<uuid:deal_id>/document")
@participant
def hand_in(fair: FairFacts, me: Membership, deal_id: uuid.UUID) -> ResponseReturnValue:
    """Take the document of a deal in."""
    result = _deal(fair, me, deal_id)
    form = EvidenceForm()
    if form.validate():
        upload = form.file.data
        try:
            evidence.hand_in(
                db.session,
                fair=fair,
                me=me,
                deal_id=deal_id,
                folder=folder(),
                content=upload.read(MOST_BYTES + 1),
                name=upload.filename or "",
                now=clock.now(),
            )
        except Refused as error:
            form.file.errors = [_words(error)]
        else:
            flash(_("The document is on file. You and the organizer can open it."), "done")
            return redirect(url_for("deals.results", slug=fair.slug))
    db.session.rollback()  # The page shows what stands, without the half that was written.
    return _page(me, result, form), UNPROCESSABLE


def _words(error: Refused) -> str:
    if error.code == "nothing_to_document":
        return _("You said that nothing came of this deal. Answer again first, then hand the document in.")
    return refused_words(error)


def _deal(fair: FairFacts, me: Membership, deal_id: uuid.UUID) -> Result:
    """The deal as this side may see it, once it has spoken of it."""
    for result in deals.results_of(db.session, fair=fair, me=me):
        if result.deal_id == deal_id and result.mine is not None:
            return result
    raise NotFound("no_such_deal")


def _page(me: Membership, result: Result, form: EvidenceForm) -> str:
    known = evidence.own_of_deals(db.session, me=me, deal_ids=[result.deal_id] if result.deal_id else [])
    return render_template(
        "deals/document.html",
        result=result,
        said=stated_text(result.mine),
        form=form,
        documents=known.get(result.deal_id, []) if result.deal_id else [],
        most=MOST_BYTES // MEGA,
    )
