"""What the frames around every page need: brand, languages, navigation, phases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, g, has_request_context, request, url_for

from matchmaker import clock
from matchmaker.domain.fairs import ActsAs, Phase, StaffRole
from matchmaker.extensions import db
from matchmaker.services import meetings
from matchmaker.web.fragments import same_for_all
from matchmaker.web.hosts import LOOPBACK
from matchmaker.web.language import LANGUAGES, NAMES, language
from matchmaker.web.language import gettext as _
from matchmaker.web.links import here
from matchmaker.web.phase_words import phase_now
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.standing import standing_of
from matchmaker.web.statements import owner_mark
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from flask import Flask

    from matchmaker.services.fairs import Membership

THEMES = ("light", "dark")
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


def register(app: Flask) -> None:
    """Give every template what its frame needs."""
    app.context_processor(_frame)
    app.add_template_global(device_owner)


def device_owner() -> str:
    """Return whose a statement is that the device keeps, for pages that send such statements."""
    return owner_mark(signed_in_person())


def _frame() -> dict[str, Any]:
    brand, lang = current_app.extensions["matchmaker"].brand, language()
    if not has_request_context():
        return {"brand": brand, "lang": lang}
    person, fair, me = signed_in_person(), g.get("fair"), g.get("me")
    if g.get("is_database_away"):
        me = None
    theme, is_organizer = request.cookies.get("theme", ""), g.get("is_organizer_page")
    return {
        **_addresses(),
        "brand": brand,
        "lang": lang,
        "theme": theme if theme in THEMES else "",
        "languages": [(code, NAMES[code], _in_language(code)) for code in LANGUAGES if code != lang],
        "mailbox_url": url_for("notices.mailbox") if _has_mailbox() else "",
        "participant_nav": _participant_nav(me) if me else _staff_nav(),
        "organizer_nav": _organizer_nav() if is_organizer else _reader_nav(),
        "phases": _phases() if is_organizer else (),
        "phase_now": phase_now(fair.facts) if fair else "",
        "account_nav": _account_nav(me) if person else (),
        "acting": _acting(me),
        "standing": standing_of(me) if me else None,
        "signed_in": person,
        "unread": person.unread if person else 0,
    }


@same_for_all
def _addresses() -> dict[str, str]:
    return {
        "home_url": url_for("pages.home"),
        "sign_in_url": url_for("accounts.sign_in"),
        "sign_out_url": url_for("accounts.sign_out"),
    }


def _has_mailbox() -> bool:
    """Whether mail is kept on this machine for everyone to read, which is so in a local demo alone."""
    config = current_app.extensions["matchmaker"]
    return config.profile == "demo" and urlsplit(config.public_url).hostname in LOOPBACK


def _in_language(code: str) -> str:
    if request.endpoint is None or request.method != "GET":
        return url_for("pages.home", lang=code)
    return here(lang=code)


def _item(endpoint: str, icon: str, label: str, *, slug: str, shown: str, count: int = 0) -> NavItem:
    feature = endpoint.partition(".")[0]
    # A company's files are a part of its profile.
    here_is = "profile" if shown.startswith("files.") else shown.partition(".")[0]
    is_current = shown == endpoint or (here_is == feature and feature in WITH_PAGES_BELOW)
    return NavItem(url_for(endpoint, slug=slug), icon, label, count, is_current)


def _participant_nav(me: Membership) -> tuple[NavItem, ...]:
    acts = me.status.acts
    return _participant_items(g.fair.slug, _shown(), acts, _is_over(), _waiting(me) if acts else 0)


def _waiting(me: Membership) -> int:
    """How many requests wait, as read on the way in; anew after a change, and for whom one came in on behalf of."""
    known: int | None = g.waiting.get(me.participation_id)
    if known is not None and request.method in SAFE_METHODS:
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


def _shown() -> str:
    return request.endpoint or ""


def _is_over() -> bool:
    """Whom to find comes first while meetings can be asked for, then what came of them.

    A phone has room for one of the two; the other stands in the menu.
    """
    return bool(g.fair.facts.phase is Phase.FOLLOW_UP)


def _results() -> tuple[str, str, str]:
    return "deals.results", "deal", _("Results")


def _directory() -> tuple[str, str, str]:
    return "directory.directory", "search", _("Directory")


def _organizer_nav() -> tuple[NavItem, ...]:
    return _organizer_items(g.fair.slug, _shown(), g.fair.facts.phase is Phase.FAIR_DAYS, g.get("report_version"))


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


def _reader_nav() -> tuple[NavItem, ...]:
    """The one page of those who may only read the report."""
    if not g.get("is_reader_page"):
        return ()
    return (_item("reports.report", "chart", _("Report"), slug=g.fair.slug, shown=_shown()),)


def _staff_nav() -> tuple[NavItem, ...]:
    roles = g.get("staff_roles")
    return _staff_items(g.fair.slug, _shown(), roles) if roles else ()


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


def _phases() -> tuple[tuple[str, str, str], ...]:
    return _phase_items(g.fair.slug, g.fair.facts.phase, g.get("report_version"))


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


def _account_nav(me: Membership | None) -> tuple[NavItem, ...]:
    if me is None:
        return _own_items(_shown())
    roles = tuple([role.role.value for role in g.my_roles])
    is_for_several = len(roles) > 1 and len({role.company_id for role in g.my_roles}) > 1
    switch = ("",) if is_for_several else (me.role.value, *roles)
    return _side_items(g.fair.slug, _shown(), switch, Side(me.status.acts, me.is_own, _is_over()))


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


def _acting(me: Membership | None) -> dict[str, str]:
    """For which company the reader acts that is not their own, and where that ends or changes."""
    if me is None or me.is_own:
        return {}
    if me.acts_as is ActsAs.ORGANIZER:
        return {"company": me.company_name, "end_url": url_for("companies.end_acting", slug=g.fair.slug)}
    return {"company": me.company_name, "switch_url": url_for("team.for_whom", slug=g.fair.slug)}
