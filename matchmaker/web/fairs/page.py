"""What the fair's pages offer to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.fairs import Act, ParticipationStatus, Phase, StaffRole, allows
from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    import uuid

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.overview import Progress


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs the organizer, with the place where it is done."""

    text: str
    detail: str
    url: str
    action: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WayIn:
    """The main button of a fair's home: on to one's own pages, to register or to sign in.

    ``sign_in_url`` stands beside it for who takes part already and is not signed in, ``others`` for further roles.
    """

    url: str
    label: str
    sign_in_url: str = ""
    others: tuple[tuple[str, str], ...] = ()


def way_in(fair: FairFacts) -> WayIn:
    """Return where a visitor goes on from the fair's home; who has several roles there chooses."""
    person = signed_in_person()
    suggestions = url_for("matching.suggestions", slug=fair.slug)
    joining = WayIn(url_for("registration.register", slug=fair.slug), _("Register"))
    may_join = allows(fair.phase, Act.REGISTER)
    if person is None:
        sign_in_url = url_for("accounts.sign_in", next=suggestions)
        return replace(joining, sign_in_url=sign_in_url) if may_join else WayIn(sign_in_url, _("Sign in"))
    entries = _entries(fair, person.account_id)
    if not entries:
        return joining if may_join else WayIn(url_for("pages.home"), _("See all fairs"))
    (url, label), *others = entries
    return WayIn(url, label, others=tuple(others))


def _entries(fair: FairFacts, account_id: uuid.UUID) -> list[tuple[str, str]]:
    """The pages of each role someone has at the fair."""
    roles = fairs.staff_roles(db.session, fair_id=fair.id, account_id=account_id)
    pages = {
        StaffRole.ORGANIZER: ("fairs.overview", _("Go to the overview")),
        StaffRole.TABLE_HOST: ("attendance.console", _("See your tables")),
        StaffRole.INTERPRETER: ("interpreting.own_day", _("See your meetings as interpreter")),
        StaffRole.READER: ("reports.report", _("Open the report")),
    }
    found = [(url_for(page, slug=fair.slug), label) for role, (page, label) in pages.items() if role in roles]
    if StaffRole.ORGANIZER in roles:
        found = [one for one in found if one[0] != url_for("reports.report", slug=fair.slug)]
    if fairs.memberships(db.session, fair_id=fair.id, account_id=account_id):
        found.append((url_for("matching.suggestions", slug=fair.slug), _("See your suggestions")))
    return found


def tasks_of(fair: FairFacts, progress: Progress, *, missing: int = 0) -> list[Task]:
    """Return what needs the organizer now, the most urgent first; ``missing`` counts set-up steps that hold it up."""
    steps = [task for task in (step(fair, progress) for step in STEPS) if task is not None]
    return [*([_set_up(fair, missing)] if missing else []), *steps]


def _set_up(fair: FairFacts, missing: int) -> Task:
    return Task(
        ngettext("%(num)s step of the set-up is missing", "%(num)s steps of the set-up are missing", missing),
        _("Without tables and times nobody can be given a place."),
        url_for("setup.steps", slug=fair.slug),
        _("Set up the fair"),
        "nghe",
    )


