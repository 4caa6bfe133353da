"""Halls, tables and booths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import fair_places
from matchmaker.web import fields
from matchmaker.web.access import organizer
from matchmaker.web.filters import hall_names
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.links import back
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import put_refusal, sentence

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fair_places import HallSummary
    from matchmaker.services.fairs import FairFacts


@blueprint.route(f"{ROOT}/places", methods=["GET", "POST"])
@organizer
def places(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show halls and tables and ask for more, whole ranges in one go."""
    form: Any = forms.HallForm()
    if form.validate_on_submit():
        try:
            added = fair_places.add_hall(
                db.session,
                fair=fair,
                code=form.code.data,
                name_vi=form.name_vi.data,
                name_en=form.name_en.data,
                tables=form.tables.data,
                by=person.account_id,
                now=clock.now(),
            )
            flash(ngettext("%(num)s table is added.", "%(num)s tables are added.", added), "done")
            return redirect(url_for("setup.places", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return _page(fair, form), UNPROCESSABLE if form.errors else 200


@blueprint.get(f"{ROOT}/places/<uuid:hall_id>")
@organizer
def hall(fair: FairFacts, person: SignedIn, hall_id: uuid.UUID) -> ResponseReturnValue:
    """Show the tables of a hall, page by page."""
    del person
    page = request.args.get("page", 1, type=int)
    return render_template(
        "setup/hall.html",
        hall=fair_places.hall_of(db.session, fair_id=fair.id, hall_id=hall_id),
        found=fair_places.tables_of(db.session, fair_id=fair.id, hall_id=hall_id, page=page),
    )


@blueprint.post(f"{ROOT}/booths")
@organizer
def booths(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Make the exhibitors' own booths places to meet at."""
    form: Any = forms.BoothForm()
    halls = fair_places.halls(db.session, fair_id=fair.id)
    known = {str(hall.id): hall.id for hall in halls}
    fields.offer(form.hall, [(key, key) for key in known])
    if not form.validate():
        return _page(
            fair, forms.HallForm(formdata=None), refusal=_("Choose the hall the booths are in.")
        ), UNPROCESSABLE
    try:
        added = fair_places.add_booths(
            db.session, fair=fair, hall_id=known[form.hall.data], by=person.account_id, now=clock.now()
        )
    except Refused as refused:
        return _page(fair, forms.HallForm(formdata=None), refusal=sentence(refused)), UNPROCESSABLE
    flash(ngettext("%(num)s booth is a place now.", "%(num)s booths are places now.", added), "done")
    return redirect(url_for("setup.places", slug=fair.slug))


@blueprint.post(f"{ROOT}/tables/<uuid:table_id>/close")
@organizer
def table_close(fair: FairFacts, person: SignedIn, table_id: uuid.UUID) -> ResponseReturnValue:
    """Close a table; whose meetings lose it is shown before."""
    code = fair_places.close_table(
        db.session, fair=fair, table_id=table_id, seen=forms.seen(), by=person.account_id, now=clock.now()
    )
    undo = url_for("setup.table_open", slug=fair.slug, table_id=table_id)
    flash_with_undo(_("Table %(table)s is closed.", table=code), undo_url=undo)
    return redirect(back(url_for("setup.places", slug=fair.slug)))


@blueprint.post(f"{ROOT}/tables/<uuid:table_id>/open")
@organizer
def table_open(fair: FairFacts, person: SignedIn, table_id: uuid.UUID) -> ResponseReturnValue:
    """Open a table again."""
    code = fair_places.open_table(db.session, fair=fair, table_id=table_id, by=person.account_id, now=clock.now())
    flash(_("Table %(table)s is open.", table=code), "done")
    return redirect(back(url_for("setup.places", slug=fair.slug)))


@blueprint.post(f"{ROOT}/halls/<uuid:hall_id>/remove")
@organizer
def hall_remove(fair: FairFacts, person: SignedIn, hall_id: uuid.UUID) -> ResponseReturnValue:
    """Take a hall out of use, after what that means was seen."""
    is_gone = fair_places.remove_hall(
        db.session, fair=fair, hall_id=hall_id, seen=forms.seen(), by=person.account_id, now=clock.now()
    )
    flash(
        _("The hall is removed.") if is_gone else _("The hall is closed. Tables with meetings stay on record."), "done"
    )
    return redirect(url_for("setup.places", slug=fair.slug))


def _page(fair: FairFacts, form: Any, *, refusal: str = "") -> str:
    halls, booths = fair_places.summaries(db.session, fair_id=fair.id)
    return render_template(
        "setup/places.html",
        form=form,
        halls=halls,
        booth_form=_booth_form(halls) if booths else None,
        booths=booths,
        refusal=refusal,
    )


def _booth_form(halls: list[HallSummary]) -> Any:
    form: Any = forms.BoothForm(formdata=None)
    fields.offer(form.hall, [(str(hall.id), name) for hall, name in zip(halls, hall_names(halls), strict=True)])
    return form
