"""What the frames around every page need: brand, languages, navigation, phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app, g, has_request_context, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.fairs import ActsAs, Phase, StaffRole
from matchmaker.extensions import db
from matchmaker.services import meetings
from matchmaker.web.hosts import LOOPBACK
from matchmaker.web.language import LANGUAGES, NAMES, language
from matchmaker.web.links import here
from matchmaker.web.phase_words import phase_now
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.standing import standing_of
from matchmaker.web.statements import owner_mark

if TYPE_CHECKING:
    from flask import Flask

THEMES = ("light", "dark")
WORKING_PHASES = (
    (Phase.PROFILES, "companies.organizer_list"),
    (Phase.PREFERENCES, "matching.run"),
    (Phase.SCHEDULING, "scheduling.schedule"),
    (Phase.FINAL, "scheduling.schedule"),
    (Phase.FAIR_DAYS, "hall.on_site"),
    (Phase.FOLLOW_UP, "reports.report"),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a navigation."""

    url: str
    icon: str
    label: str
    count: int
    is_current: bool


def register(app: Flask) -> None:
    """Give every template what its frame needs."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    brand = current_app.extensions["matchmaker"].brand
    if not has_request_context():
        return {"brand": brand, "lang": language()}
    person = signed_in_person()
    return {
        "brand": brand,
        "lang": language(),
        "theme": request.cookies.get("theme", "") if request.cookies.get("theme") in THEMES else "",
        "languages": [(code, NAMES[code], _other_language(code), code == language()) for code in LANGUAGES],
        "home_url": url_for("pages.home"),
        "sign_in_url": url_for("accounts.sign_in"),
        "sign_out_url": url_for("accounts.sign_out"),
        "mailbox_url": url_for("notices.mailbox") if _has_mailbox() else "",
        "participant_nav": _participant_nav() if g.get("me") and not g.get("is_database_away") else _staff_nav(),
        "organizer_nav": _organizer_nav() if g.get("is_organizer_page") else _reader_nav(),
        "phases": _phases() if g.get("is_organizer_page") else [],
        "phase_now": phase_now(g.fair.facts) if g.get("fair") else "",
        "account_nav": [*(_account_items() if g.get("me") else []), _security(), _own_data()],
        "acting": _acting(),
        "standing": standing_of(g.me) if g.get("me") and not g.get("is_database_away") else None,
        "signed_in": person,
        "device_owner": owner_mark(person),
        "unread": person.unread if person else 0,
    }


def _has_mailbox() -> bool:
    """Whether mail is kept on this machine for everyone to read, which is so in a local demo alone."""
    config = current_app.extensions["matchmaker"]
    return config.profile == "demo" and urlsplit(config.public_url).hostname in LOOPBACK


def _other_language(code: str) -> str:
    if request.endpoint is None or request.method != "GET":
        return url_for("pages.home", lang=code)
    return here(lang=code)


def _item(endpoint: str, icon: str, label: str, *, count: int = 0) -> NavItem:
    feature = endpoint.partition(".")[0]
    # A company's files are a part of its profile.
    here_is = "profile" if request.blueprint == "files" else request.blueprint
    is_current = request.endpoint == endpoint or (
        here_is == feature and feature in {"companies", "privacy", "profile", "scheduling", "setup"}
    )
    return NavItem(url_for(endpoint, slug=g.fair.slug), icon, label, count, is_current)


def _participant_nav() -> list[NavItem]:
    if not g.me.status.acts:
        return [
            _item("profile.items", "building", _("Profile")),
            _item("matching.suggestions", "spark", _("Suggestions")),
        ]
    waiting = meetings.waiting_count(db.session, participation_id=g.me.participation_id, now=clock.now())
    return [
        _item("matching.suggestions", "spark", _("Suggestions")),
        _item("meetings.requests", "inbox", _("Requests"), count=waiting),
        _item("meetings.agenda", "calendar", _("Agenda")),
        _fourth_item(),
        _item("profile.items", "building", _("Profile")),
    ]


def _fourth_item(*, is_in_menu: bool = False) -> NavItem:
    """Whom to find while meetings can be asked for, then what came of them: a phone has room for one of the two.

    ``is_in_menu`` asks for the other one, which stands in the menu.
    """
    if (g.fair.facts.phase is Phase.FOLLOW_UP) is not is_in_menu:
        return _item("deals.results", "deal", _("Results"))
    return _item("directory.directory", "search", _("Directory"))


def _organizer_nav() -> list[NavItem]:
    return [
        _item("fairs.overview", "home", _("Overview")),
        *([_item("hall.on_site", "flag", _("On site"))] if g.fair.facts.phase is Phase.FAIR_DAYS else []),
        _item("companies.organizer_list", "building", _("Companies")),
        _item("matching.run", "spark", _("Matching")),
        _item("scheduling.schedule", "grid", _("Schedule")),
        _item("printing.offer", "print", _("Printing")),
        _item("notices.mail", "mail", _("Mail")),
        _item("reports.report", "chart", _("Report")),
        _item("privacy.requests", "lock", _("Privacy")),
        _item("setup.steps", "gear", _("Set-up")),
    ]


def _reader_nav() -> list[NavItem]:
    """The one page of those who may only read the report."""
    return [_item("reports.report", "chart", _("Report"))] if g.get("is_reader_page") else []


def _staff_nav() -> list[NavItem]:
    """The pages of someone who works at the tables, for who has more than one; with one there is nothing to choose."""
    pages = {
        StaffRole.ORGANIZER: ("fairs.overview", "home", _("Overview")),
        StaffRole.TABLE_HOST: ("attendance.console", "users", _("Tables")),
        StaffRole.INTERPRETER: ("interpreting.own_day", "language", _("Interpreting")),
    }
    roles = set(g.get("staff_roles", ()))
    if StaffRole.ORGANIZER in roles:
        roles.add(StaffRole.TABLE_HOST)
    found = [_item(*page) for role, page in pages.items() if role in roles]
    return found if len(found) > 1 else []


def _phases() -> list[tuple[str, str, str]]:
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
    present = Phase.FINAL if g.fair.facts.phase is Phase.PROVISIONAL else g.fair.facts.phase
    return [
        (
            labels[phase],
            url_for(endpoint, slug=g.fair.slug),
            "current" if phase is present else "done" if order.index(phase) < order.index(present) else "todo",
        )
        for phase, endpoint in WORKING_PHASES
    ]


def _security() -> NavItem:
    is_current = (request.endpoint or "") == "accounts.security"
    return NavItem(url_for("accounts.security"), "lock", _("Sign-in and security"), 0, is_current)


def _own_data() -> NavItem:
    is_current = (request.endpoint or "") in {"privacy.own_data", "privacy.erase"}
    return NavItem(url_for("privacy.own_data"), "download", _("Your data"), 0, is_current)


def _account_items() -> list[NavItem]:
    """The team of one's company, and the roles and companies to switch between."""
    other = [_fourth_item(is_in_menu=True)] if g.me.status.acts else []
    team = _item("team.team", "users", _("Team"))
    own = [_item("consents.mine", "shield", _("Your consents"))] if g.me.is_own else []
    if g.me.status.acts:
        own.append(_item("reliability.own", "badge", _("Reliability")))
    if len(g.my_roles) < 2:  # noqa: PLR2004 - two roles are what there is to choose from.
        return [*other, team, *own]
    if len({role.company_id for role in g.my_roles}) > 1:
        return [*other, team, *own, _item("team.for_whom", "swap", _("Act for another company"))]
    labels = {"exhibitor": _("As exhibitor"), "buyer": _("As buyer")}
    roles = [
        NavItem(
            url_for("matching.suggestions", slug=g.fair.slug, **{"as": role.role}),
            "swap",
            labels[role.role],
            0,
            role.role == g.me.role,
        )
        for role in g.my_roles
    ]
    return [*other, team, *own, *roles]


def _acting() -> dict[str, str]:
    """For which company the reader acts that is not their own, and where that ends or changes."""
    if g.get("me") is None or g.me.is_own:
        return {}
    if g.me.acts_as is ActsAs.ORGANIZER:
        return {"company": g.me.company_name, "end_url": url_for("companies.end_acting", slug=g.fair.slug)}
    return {"company": g.me.company_name, "switch_url": url_for("team.for_whom", slug=g.fair.slug)}
