"""A fair from the first look at it to the report, on a phone and on a desk, in both languages."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from babel.support import Translations
from playwright.sync_api import expect

from matchmaker import clock
from matchmaker.domain.requests import UNDO
from tests.conftest import ROOT
from tests.journeys.pages import Agenda, Company, FairHome, Frame, Outcome, Report, Requests, SignIn, Suggestions
from tests.journeys.site import PASSWORD, REFERENCE_FAIR, RUNNING_FAIR

pytestmark = pytest.mark.journey
BOTH_WIDTHS = pytest.mark.parametrize("width", [360, 1280])
BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])
OTHER = {"vi": "en", "en": "vi"}
NAVIGATION = {
    "vi": ["Gợi ý", "Lời mời", "Lịch hẹn", "Danh bạ", "Hồ sơ"],
    "en": ["Suggestions", "Requests", "Agenda", "Directory", "Profile"],
}
TOTAL = {"vi": "20.030.000,00 USD", "en": "USD 20,030,000.00"}


def words(lang, msgid):
    """A string of the pages in a language."""
    return Translations.load(ROOT / "matchmaker" / "translations", [lang]).gettext(msgid)


@BOTH_WIDTHS
@BOTH_LANGUAGES
def test_a_company_asks_another_accepts_and_both_say_what_came_of_it(site, visit, lang, width):
    page, watch = visit(lang=OTHER[lang], width=width)
    home = FairHome(page).open(RUNNING_FAIR)
    home.choose_language(lang)
    watch.look(where="fair home")
    home.enter()
    watch.look(where="sign in")

    SignIn(page).sign_in(site.people["exhibitor"], PASSWORD)
    meeting, buyer = ask_the_first(page, watch, site, lang=lang)
    Frame(page).sign_out()

    site.move_to(clock.now() + UNDO)
    SignIn(page).open().sign_in(site.representative_of(buyer), PASSWORD)
    accept(page, watch, meeting, lang=lang)

    # When the fair is over nobody is signed in any more; the agenda asks to sign in and then opens.
    site.make_schedule(RUNNING_FAIR)
    Agenda(page).open(RUNNING_FAIR)
    SignIn(page).sign_in(site.representative_of(buyer), PASSWORD)
    keep_talking(page, watch, meeting)
    Frame(page).sign_out()

    SignIn(page).open().sign_in(site.people["exhibitor"], PASSWORD)
    Frame(page).go_to("/agenda")
    state_a_value(page, watch, meeting)
    expect(Frame(page).main).to_contain_text({"vi": "120.000", "en": "120,000"}[lang])
    watch.look(where="my results")


def ask_the_first(page, watch, site, *, lang):
    """Ask the first company that is suggested; return the meeting and whom it is with."""
    suggestions = Suggestions(page)
    expect(suggestions.tabs).to_have_text(NAVIGATION[lang])
    expect(suggestions.heading).to_have_text(words(lang, "Suggestions for you"))
    watch.look(where="suggestions")
    link, buyer = suggestions.first(wanted=site.has_one_role)
    suggestions.follow(link)
    watch.look(where="company")
    meeting = Company(page).ask(buyer)
    watch.look(where="company, asked")
    return meeting, buyer


def accept(page, watch, meeting, *, lang):
    """Accept a request and find the meeting in the agenda."""
    Frame(page).go_to("/requests")
    requests = Requests(page)
    expect(requests.heading).to_have_text(words(lang, "Requests"))
    watch.look(where="requests")
    requests.accept(meeting)
    watch.look(where="requests, accepted")
    requests.go_to("/agenda")
    watch.look(where="agenda")
    Agenda(page).follow(Agenda(page).meeting(meeting))
    watch.look(where="meeting")


def keep_talking(page, watch, meeting):
    """Record an outcome by two taps; the agenda then asks no more."""
    agenda, outcome = Agenda(page), Outcome(page)
    watch.look(where="agenda, asking for an outcome")
    agenda.record(meeting)
    watch.look(where="outcome")
    outcome.choose("outcome", "follow_up")
    outcome.save()
    expect(agenda.asked(meeting)).to_have_count(0)
    watch.look(where="agenda, outcome recorded")


def state_a_value(page, watch, meeting):
    """Record a result with its kind and value, which is read back before it counts."""
    outcome = Outcome(page)
    Agenda(page).record(meeting)
    outcome.choose("outcome", "result")
    outcome.choose("kind", "mou")
    outcome.state_value("120000", "USD")
    watch.look(where="outcome, with a value")
    outcome.save()
    watch.look(where="outcome, read back")
    outcome.choose("horizon", "12m")
    outcome.save("/outcome/confirm")


@BOTH_WIDTHS
@BOTH_LANGUAGES
def test_the_organizer_goes_from_the_overview_to_a_report_that_adds_up(site, visit, lang, width):
    page, watch = visit(lang=lang, width=width)
    SignIn(page).open().sign_in(site.people["organizer"], PASSWORD)
    watch.look(where="front page")
    walk_through(page, watch, RUNNING_FAIR, ("/companies", "/matching", "/schedule"), lang=lang)
    page.goto("/")
    walk_through(page, watch, REFERENCE_FAIR, ("/schedule", "/report"), lang=lang)

    report = Report(page)
    expect(report.heading).to_have_text(words(lang, "Deal report"))
    expect(report.hero).to_contain_text(TOTAL[lang])
    expect(report.hero.locator("dd").filter(has_text="522")).to_have_count(1)
    rows = list(csv.reader(io.StringIO(report.download("/organizer/report.csv"))))
    values = next(place for place, name in enumerate(rows[0]) if name.endswith("(USD)"))
    assert sum(Decimal(row[values]) for row in rows[1:] if row[values]) == Decimal("20030000.00")
    for ending in ("/organizer/report/deals", "/organizer/report/meetings"):
        page.goto(f"/fairs/{REFERENCE_FAIR}{ending}")
        watch.look(where=ending)


def walk_through(page, watch, slug, endings, *, lang):
    """Go from the list of fairs into one, and on through its pages for organizers."""
    frame = Frame(page)
    frame.follow(frame.main.locator(f"a[href$='/fairs/{slug}']"))
    FairHome(page).manage()
    expect(frame.heading).to_have_text(words(lang, "Overview"))
    watch.look(where=f"overview of {slug}")
    for ending in endings:
        frame.go_to(f"/organizer{ending}")
        watch.look(where=f"{ending} of {slug}")
