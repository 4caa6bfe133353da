"""What the fair's pages offer to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.fairs import Acceptance, Act, ParticipationStatus, Phase, StaffRole, allows
from matchmaker.extensions import db
from matchmaker.services import fairs
from matchmaker.services.setup_steps import SetupStep, states_of
from matchmaker.web.fair_view import FairView
from matchmaker.web.fragments import drawn_by, same_page_for_all
from matchmaker.web.phase_words import MEANS
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.overview import Progress
    from matchmaker.services.setup_steps import StepState


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


@same_page_for_all
def drawn_overview(fair: FairFacts, progress: Progress, counted: tuple[int, ...]) -> Markup:
    """Return all of the organizer's overview but its frame: it hangs on figures alone."""
    tasks = tasks_of(fair, progress, states_of(fair, counted))
    calm = "" if tasks else calm_words(fair, progress)
    return drawn_by("fairs/overview_parts.html", "overview", FairView(fair), progress, tasks, calm)


def tasks_of(fair: FairFacts, progress: Progress, states: Sequence[StepState]) -> list[Task]:
    """Return what needs the organizer now, the most urgent first; ``states`` are the steps of the fair's set-up."""
    missing = [state for state in states if state.missing]
    found = [
        _set_up(fair, sum(state.is_needed for state in missing)),
        *(step(fair, progress) for step in STEPS),
        _open(fair, progress, is_dated=all(state.step is not SetupStep.PHASES for state in missing)),
        _complete(fair, sum(not state.is_needed for state in missing)),
    ]
    return [task for task in found if task is not None]


def calm_words(fair: FairFacts, progress: Progress) -> str:
    """Return how the fair stands while nothing waits for its organizer."""
    if progress.requested:
        return ngettext(
            "%(num)s request waits for a company's answer.",
            "%(num)s requests wait for the companies' answers.",
            progress.requested,
        )
    if progress.scheduled or progress.held:
        return _("Requests are answered and meetings have their places.")
    return str(MEANS[fair.phase])


def _set_up(fair: FairFacts, missing: int) -> Task | None:
    if not missing:
        return None
    return Task(
        ngettext("%(num)s step of the set-up is missing", "%(num)s steps of the set-up are missing", missing),
        _("Without tables and times nobody can be given a place."),
        url_for("setup.steps", slug=fair.slug),
        _("Set up the fair"),
        "nghe",
    )


def _complete(fair: FairFacts, missing: int) -> Task | None:
    """Steps that a fair can do without are worth a word as long as it prepares."""
    if not missing or fair.phase is not Phase.PROFILES:
        return None
    return Task(
        ngettext("%(num)s step of the set-up is open", "%(num)s steps of the set-up are open", missing),
        _("The fair works as it is; each step says what it is for."),
        url_for("setup.steps", slug=fair.slug),
        _("Look at the set-up"),
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


def _open(fair: FairFacts, progress: Progress, *, is_dated: bool) -> Task | None:
    """Once there are suggestions, say how meetings come of them, unless a date does that or some are there."""
    if not progress.suggestions or progress.accepted or progress.scheduled or progress.held:
        return None
    if fair.acceptance is Acceptance.AUTOMATIC:
        return Task(
            _("The suggested pairs are not meetings yet"),
            _("This fair accepts for everyone: one click makes meetings of the lists."),
            url_for("matching.run", slug=fair.slug),
            _("See the lists"),
        )
    if is_dated or fair.phase is not Phase.PROFILES:
        return None
    return Task(
        _("Companies can't ask each other yet"),
        _("They ask and answer from the phase of preferences on. Give it a date, or begin it now."),
        url_for("setup.phases", slug=fair.slug),
        _("See the phases"),
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
