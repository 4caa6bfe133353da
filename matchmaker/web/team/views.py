"""The team of a company: who speaks for it and comes, and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound, Refused, TooMany
from matchmaker.extensions import db
from matchmaker.services import fairs, invitations, team
from matchmaker.services.invitations import InvitationKind
from matchmaker.web.access import registered, signed_in
from matchmaker.web.team.forms import InviteForm, member_form
from matchmaker.web.team.page import refusal, team_page
from matchmaker.web.team.routes import blueprint
from matchmaker.web.unsent import unsent

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.domain.errors import DomainError
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts, Membership

UNPROCESSABLE, CONFLICT, TOO_MANY = 422, 409, 429


@blueprint.get("/fairs/<slug>/team", endpoint="team")
@registered
def team_of(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Show who speaks for the company, who is invited and who helps."""
    return _page(fair, me)


@blueprint.post("/fairs/<slug>/team/invitations")
@registered
def invite(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Invite someone by mail. Known and unknown addresses get the same answer."""
    form = InviteForm()
    if not form.validate():
        return _page(fair, me, form=form), UNPROCESSABLE
    try:
        invitations.invite(
            db.session,
            fair=fair,
            me=me,
            email=form.email.data or "",
            name=form.name.data or "",
            kind=InvitationKind(form.kind.data),
            comes=form.comes.data,
            now=clock.now(),
        )
    except (Refused, TooMany) as refused:
        form.email.errors = [refusal(refused)]
        return _page(fair, me, form=form), TOO_MANY if isinstance(refused, TooMany) else UNPROCESSABLE
    flash(_("An invitation is on its way to %(email)s.", email=form.email.data), "done")
    return _back(fair)


@blueprint.post("/fairs/<slug>/team/invitations/<uuid:invitation_id>/end")
@registered
def end_invitation(fair: FairFacts, me: Membership, invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.end(db.session, me=me, invitation_id=invitation_id, now=clock.now())
    flash(_("The invitation is taken back; its link opens nothing any more."), "done")
    return _back(fair)


@blueprint.post("/fairs/<slug>/team/helpers/<uuid:grant_id>/end")
@registered
def end_help(fair: FairFacts, me: Membership, grant_id: uuid.UUID) -> ResponseReturnValue:
    """Let a helper fill in for the company no longer."""
    invitations.end_help(db.session, fair_id=fair.id, me=me, grant_id=grant_id, now=clock.now())
    flash(_("The helper is out with the next page they open."), "done")
    return _back(fair)


@blueprint.route("/fairs/<slug>/team/<uuid:representative_id>", methods=["GET", "POST"])
@registered
def member(fair: FairFacts, me: Membership, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Show and change what is said of one person."""
    one = team.member(db.session, fair_id=fair.id, me=me, representative_id=representative_id)
    if one.id != me.representative_id:
        team.demand_admin(me)
    form = member_form(one)
    if not form.is_submitted() or not form.validate():
        page = render_template("team/member.html", form=form, member=one, is_me=one.id == me.representative_id)
        return page, UNPROCESSABLE if form.is_submitted() else 200
    values = {name: form[name].data for name in ("name", "phone", "title_vi", "title_en", "languages")}
    team.edit(db.session, fair_id=fair.id, me=me, representative_id=representative_id, values=values, now=clock.now())
    flash(_("Saved."), "done")
    return _back(fair)


@blueprint.post("/fairs/<slug>/team/<uuid:representative_id>/coming")
@registered
def coming(fair: FairFacts, me: Membership, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Say whether someone comes to the fair."""
    who: dict[str, Any] = {"fair_id": fair.id, "me": me, "representative_id": representative_id}
    comes = request.form.get("comes") == "1"
    return _change(fair, me, lambda: team.set_coming(db.session, **who, comes=comes, now=clock.now()))


@blueprint.post("/fairs/<slug>/team/<uuid:representative_id>/admin")
@registered
def admin(fair: FairFacts, me: Membership, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Let someone run the company, or no longer."""
    act = team.make_admin if request.form.get("runs") == "1" else team.end_admin
    who: dict[str, Any] = {"fair_id": fair.id, "me": me, "representative_id": representative_id}
    return _change(fair, me, lambda: act(db.session, **who, now=clock.now()))


@blueprint.post("/fairs/<slug>/team/<uuid:representative_id>/remove")
@registered
def remove(fair: FairFacts, me: Membership, representative_id: uuid.UUID) -> ResponseReturnValue:
    """Take someone out of the team; who removes themselves goes to the start page."""
    who: dict[str, Any] = {"fair_id": fair.id, "me": me, "representative_id": representative_id}
    answer = _change(fair, me, lambda: team.remove(db.session, **who, now=clock.now()))
    is_done = not isinstance(answer, tuple)
    return redirect(url_for("pages.home")) if is_done and representative_id == me.representative_id else answer


@blueprint.get("/fairs/<slug>/for-whom")
@signed_in
def for_whom(person: SignedIn, slug: str) -> ResponseReturnValue:
    """Let who may act for several companies choose for which one."""
    fair = fairs.by_slug(db.session, slug=slug)
    roles = fairs.memberships(db.session, fair_id=fair.id, account_id=person.account_id)
    if not roles:
        raise NotFound("no_such_fair")
    return render_template("team/for_whom.html", fair=fair, roles=roles)


def _change(fair: FairFacts, me: Membership, act: Any) -> ResponseReturnValue:
    """Do what was asked and go back; what stands against it is said on the page, with nothing changed."""
    try:
        act()
    except Conflict as error:
        db.session.rollback()
        return _page(fair, me, error=error), CONFLICT
    flash(_("Saved."), "done")
    return _back(fair)


def _page(fair: FairFacts, me: Membership, *, form: Any = None, error: DomainError | None = None) -> str:
    return render_template(
        "team/team.html",
        page=team_page(fair, me, now=clock.now()),
        form=form,
        empty_fields="" if form else unsent("team/team_parts.html", "invite_fields", InviteForm),
        refusal=refusal(error) if error else "",
    )


def _back(fair: FairFacts) -> ResponseReturnValue:
    return redirect(url_for("team.team", slug=fair.slug))