def _approve(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.pending:
        return None
    return Task(
        ngettext("%(num)s registration waits for you", "%(num)s registrations wait for you", progress.pending),
        _("They prepare meanwhile; nobody sees them until you have approved them."),
        url_for("companies.organizer_list", slug=fair.slug, status=ParticipationStatus.PENDING),
        _("Approve"),
        "nghe",
    )


def _import(fair: FairFacts, progress: Progress) -> Task | None:
    if progress.exhibitors and progress.buyers:
        return None
    return Task(
        _("Bring in exhibitors and buyers"),
        _("A spreadsheet with one row per company is enough."),
        url_for("companies.imports", slug=fair.slug),
        _("Import a list"),
    )


def _match(fair: FairFacts, progress: Progress) -> Task | None:
    if progress.suggestions or not (progress.exhibitors and progress.buyers):
        return None
    return Task(
        _("Find out who should meet"),
        _("Every company gets a ranked list of partners, with reasons."),
        url_for("matching.run", slug=fair.slug),
        _("Match"),
    )


def _schedule(fair: FairFacts, progress: Progress) -> Task | None:
    # Once the fair is over there is no time left to give.
    if not progress.accepted or fair.phase is Phase.FOLLOW_UP:
        return None
    count = progress.accepted
    return Task(
        ngettext("%(num)s accepted meeting has no place yet", "%(num)s accepted meetings have no place yet", count),
        _("The schedule gives each one a table and a time, or says why it does not fit."),
        url_for("scheduling.schedule", slug=fair.slug),
        _("Schedule"),
        "nghe",
    )


def _describe(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.without_items or fair.phase is Phase.FOLLOW_UP:
        return None
    count = progress.without_items
    return Task(
        ngettext(
            "%(num)s company says nothing of what it offers or needs",
            "%(num)s companies say nothing of what they offer or need",
            count,
        ),
        _("Without an offer or a need the matcher has only country and sector to go by."),
        url_for("companies.organizer_list", slug=fair.slug, missing="items"),
        _("See which"),
    )


def _record(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.without_outcome:
        return None
    count = progress.without_outcome
    return Task(
        ngettext("%(num)s held meeting has no outcome yet", "%(num)s held meetings have no outcome yet", count),
        _("The report names the share of meetings with an outcome."),
        url_for("reports.outcomes", slug=fair.slug),
        _("See which"),
        "nghe",
    )


def _report(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.held:
        return None
    count = progress.held
    return Task(
        ngettext("%(num)s meeting is on record", "%(num)s meetings are on record", count),
        _("Every figure of the report opens to its rows."),
        url_for("reports.report", slug=fair.slug),
        _("See the report"),
    )


def _mail(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.mail_given_up:
        return None
    count = progress.mail_given_up
    return Task(
        ngettext("%(num)s mail did not arrive", "%(num)s mails did not arrive", count),
        _("Check the addresses, or tell these people another way."),
        url_for("notices.mail", slug=fair.slug),
        _("See which"),
        "son",
    )


def _complaints(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.complaints:
        return None
    count = progress.complaints
    return Task(
        ngettext("%(num)s report about a company", "%(num)s reports about companies", count),
        _("Someone reported another company. You can stop its messages or leave it at that."),
        url_for("meetings.complaint_list", slug=fair.slug),
        _("Look at it"),
        "son",
    )


def _objections(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.objections:
        return None
    count = progress.objections
    return Task(
        ngettext("%(num)s objection to the plan", "%(num)s objections to the plan", count),
        _("Give the meeting another time, take it out, or keep it with an answer."),
        url_for("meetings.objections", slug=fair.slug),
        _("Answer"),
        "nghe",
    )


def _data_requests(fair: FairFacts, progress: Progress) -> Task | None:
    if not progress.data_requests:
        return None
    count = progress.data_requests
    return Task(
        ngettext("%(num)s person asks about their data", "%(num)s people ask about their data", count),
        _("The law gives two working days to answer."),
        url_for("privacy.requests", slug=fair.slug),
        _("See the requests"),
        "nghe",
    )


def _on_site(fair: FairFacts, progress: Progress) -> Task | None:
    del progress
    if fair.phase is not Phase.FAIR_DAYS:
        return None
    return Task(
        _("The fair is on"),
        _("Who meets, who is late, what is free, and the boards for the wall."),
        url_for("hall.on_site", slug=fair.slug),
        _("See the hall"),
    )


STEPS = (
    _on_site,
    _complaints,
    _data_requests,
    _objections,
    _approve,
    _import,
    _match,
    _schedule,
    _mail,
    _describe,
    _record,
    _report,
)
