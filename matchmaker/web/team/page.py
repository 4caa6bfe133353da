"""A company's team shaped for its page, and the words of what stands against a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.fairs import ActsAs
from matchmaker.extensions import db
from matchmaker.services import handing_over, invitations, team
from matchmaker.web.filters import date, datetime, tongue_names
from matchmaker.web.fragments import same_for_all
from matchmaker.web.language import language
from matchmaker.web.links import links_to

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime as DateTime  # noqa: N812 - beside the filter of that name.

    from matchmaker.domain.errors import DomainError
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.handing_over import Coming
    from matchmaker.services.team import Member


class MemberUrls(NamedTuple):
    """Where is changed what may be changed of a member."""

    coming: str
    edit: str
    admin: str
    remove: str


@dataclass(frozen=True, slots=True)
class Person:
    """One member as a row of the page, with the addresses of what may be done."""

    id: uuid.UUID
    name: str
    about: str
    contact: str
    is_admin: bool
    is_me: bool
    comes: bool
    can_sign_in: bool
    may_edit: bool
    may_run: bool
    meetings: list[str]
    effect: str
    urls: MemberUrls


@dataclass(frozen=True, slots=True)
class Line:
    """Someone invited or helping: who, what, since or until when, and where to end it."""

    name: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """All that the team's page shows."""

    company: str
    people: list[Person]
    invited: list[Line]
    helpers: list[Line]
    may_run: bool
    nobody_comes: bool


def team_page(fair: FairFacts, me: Membership, *, now: DateTime) -> TeamPage:
    """Load a company's team and shape it."""
    may_run = me.is_admin and me.acts_as is not ActsAs.HELPER
    members = team.members(db.session, fair_id=fair.id, me=me)
    waiting = invitations.waiting(db.session, me=me, now=now) if may_run else []
    helpers = invitations.helpers(db.session, me=me)
    coming = handing_over.coming_of(db.session, company_id=me.company_id)
    return TeamPage(
        company=me.company_name,
        people=[_person(one, me, may_run=may_run, slug=fair.slug, coming=coming.get(one.id, [])) for one in members],
        invited=[
            Line(
                one.name,
                _("%(email)s · until %(day)s", email=one.email, day=date(one.expires_at)),
                url_for("team.end_invitation", slug=fair.slug, invitation_id=one.id),
            )
            for one in waiting
        ],
        helpers=[
            Line(
                one.name,
                _("May fill in for you since %(day)s", day=date(one.granted_at)),
                url_for("team.end_help", slug=fair.slug, grant_id=one.grant_id),
            )
            for one in helpers
        ],
        may_run=may_run,
        nobody_comes=not any(one.comes for one in members),
    )


def refusal(error: DomainError) -> str:
    """What stands against a change of the team, and what to do."""
    if error.code == "nobody_else":
        return _(
            "At %(time)s nobody else of you is free for the meeting with %(company)s. Let a colleague come, or call the"
            " meeting off first.",
            time=datetime(error.facts["starts_at"]),
            company=error.facts["company"],
        )
    return {
        "last_admin": _("Someone has to run the company here. Make another member admin first."),
        "can_not_sign_in": _("This person can't sign in yet. Invite them by mail first."),
        "already_member": _("This person is in already."),
        "address_unconfirmed": _("Confirm your own address first, by the link in the mail we sent you."),
        "too_many_invitations": _("You have sent many invitations today. You can go on tomorrow."),
        "slot_taken": _("A colleague was booked in this very moment. Try again."),
        "address_in_use": _("This address belongs to someone else of the company."),
    }[error.code]


@same_for_all
def _addresses(slug: str) -> list[Callable[[uuid.UUID], str]]:
    ends = "coming", "member", "admin", "remove"
    return [links_to(f"team.{end}", "representative_id", slug=slug) for end in ends]


def _person(one: Member, me: Membership, *, may_run: bool, slug: str, coming: list[Coming]) -> Person:
    own, other = (one.title_vi, one.title_en) if language() == "vi" else (one.title_en, one.title_vi)
    return Person(
        id=one.id,
        name=one.name,
        about=" · ".join(filter(None, (own or other, ", ".join(tongue_names(one.languages))))),
        contact=" · ".join(filter(None, (one.email, one.phone))),
        is_admin=one.is_admin,
        is_me=one.id == me.representative_id,
        comes=one.comes,
        can_sign_in=one.account_id is not None,
        may_edit=may_run or one.id == me.representative_id,
        may_run=may_run,
        meetings=[_coming(each) for each in coming],
        effect=_effect(len(coming)) if coming else "",
        urls=MemberUrls(*[address(one.id) for address in _addresses(slug)]),
    )


def _effect(count: int) -> str:
    """What becomes of the coming meetings of someone who goes."""
    return str(
        ngettext(
            "%(num)s coming meeting goes to a colleague who is free; both sides are told.",
            "%(num)s coming meetings go to colleagues who are free; both sides are told.",
            count,
        )
    )


def _coming(one: Coming) -> str:
    when = datetime(one.starts_at) if one.starts_at else _("No time yet")
    return f"{when} · {one.company}"
