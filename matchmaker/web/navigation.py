"""The links around every page: of participants, organizers and those who work at the tables, and one's own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import url_for

from matchmaker import clock
from matchmaker.domain.fairs import ActsAs, Phase, StaffRole
from matchmaker.extensions import db
from matchmaker.services import meetings
from matchmaker.web.at_hand import held, this_request
from matchmaker.web.fragments import same_for_all
from matchmaker.web.language import gettext as _
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from matchmaker.services.fairs import FairFacts, Membership

# Features whose entry stays the current one on their further pages.
WITH_PAGES_BELOW = {"companies", "privacy", "profile", "scheduling", "setup"}
WORKING_PHASES = (
    (Phase.PROFILES, "companies.organizer_list"),
    (Phase.PREFERENCES, "matching.run"),
    (Phase.SCHEDULING, "scheduling.schedule"),
    (Phase.FINAL, "scheduling.schedule"),
    (Phase.FAIR_DAYS, "hall.on_site"),
    (Phase.FOLLOW_UP, "reports.report"),
)


class NavItem(NamedTuple):
    """One entry of a navigation."""

    url: str
    icon: str
    label: str
    waiting: int
    is_current: bool


class Side(NamedTuple):
    """What decides which pages of a company someone finds."""

    acts: bool
    is_own: bool
    is_over: bool


def _item(endpoint: str, icon: str, label: str, *, slug: str, shown: str, count: int = 0) -> NavItem:
    feature = endpoint.partition(".")[0]
    # A company's files are a part of its profile.
    here_is = "profile" if shown.startswith("files.") else shown.partition(".")[0]
    is_current = shown == endpoint or (here_is == feature and feature in WITH_PAGES_BELOW)
    return NavItem(url_for(endpoint, slug=slug), icon, label, count, is_current)


def participant_links() -> tuple[NavItem, ...]:
    """Return the pages of someone's company, or of someone who works at the tables."""
    me, here = member(), held()
    if me is None:
        return _staff_links(here)
    facts, acts = here["fair"].facts, me.status.acts
    return _participant_items(facts.slug, shown(), acts, _is_over(facts), _waiting(me, here) if acts else 0)


def member() -> Membership | None:
    """Return in which role someone came in; nobody did where the database cannot be asked."""
    here = held()
    return None if "is_database_away" in here else here.get("me")


def _waiting(me: Membership, here: dict[str, Any]) -> int:
    """How many requests wait, as read on the way in; anew after a change, and for whom one came in on behalf of."""
    known: int | None = here["waiting"].get(me.participation_id)
    if known is not None and this_request().method in SAFE_METHODS:
        return known
    return meetings.waiting_count(db.session, participation_id=me.participation_id, now=clock.now())


@same_for_all
def _participant_items(slug: str, shown: str, acts: bool, is_over: bool, waiting: int) -> tuple[NavItem, ...]:
    item = partial(_item, slug=slug, shown=shown)
    if not acts:
        return (
            item("profile.items", "building", _("Profile")),
            item("matching.suggestions", "spark", _("Suggestions")),
        )
    return (
        item("matching.suggestions", "spark", _("Suggestions")),
        item("meetings.requests", "inbox", _("Requests"), count=waiting),
        item("meetings.agenda", "calendar", _("Agenda")),
        item(*_results() if is_over else _directory()),
        item("profile.items", "building", _("Profile")),
    )


def shown() -> str:
    """Return the endpoint of the page that is shown."""
    return this_request().endpoint or ""


def _is_over(facts: FairFacts) -> bool:
    """Whom to find comes first while meetings can be asked for, then what came of them.

    A phone has room for one of the two; the other stands in the menu.
    """
    return facts.phase is Phase.FOLLOW_UP


def _results() -> tuple[str, str, str]:
    return "deals.results", "deal", _("Results")


def _directory() -> tuple[str, str, str]:
    return "directory.directory", "search", _("Directory")


def organizer_links() -> tuple[NavItem, ...]:
    """Return the pages of an organizer, or of those who may only read the report."""
    here = held()
    if not here.get("is_organizer_page"):
        return _reader_links(here)
    facts = here["fair"].facts
    return _organizer_items(facts.slug, shown(), facts.phase is Phase.FAIR_DAYS, here.get("report_version"))


@same_for_all
def _organizer_items(slug: str, shown: str, is_fair_day: bool, _version: int | None) -> tuple[NavItem, ...]:
    """The pages of an organizer. Below a kept version of the report the way to the report leads to that version."""
    item = partial(_item, slug=slug, shown=shown)
    return (
        item("fairs.overview", "home", _("Overview")),
        *([item("hall.on_site", "flag", _("On site"))] if is_fair_day else []),
        item("companies.organizer_list", "building", _("Companies")),
        item("matching.run", "spark", _("Matching")),
        item("scheduling.schedule", "grid", _("Schedule")),
        item("printing.offer", "print", _("Printing")),
        item("notices.mail", "mail", _("Mail")),
        item("reports.report", "chart", _("Report")),
        item("privacy.requests", "lock", _("Privacy")),
        item("setup.steps", "gear", _("Set-up")),
    )


