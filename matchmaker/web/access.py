"""Who may open which route. Every view carries exactly one of these decorators."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import abort, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.extensions import db
from matchmaker.services import entrance, fairs, history, programmes
from matchmaker.web.fair_view import FairView
from matchmaker.web.kept_forms import keep_form
from matchmaker.web.sign_in import owes_second_step, signed_in_person
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

View = Callable[..., Any]
NOT_FOUND = 404
FORBIDDEN = 403
OWING_SECOND_STEP = {StaffRole.ORGANIZER, StaffRole.READER}


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
    return _through_company(view, "participant", lambda me: me.status.acts)


def registered(view: View) -> View:
    """Let representatives in whose company is approved, waits or is on hold; the view gets ``fair`` and ``me``.

    For the pages on which a company prepares itself and that show it nothing of others but its own suggestions.
    """
    return _through_company(view, "registered", lambda me: me.status.prepares)


def concerned(view: View) -> View:
    """Let representatives of any company at the fair in, also of a refused one; the view gets ``fair`` and ``me``.

    For what is theirs whatever the organizer decides: their own data and what they agreed to. Who acts for a company
    that is not their own does not get there.
    """
    return _through_company(view, "concerned", lambda me: me.is_own)


def _through_company(view: View, access: str, lets_in: Callable[[Membership], bool]) -> View:
    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        fair, me = _entered(slug, person)
        if not lets_in(me):
            abort(FORBIDDEN)
        return view(fair=fair, me=me, **values)

    return _marked(guarded, access)


def organizer(view: View) -> View:
    """Let the fair's organizers in, with a second step where it is required; the view gets ``fair`` and ``person``."""
    return _through_staff(view, "organizer", {StaffRole.ORGANIZER})


def reader(view: View) -> View:
    """Let the fair's organizers in, and those who may only read its report; the view gets ``fair`` and ``person``.

    What such a page shows must name companies only, never people.
    """
    return _through_staff(view, "reader", {StaffRole.ORGANIZER, StaffRole.READER})


def interpreter(view: View) -> View:
    """Let in who interprets at the fair, to their own day alone; the view gets ``fair`` and ``person``."""
    return _through_staff(view, "interpreter", {StaffRole.INTERPRETER}, in_hall=True)


def host(view: View) -> View:
    """Let the fair's organizers and table hosts in; the view gets ``fair`` and ``person``.

    ``g.staff_roles`` says which of the two someone is.
    """
    return _through_staff(view, "host", {StaffRole.ORGANIZER, StaffRole.TABLE_HOST}, in_hall=True)


def _through_staff(view: View, access: str, lets_in: set[StaffRole], *, in_hall: bool = False) -> View:
    """Let in who holds one of the roles at the fair.

    Whoever comes in as organizer or reader owes the second step; who works ``in_hall`` with their own phone does not.
    """

    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        fair, roles = fairs.for_staff(db.session, slug=slug, account_id=person.account_id)
        g.fair = FairView(fair)
        if not roles & lets_in:
            abort(NOT_FOUND)
        if roles & lets_in & OWING_SECOND_STEP and owes_second_step(person):
            return redirect(url_for("accounts.two_step", next=_wanted()))
        if in_hall:
            g.staff_roles = roles
        else:
            g.is_organizer_page = StaffRole.ORGANIZER in roles
            g.is_reader_page = not g.is_organizer_page
        return view(fair=fair, person=person, **values)

    return _marked(guarded, access)


def programme_reader(view: View) -> View:
    """Let in who organizes one of a programme's fairs or may read its report; the view gets ``programme``, ``person``.

    As with ``reader``, such a page names companies at most, never people.
    """
    return _through_programme(view, "programme_reader", programmes.READERS)


def programme_keeper(view: View) -> View:
    """Let in who organizes one of a programme's fairs; the view gets ``programme`` and ``person``."""
    return _through_programme(view, "programme_keeper", programmes.KEEPERS)


def _through_programme(view: View, access: str, lets_in: frozenset[StaffRole]) -> View:
    @wraps(view)
    def guarded(*, slug: str, **values: Any) -> Any:
        person = signed_in_person()
        if person is None:
            return _to_sign_in()
        programme = programmes.by_slug(db.session, slug=slug)
        g.programme_roles = programmes.roles(db.session, programme_id=programme.id, account_id=person.account_id)
        if not lets_in & {role for held in g.programme_roles.values() for role in held}:
            abort(NOT_FOUND)
        if owes_second_step(person):
            return redirect(url_for("accounts.two_step", next=_wanted()))
        return view(programme=programme, person=person, **values)

    return _marked(guarded, access)


def _marked(guarded: View, access: str) -> View:
    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def _fair(slug: str) -> FairFacts:
    fair = fairs.by_slug(db.session, slug=slug)
    g.fair = FairView(fair)
    return fair


def act_for(fair: FairFacts, participation_id: uuid.UUID | None) -> None:
    """Let this browser's organizer act for a company of the fair from now on; None ends it.

    The cookie only says for whom. Whether its holder organizes the fair is asked of the database on every request.
    """
    if participation_id is None:
        session.pop(f"for-{fair.slug}", None)
    else:
        session[f"for-{fair.slug}"] = participation_id.hex


def _entered(slug: str, person: SignedIn) -> tuple[FairFacts, Membership]:
    """The fair and the role someone acts in there: the chosen one, or else the first approved one.

    Who has several switches by ``?as=`` with a role or a participation, kept in the cookie. What is done for a
    company that is not one's own is recorded with both names.
    """
    entered = entrance.enter(db.session, slug=slug, account_id=person.account_id, now=clock.now())
    fair, roles = entered.fair, entered.roles
    g.fair = FairView(fair)
    me = _acting(fair, person)
    if me is not None:
        roles = [me]
    elif not roles:
        abort(NOT_FOUND)
    else:
        me = _chosen(fair, roles)
    g.me, g.my_roles, g.waiting = me, roles, entered.waiting
    if not me.is_own:
        history.act_for(db.session, company_id=me.company_id)
    return fair, me


def _acting(fair: FairFacts, person: SignedIn) -> Membership | None:
    """What an organizer is who acts for a company; None for everyone else."""
    chosen = session.get(f"for-{fair.slug}")
    if not isinstance(chosen, str):
        return None
    roles = fairs.staff_roles(db.session, fair_id=fair.id, account_id=person.account_id)
    if StaffRole.ORGANIZER not in roles:
        return None
    try:
        return fairs.membership_of(
            db.session, fair_id=fair.id, participation_id=uuid.UUID(chosen), account_id=person.account_id
        )
    except (ValueError, NotFound):
        return None


def _chosen(fair: FairFacts, roles: list[Membership]) -> Membership:
    key = f"as-{fair.slug}"
    wanted = request.args.get("as", "")
    if wanted in set(Role) or any(wanted == role.participation_id.hex for role in roles):
        session[key] = wanted
    kept = session.get(key)
    first = next((role for role in roles if role.status.acts), roles[0])
    return next((role for role in roles if kept in {role.participation_id.hex, role.role}), first)


def _to_sign_in() -> Response:
    """Send someone to sign in, and back to the page they wanted if going there changes nothing.

    A form that a page keeps for them brings them back to that page.
    """
    kept = keep_form()
    if kept:
        flash(
            _("You were signed out after a while without use. What you entered is kept: sign in to go on."), "changed"
        )
    return redirect(url_for("accounts.sign_in", next=kept or _wanted()))


def _wanted() -> str | None:
    return request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
