"""What stands around every page: the bars, drawn once for all who see the same and filled with what is one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, get_flashed_messages, has_request_context, session, url_for

from matchmaker.web import navigation
from matchmaker.web.at_hand import held, this_request
from matchmaker.web.fair_view import FairView
from matchmaker.web.filled import filled
from matchmaker.web.fragments import drawn_by, fragment, same_for_all
from matchmaker.web.hosts import LOOPBACK
from matchmaker.web.language import LANGUAGES, NAMES, THEMES, language
from matchmaker.web.links import here
from matchmaker.web.marks import mark
from matchmaker.web.phase_words import phase_now
from matchmaker.web.sign_in import signed_in_person
from matchmaker.web.standing import standing_of
from matchmaker.web.statements import owner_mark

if TYPE_CHECKING:
    from flask import Flask
    from markupsafe import Markup

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.web.navigation import NavItem

# Of each language the other one.
OTHERS = {shown: (code, NAMES[code]) for shown in LANGUAGES for code in LANGUAGES if code != shown}
BARS = "components/bars.html"


class FairLines(NamedTuple):
    """A fair in a few words, all empty where a page is about none."""

    name: str = ""
    days: str = ""
    city: str = ""
    phase: str = ""


class Account(NamedTuple):
    """What the menu of one's account leads to, and how much one was told that is new."""

    unread: int
    links: tuple[NavItem, ...]
    sign_out_url: str


def register(app: Flask) -> None:
    """Give every template what its frame needs."""
    app.context_processor(_facts)
    for each in (
        organizer_bars,
        participant_bar,
        solo_bar,
        fair_now,
        phase_steps,
        bottom_tabs,
        last_messages,
        device_owner,
    ):
        app.add_template_global(each)
    app.add_template_global(navigation.acting_for)
    app.add_template_global(mailbox_url)


def device_owner() -> str:
    """Return whose a statement is that the device keeps, for pages that send such statements."""
    return owner_mark(signed_in_person())


def mailbox_url() -> str:
    """Return where mail is kept on this machine for everyone to read, which is so in a local demo alone."""
    config = current_app.extensions["matchmaker"]
    has_mailbox = config.profile == "demo" and urlsplit(config.public_url).hostname in LOOPBACK
    return url_for("notices.mailbox") if has_mailbox else ""


def organizer_bars(is_compact: bool = False) -> Markup:
    """Return the bars of a page of organizers."""
    person, links = signed_in_person(), navigation.organizer_links()
    settings = _brand(), _addresses().home, links, _fair_lines(), _account(person), OTHERS[language()], is_compact
    return filled(BARS, "organizer_bars", _own(person), *settings)


def participant_bar() -> Markup:
    """Return the bar of a page of participants and visitors."""
    person, links, addresses = signed_in_person(), _participant_links(), _addresses()
    settings = links, _fair_lines().name, _account(person), OTHERS[language()], addresses.sign_in
    return filled(BARS, "participant_bar", _own(person), _brand(), addresses.home, *settings)


def solo_bar(fair_name: str | None = None) -> Markup:
    """Return the bar of a page with one question; the fair is that of the page, unless its name is given."""
    name = _fair_lines().name if fair_name is None else fair_name
    return filled(BARS, "solo_bar", {"address": _in_other_language()}, _brand(), name, OTHERS[language()])


def fair_now() -> Markup | str:
    """Return where the fair stands."""
    phase = _fair_lines().phase
    return fragment("bars", "now_line", phase) if phase else ""


def phase_steps() -> Markup | str:
    """Return the working steps of the fair for its organizers."""
    phases = navigation.phases()
    return fragment("phases", "phase_line", phases) if phases else ""


def bottom_tabs() -> Markup | str:
    """Return the navigation of participants once more, for the bottom of a phone."""
    links = _participant_links()
    return fragment("bars", "tabs", links) if links else ""


def last_messages() -> Markup:
    """Return the messages of the last action."""
    messages = get_flashed_messages(with_categories=True) if "_flashes" in session else ()
    return drawn_by("components/note.html", "flashes", messages) if messages else fragment("note", "flashes")


def _facts() -> dict[str, Any]:
    facts = {"brand": _brand(), "lang": language()}
    if not has_request_context():
        return facts
    theme, addresses, me = this_request().cookies.get("theme", ""), _addresses(), navigation.member()
    return facts | {
        "theme": theme if theme in THEMES else "",
        "home_url": addresses.home,
        "sign_in_url": addresses.sign_in,
        "standing": standing_of(me) if me else None,
        "signed_in": signed_in_person(),
    }


def _brand() -> str:
    brand: str = current_app.extensions["matchmaker"].brand
    return brand


class Addresses(NamedTuple):
    """Where everyone may go from every page."""

    home: str
    sign_in: str
    sign_out: str


@same_for_all
def _addresses() -> Addresses:
    return Addresses(url_for("pages.home"), url_for("accounts.sign_in"), url_for("accounts.sign_out"))


def _account(person: SignedIn | None) -> Account | None:
    return Account(person.unread, navigation.own_links(), _addresses().sign_out) if person else None


def _own(person: SignedIn | None) -> dict[str, str]:
    """What differs from reader to reader and from page to page; nothing of it is kept."""
    name, letters = (person.name, mark(person.name, small=True)) if person else ("", "")
    return {"address": _in_other_language(), "name": name, "mark": letters}


def _in_other_language() -> str:
    """The address of this page in the other language."""
    request, (code, _) = this_request(), OTHERS[language()]
    if request.endpoint is None or request.method != "GET":
        return url_for("pages.home", lang=code)
    return here(lang=code)


def _participant_links() -> tuple[NavItem, ...]:
    """Return the pages of a participant, at hand as the frame shows them twice."""
    page = held()
    links: tuple[NavItem, ...] | None = page.get("participant_links")
    if links is None:
        links = page["participant_links"] = navigation.participant_links()
    return links


def _fair_lines() -> FairLines:
    fair = held().get("fair")
    return _lines(fair.facts) if fair else FairLines()


@same_for_all
def _lines(facts: FairFacts) -> FairLines:
    fair = FairView(facts)
    return FairLines(fair.name, fair.dates_text, fair.city, phase_now(facts))