def _reader_links(here: dict[str, Any]) -> tuple[NavItem, ...]:
    if not here.get("is_reader_page"):
        return ()
    return (_item("reports.report", "chart", _("Report"), slug=here["fair"].slug, shown=shown()),)


def _staff_links(here: dict[str, Any]) -> tuple[NavItem, ...]:
    roles = here.get("staff_roles")
    return _staff_items(here["fair"].slug, shown(), roles) if roles else ()


@same_for_all
def _staff_items(slug: str, shown: str, roles: frozenset[str]) -> tuple[NavItem, ...]:
    """The pages of someone who works at the tables, for who has more than one; with one there is nothing to choose."""
    pages = {
        StaffRole.ORGANIZER: ("fairs.overview", "home", _("Overview")),
        StaffRole.TABLE_HOST: ("attendance.console", "users", _("Tables")),
        StaffRole.INTERPRETER: ("interpreting.own_day", "language", _("Interpreting")),
    }
    held = roles | {StaffRole.TABLE_HOST} if StaffRole.ORGANIZER in roles else roles
    found = tuple(_item(*page, slug=slug, shown=shown) for role, page in pages.items() if role in held)
    return found if len(found) > 1 else ()


def phases() -> tuple[tuple[str, str, str], ...]:
    """Return the working steps of a fair for its organizers, and none for others."""
    here = held()
    if not here.get("is_organizer_page"):
        return ()
    facts = here["fair"].facts
    return _phase_items(facts.slug, facts.phase, here.get("report_version"))


@same_for_all
def _phase_items(slug: str, now: Phase, _version: int | None) -> tuple[tuple[str, str, str], ...]:
    """The working steps of a fair; the step that belongs to the fair's phase is the current one."""
    labels = {
        Phase.PROFILES: _("Import"),
        Phase.PREFERENCES: _("Match"),
        Phase.SCHEDULING: _("Schedule"),
        Phase.FINAL: _("Publish"),
        Phase.FAIR_DAYS: _("At the fair"),
        Phase.FOLLOW_UP: _("Report"),
    }
    order = list(Phase)
    present = Phase.FINAL if now is Phase.PROVISIONAL else now
    return tuple(
        (
            labels[phase],
            url_for(endpoint, slug=slug),
            "current" if phase is present else "done" if order.index(phase) < order.index(present) else "todo",
        )
        for phase, endpoint in WORKING_PHASES
    )


def own_links() -> tuple[NavItem, ...]:
    """Return the pages of one's company that have no place in the navigation, and what is one's own."""
    me, here = member(), held()
    if me is None:
        return _own_items(shown())
    roles = tuple([role.role.value for role in here["my_roles"]])
    is_for_several = len(roles) > 1 and len({role.company_id for role in here["my_roles"]}) > 1
    switch = ("",) if is_for_several else (me.role.value, *roles)
    facts = here["fair"].facts
    return _side_items(facts.slug, shown(), switch, Side(me.status.acts, me.is_own, _is_over(facts)))


@same_for_all
def _side_items(slug: str, shown: str, switch: tuple[str, ...], side: Side) -> tuple[NavItem, ...]:
    """The pages of one's company, one's roles to switch between, and what is one's own."""
    item = partial(_item, slug=slug, shown=shown)
    return (
        *([item(*_directory() if side.is_over else _results())] if side.acts else []),
        item("team.team", "users", _("Team")),
        *([item("consents.mine", "shield", _("Your consents"))] if side.is_own else []),
        *([item("reliability.own", "badge", _("Reliability"))] if side.acts else []),
        *_switch_items(slug, shown, *switch),
        *_own_items(shown),
    )


@same_for_all
def _own_items(shown: str) -> tuple[NavItem, ...]:
    security, data = _("Sign-in and security"), _("Your data")
    return (
        NavItem(url_for("accounts.security"), "lock", security, 0, shown == "accounts.security"),
        NavItem(url_for("privacy.own_data"), "download", data, 0, shown in {"privacy.own_data", "privacy.erase"}),
    )


def _switch_items(slug: str, shown: str, role_now: str, *roles: str) -> tuple[NavItem, ...]:
    """The roles to switch between, where there are two; the companies for who acts for several, and so in no role."""
    if not role_now:
        return (_item("team.for_whom", "swap", _("Act for another company"), slug=slug, shown=shown),)
    labels = {"exhibitor": _("As exhibitor"), "buyer": _("As buyer")}
    found = tuple(NavItem(_suggestions_as(slug, role), "swap", labels[role], 0, role == role_now) for role in roles)
    return found if len(found) > 1 else ()


def _suggestions_as(slug: str, role: str) -> str:
    # "as" is a word of Python, so it can only come from a dictionary.
    values: dict[str, Any] = {"slug": slug, "as": role}
    return url_for("matching.suggestions", **values)


def acting_for() -> dict[str, str]:
    """Return for which company the reader acts that is not their own, and where that ends or changes."""
    me = member()
    if me is None or me.is_own:
        return {}
    slug = held()["fair"].slug
    if me.acts_as is ActsAs.ORGANIZER:
        return {"company": me.company_name, "end_url": url_for("companies.end_acting", slug=slug)}
    return {"company": me.company_name, "switch_url": url_for("team.for_whom", slug=slug)}
