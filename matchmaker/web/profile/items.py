"""Step two: what a company offers and needs, one item at a time."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.profiles import ItemKind
from matchmaker.extensions import db
from matchmaker.services import profile_items
from matchmaker.web.access import registered
from matchmaker.web.flashes import flash_with_undo
from matchmaker.web.kept_forms import forget_form, keeps_form, kept_form
from matchmaker.web.profile.item_form import ItemForm, filled_form
from matchmaker.web.profile.items_page import item_page, items_page
from matchmaker.web.profile.routes import blueprint
from matchmaker.web.profile.wording import REFUSALS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.profile_items import ItemFacts

UNPROCESSABLE = 422
NOT_FOUND = 404
STEPS = {"up": -1, "down": 1}


@blueprint.get("/fairs/<slug>/profile/items")
@registered
def items(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """List what a company offers and needs at this fair."""
    return render_template("profile/items.html", page=items_page(fair, me))


@blueprint.route("/fairs/<slug>/profile/items/new/<kind>", methods=["GET", "POST"])
@registered
@keeps_form
def new_item(fair: FairFacts, me: Membership, kind: str) -> ResponseReturnValue:
    """Ask for one more offer or need, and add it."""
    if kind not in set(ItemKind):
        abort(NOT_FOUND)
    if request.method == "POST":
        form = filled_form(None)
        return _suggested(fair, form, None, ItemKind(kind)) or _save(fair, me, form, None, ItemKind(kind))
    kept = kept_form(me.account_id)
    page = item_page(fair, None, ItemKind(kind), sent=filled_form(None, data=kept) if kept else None)
    return render_template("profile/item.html", page=page, is_kept=kept is not None)


@blueprint.route("/fairs/<slug>/profile/items/<uuid:item_id>", methods=["GET", "POST"])
@registered
@keeps_form
def item(fair: FairFacts, me: Membership, item_id: uuid.UUID) -> ResponseReturnValue:
    """Show one offer or need to its company, and take what it says now."""
    stored = profile_items.item_of(db.session, me=me, item_id=item_id)
    if request.method == "POST":
        form = filled_form(stored)
        return _suggested(fair, form, stored, stored.kind) or _save(fair, me, form, stored, stored.kind)
    kept = kept_form(me.account_id)
    page = item_page(fair, stored, stored.kind, sent=filled_form(stored, data=kept) if kept else None)
    return render_template("profile/item.html", page=page, is_kept=kept is not None)


@blueprint.post("/fairs/<slug>/profile/items/<uuid:item_id>/move/<where>")
@registered
def move_item(fair: FairFacts, me: Membership, item_id: uuid.UUID, where: str) -> ResponseReturnValue:
    """Put an item one place up or down."""
    if where not in STEPS:
        abort(NOT_FOUND)
    profile_items.move_item(db.session, fair_id=fair.id, me=me, item_id=item_id, step=STEPS[where], now=clock.now())
    return redirect(url_for("profile.items", slug=fair.slug))


@blueprint.post("/fairs/<slug>/profile/items/<uuid:item_id>/remove")
@registered
def remove_item(fair: FairFacts, me: Membership, item_id: uuid.UUID) -> ResponseReturnValue:
    """Take an item off the profile; it can be put back."""
    profile_items.remove_item(db.session, fair_id=fair.id, me=me, item_id=item_id, now=clock.now())
    undo = url_for("profile.restore_item", slug=fair.slug, item_id=item_id)
    flash_with_undo(_("It is off your profile."), undo_url=undo)
    return redirect(url_for("profile.items", slug=fair.slug))


@blueprint.post("/fairs/<slug>/profile/items/<uuid:item_id>/restore")
@registered
def restore_item(fair: FairFacts, me: Membership, item_id: uuid.UUID) -> ResponseReturnValue:
    """Put a removed item back."""
    try:
        profile_items.restore_item(db.session, fair_id=fair.id, me=me, item_id=item_id, now=clock.now())
    except Refused as refused:
        flash(str(REFUSALS[refused.code]), "error")
    else:
        flash(_("It is on your profile again."), "done")
    return redirect(url_for("profile.items", slug=fair.slug))


def _suggested(fair: FairFacts, form: ItemForm, stored: ItemFacts | None, kind: ItemKind) -> ResponseReturnValue | None:
    """The form again with the categories that fit its text, when that is what was asked for; nothing is saved."""
    if "suggest" not in request.form:
        return None
    return render_template("profile/item.html", page=item_page(fair, stored, kind, sent=form))


def _save(
    fair: FairFacts, me: Membership, form: ItemForm, stored: ItemFacts | None, kind: ItemKind
) -> ResponseReturnValue:
    if form.validate():
        try:
            key = _store(fair, me, form, stored, kind)
        except Refused as refused:
            getattr(form, refused.field).errors = [str(REFUSALS[refused.code])]
        else:
            forget_form(me.account_id)
            flash(_("Saved. Your suggestions are being brought up to date."), "done")
            if "another" in request.form:
                return redirect(url_for("profile.new_item", slug=fair.slug, kind=kind))
            if stored is None and profile_items.is_only_item(db.session, me=me, item_id=key):
                return redirect(url_for("profile.partners", slug=fair.slug))
            return redirect(url_for("profile.items", slug=fair.slug, _anchor=f"item-{key.hex[:12]}"))
    return render_template("profile/item.html", page=item_page(fair, stored, kind, sent=form)), UNPROCESSABLE


def _store(fair: FairFacts, me: Membership, form: ItemForm, stored: ItemFacts | None, kind: ItemKind) -> uuid.UUID:
    values, now = form.values(kind), clock.now()
    if stored is not None:
        return profile_items.change_item(db.session, fair_id=fair.id, me=me, item_id=stored.id, values=values, now=now)
    key = uuid.UUID(form.item_id.data) if form.item_id.data else uuid.uuid4()
    return profile_items.add_item(db.session, fair_id=fair.id, me=me, item_id=key, kind=kind, values=values, now=now)
