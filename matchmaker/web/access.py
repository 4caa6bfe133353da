"""Who may open which route. Every view carries exactly one of these decorators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import abort, g, redirect, request, session, url_for

from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.web.fair_view import FairView
from matchmaker.web.sign_in import owes_second_step, signed_in_person
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

View = Callable[..., Any]
NOT_FOUND = 404
FORBIDDEN = 403


def anyone(view: View) -> View:
    """Let everyone in. A route with a fair in its address gets ``fair``."""

    @wraps(view)
    def guarded(*, slug: str | None = None, **values: Any) -> Any:
        if slug is None:
            return view(**values)
        return view(fair=_fair(slug), **values)

    return _marked(guarded, "anyone")


def signed_in(view: View) -> View:
    """Let signed-in people in; the view gets ``person``."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        person = signed_in_person()
        return _to_sign_in() if person is None else view(person=person, **values)

    return _marked(guarded, "signed_in")


def participant(view: View) -> View:
    """Let representatives of approved companies in; the view gets ``fair`` and ``me``."""

    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        fair = _fair(slug)
        me = _membership(fair, person)
        if not me.status.acts:
            abort(FORBIDDEN)
        return view(fair=fair, me=me, **values)

    return _marked(guarded, "participant")


def registered(view: View) -> View:
    """Let representatives in whose company is approved, waits or is on hold; the view gets ``fair`` and ``me``.

    For the pages on which a company prepares itself and that show it nothing of others but its own suggestions.
    """

    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        fair = _fair(slug)
        me = _membership(fair, person)
        if not me.status.prepares:
            abort(FORBIDDEN)
        return view(fair=fair, me=me, **values)

    return _marked(guarded, "registered")


def organizer(view: View) -> View:
    """Let the fair's organizers in, with a second step where it is required; the view gets ``fair`` and ``person``."""

    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        fair = _fair(slug)
        roles = fairs.staff_roles(db.session, fair_id=fair.id, account_id=person.account_id)
        if StaffRole.ORGANIZER not in roles:
            abort(NOT_FOUND)
        if owes_second_step(person):
            return redirect(url_for("accounts.two_step", next=_wanted()))
        g.is_organizer_page = True
        return view(fair=fair, person=person, **values)

    return _marked(guarded, "organizer")


def _marked(guarded: View, access: str) -> View:
    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def _fair(slug: str) -> FairFacts:
    fair = fairs.by_slug(db.session, slug=slug)
    g.fair = FairView(fair)
    return fair


def _membership(fair: FairFacts, person: SignedIn) -> Membership:
    """The role someone acts in: the first approved one. Who has two switches by ``?as=``, kept in the cookie."""
    roles = fairs.memberships(db.session, fair_id=fair.id, account_id=person.account_id)
    if not roles:
        abort(NOT_FOUND)
    key = f"as-{fair.slug}"
    if request.args.get("as") in set(Role):
        session[key] = request.args["as"]
    first = next((role for role in roles if role.status.acts), roles[0])
    me = next((role for role in roles if role.role == session.get(key)), first)
    g.me, g.my_roles = me, roles
    return me


def _to_sign_in() -> Response:
    """Send someone to sign in, and back to the page they wanted if going there changes nothing."""
    return redirect(url_for("accounts.sign_in", next=_wanted()))


def _wanted() -> str | None:
    return request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
