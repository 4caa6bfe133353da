"""Everything that matters works as plain links and forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from matchmaker import clock
from matchmaker.domain.requests import UNDO
from tests.journeys.pages import Agenda, Company, FairHome, Frame, Requests, SignIn, Suggestions
from tests.journeys.site import PASSWORD, RUNNING_FAIR

pytestmark = pytest.mark.journey


def test_a_company_asks_takes_back_and_asks_again_and_the_other_accepts(site, visit):
    page, _ = visit(lang="vi", width=360, scripts=False)
    FairHome(page).open(RUNNING_FAIR).enter().sign_in(site.people["exhibitor"], PASSWORD)
    suggestions = Suggestions(page)
    link, buyer = suggestions.first(wanted=site.has_one_role)
    suggestions.follow(link)
    company = Company(page)
    company.ask(buyer)
    company.press(company.undo)
    meeting = company.ask(buyer)
    company.sign_out()

    site.move_to(clock.now() + UNDO)
    SignIn(page).open().sign_in(site.representative_of(buyer), PASSWORD)
    Frame(page).go_to("/requests")
    Requests(page).accept(meeting)
    Frame(page).go_to("/agenda")
    expect(Agenda(page).meeting(meeting)).to_be_visible()


def test_declining_asks_for_the_reason_on_the_page_itself(site, visit):
    page, _ = visit(scripts=False)
    SignIn(page).open().sign_in(site.people["exhibitor"], PASSWORD)
    suggestions = Suggestions(page).open(RUNNING_FAIR)
    link, buyer = suggestions.first(wanted=site.has_one_role)
    suggestions.follow(link)
    meeting = Company(page).ask(buyer)
    Frame(page).sign_out()

    site.move_to(clock.now() + UNDO)
    SignIn(page).open().sign_in(site.representative_of(buyer), PASSWORD)
    Frame(page).go_to("/requests")
    requests = Requests(page)
    requests.decline(meeting, reason="no_time")
    expect(requests.button(f"/requests/{meeting}/accept")).to_have_count(0)
    requests.follow(requests.main.locator("a[href$='tab=answered']"))
    expect(requests.main.get_by_role("listitem").first).to_be_visible()
