"""Claim an address, and confirm one by the mailed link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.extensions import db
from matchmaker.services import address_claims, fairs, registration
from matchmaker.signed_links import subject_of
from matchmaker.web import known_device
from matchmaker.web import sign_in as browser
from matchmaker.web.access import anyone, signed_in
from matchmaker.web.recent_sign_in import recent_sign_in
from matchmaker.web.registration.forms import AddressForm
from matchmaker.web.registration.routes import blueprint
from matchmaker.web.security_log import note
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import Opened, SignedIn
    from matchmaker.services.address_claims import ClaimFacts

UNPROCESSABLE, NOT_FOUND = 422, 404


@blueprint.route("/account/address", methods=["GET", "POST"])
@signed_in
def address(person: SignedIn) -> ResponseReturnValue:
    """Show the address someone signs in with, and claim another one.

    Who has an address proves first who they are. Who has none yet could not, and has just registered.
    """
    return _change_address(person=person) if person.email else _claim_address(person=person)


def _claim_address(person: SignedIn) -> ResponseReturnValue:
    form = AddressForm()
    if request.method in SAFE_METHODS:
        return _address_page(person, form)
    if not form.validate():
        return _address_page(person, form), UNPROCESSABLE
    address_claims.claim(db.session, account_id=person.account_id, email=form.email.data or "", now=clock.now())
    flash(_("A link is on its way to this address. It becomes yours once you open it."), "done")
    return redirect(url_for("registration.address"))


_change_address = recent_sign_in(_claim_address)


@blueprint.route("/address/<token>", methods=["GET", "POST"])
@anyone
def confirm(token: str) -> ResponseReturnValue:
    """Show a button that confirms an address. Mail scanners open links, so reading the page uses nothing up."""
    now = clock.now()
    claim = _claim(token)
    if claim is None or not claim.is_open:
        return render_template("registration/spent.html"), NOT_FOUND if claim is None else 200
    person = signed_in_person()
    if request.method in SAFE_METHODS:
        return _confirm_page(claim, person)
    try:
        done = address_claims.confirm(
            db.session, claim_id=claim.id, signed_in_as=person.account_id if person else None, now=now
        )
    except Refused as error:
        return _confirm_page(claim, person, refused=error.code), UNPROCESSABLE
    opened = registration.enter(db.session, account_id=done.account_id, user_agent=request.user_agent.string, now=now)
    return _enter(opened, _after(done.account_id, done.fair_slug))


@blueprint.post("/address/<token>/not-me")
@anyone
def disown(token: str) -> ResponseReturnValue:
    """End a registration that somebody else made with this address."""
    claim = _claim(token)
    if claim is not None and claim.is_open:
        address_claims.disown(db.session, claim_id=claim.id, now=clock.now())
    return render_template("registration/disowned.html")


def _claim(token: str) -> ClaimFacts | None:
    claim_id = subject_of(token, secret=current_app.config["SECRET_KEY"], purpose="address")
    return None if claim_id is None else address_claims.look(db.session, claim_id=claim_id, now=clock.now())


def _confirm_page(claim: ClaimFacts, person: SignedIn | None, *, refused: str = "") -> str:
    is_own = person is not None and person.account_id == claim.account_id
    return render_template("registration/confirm.html", claim=claim, is_own=is_own, refused=refused)


def _enter(opened: Opened, leads_to: str) -> ResponseReturnValue:
    """Go on in this browser, or by the code of the second step where the account that has the address takes one."""
    if opened.person is None:
        browser.wait_for_code(opened.token)
        return redirect(url_for("accounts.code", next=leads_to))
    browser.start(opened.token, opened.person)
    known_device.remember(opened.person.account_id)
    note("address_confirmed", account_id=opened.person.account_id)
    flash(_("Your address is confirmed."), "done")
    return redirect(leads_to)


def _address_page(person: SignedIn, form: AddressForm) -> str:
    waiting = address_claims.waiting_address(db.session, account_id=person.account_id, now=clock.now())
    if request.method in SAFE_METHODS and not person.email:
        form.email.data = waiting
    return render_template(
        "registration/address.html",
        form=form,
        person=person,
        waiting=waiting,
        back_url=_after(person.account_id, ""),
    )


def _after(account_id: uuid.UUID, slug: str) -> str:
    if slug:
        return url_for("matching.suggestions", slug=slug)
    home = fairs.home_of(db.session, account_id=account_id)
    return url_for("pages.home") if home is None else url_for("fairs.home", slug=home[1])
