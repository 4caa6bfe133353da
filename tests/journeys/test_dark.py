"""The main pages in dark colours, full of what a fair leaves behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Frame, SignIn, Suggestions
from tests.journeys.site import PASSWORD, REFERENCE_FAIR, RUNNING_FAIR

pytestmark = pytest.mark.journey
OPEN = ("/", f"/fairs/{RUNNING_FAIR}", "/components")
OF_A_COMPANY = ("suggestions", "requests", "requests?tab=answered", "agenda", "results")
OF_THE_ORGANIZER = ("", "/companies", "/import", "/schedule", "/report")


def look_at(page, watch, addresses):
    for address in addresses:
        page.goto(address)
        watch.look(where=address)


def test_participants_see_every_page_in_dark_colours(site, visit):
    page, watch = visit(width=360, scheme="dark")
    look_at(page, watch, OPEN)
    SignIn(page).open().sign_in(site.people["exhibitor"], PASSWORD)
    look_at(page, watch, [f"/fairs/{REFERENCE_FAIR}/{each}" for each in OF_A_COMPANY])
    suggestions = Suggestions(page).open(RUNNING_FAIR)
    watch.look(where="suggestions")
    link, _ = suggestions.first(wanted=site.has_one_role)
    suggestions.follow(link)
    watch.look(where="company")


def test_organizers_see_every_page_in_dark_colours(site, visit):
    page, watch = visit(lang="vi", scheme="dark")
    SignIn(page).open().sign_in(site.people["organizer"], PASSWORD)
    look_at(page, watch, [f"/fairs/{REFERENCE_FAIR}/organizer{each}" for each in OF_THE_ORGANIZER])
    look_at(page, watch, [f"/fairs/{RUNNING_FAIR}/organizer{each}" for each in ("/matching", "/companies")])
    companies = Frame(page).main.locator("tbody th a")
    Frame(page).follow(companies.first)
    watch.look(where="company, for the organizer")


def test_a_page_that_is_not_there_leads_on(site, visit):
    page, watch = visit(width=360, scheme="dark")
    watch.expect_status(404)
    page.goto("/fairs/never-held")
    watch.look(where="not found")
    expect(Frame(page).main.get_by_role("link").first).to_be_visible()
