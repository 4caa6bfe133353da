"""A company's team shaped for its page, and the words of what stands against a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import ActsAs
from matchmaker.extensions import db
from matchmaker.services import handing_over, invitations, team
from matchmaker.web.filters import date, datetime, tongue
from matchmaker.web.language import language

if TYPE_CHECKING:
    import uuid
    from datetime import datetime as DateTime  # noqa: N812 - beside the filter of that name.

    from matchmaker.domain.errors import DomainError
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.handing_over import Coming
    from matchmaker.services.team import Member


@dataclass(frozen=True, slots=True)
class Person:
    """One member as a row of the page, with the addresses of what may be done."""

    id: uuid.UUID
    name: str
    title: str
    languages: list[str]
    contact: str
    is_admin: bool
    is_me: bool
    comes: bool
    can_sign_in: bool
    may_edit: bool
    may_run: bool
    meetings: list[str]


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
        people=[_person(one, me, may_run=may_run, coming=coming.get(one.id, [])) for one in members],
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


def _person(one: Member, me: Membership, *, may_run: bool, coming: list[Coming]) -> Person:
    own, other = (one.title_vi, one.title_en) if language() == "vi" else (one.title_en, one.title_vi)
    return Person(
        id=one.id,
        name=one.name,
        title=own or other,
        languages=[tongue(code) for code in one.languages],
        contact=" · ".join(filter(None, (one.email, one.phone))),
        is_admin=one.is_admin,
        is_me=one.id == me.representative_id,
        comes=one.comes,
        can_sign_in=one.account_id is not None,
        may_edit=may_run or one.id == me.representative_id,
        may_run=may_run,
        meetings=[_coming(each) for each in coming],
    )


def _coming(one: Coming) -> str:
    when = datetime(one.starts_at) if one.starts_at else _("No time yet")
    return f"{when} · {one.company}"
