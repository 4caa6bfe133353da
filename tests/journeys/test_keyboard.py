"""With the keyboard alone everything can be reached, and one always sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import FairHome, Suggestions
from tests.journeys.site import PASSWORD, RUNNING_FAIR

pytestmark = pytest.mark.journey
MOST_STEPS = 60
# What has focus is drawn with a ring, lies inside the window, and nothing that floats lies over it. A region that
# scrolls may be about as tall as the window: it has to begin there. Between the last element and the first the page
# itself has the focus.
UNSEEN = """() => {
  if (document.activeElement === document.body) return [];
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const faults = [];
  if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) faults.push("has no ring");
  const isTall = box.height > innerHeight * 0.75;
  const isOut = box.top < 0 || box.top > innerHeight || (box.bottom > innerHeight && !isTall);
  if (isOut) faults.push(`is outside the window (${box.top} to ${box.bottom})`);
  for (const share of isTall ? [0.1, 0.5] : [0.1, 0.5, 0.9]) {
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * share);
    if (over && !at.contains(over) && !over.contains(at)) faults.push(`is covered by ${over.outerHTML.slice(0, 90)}`);
  }
  return faults.map((fault) => `${at.outerHTML.slice(0, 120)} ${fault}`);
}"""


def tab_to(page, selector):
    """Step forward until something that fits has focus; every step on the way must be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        unseen = page.evaluate(UNSEEN)
        assert not unseen, f"{page.url}: {unseen}"
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached on {page.url} in {MOST_STEPS} steps")


def enter(page):
    with page.expect_event("load"):
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [360, 1280])
def test_one_signs_in_asks_for_a_meeting_and_takes_it_back_by_keys(site, visit, width):
    page, watch = visit(lang="vi", width=width)
    FairHome(page).open(RUNNING_FAIR)
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "main a[href*='/sign-in']")
    enter(page)

    tab_to(page, "input[name=email]")
    page.keyboard.type(site.people["exhibitor"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    enter(page)

    suggestions = Suggestions(page)
    expect(suggestions.cards.first).to_be_visible()
    tab_to(page, "form[action*='/requests/'] button.btn-primary")
    page.keyboard.press("Enter")
    card = suggestions.cards.filter(has=page.locator("[data-land]"))
    expect(card).to_have_count(1)
    expect(card.locator("[data-land]")).to_be_focused()
    expect(page.locator("[data-live]")).not_to_be_empty()
    watch.look(where="suggestions, asked by keys")

    tab_to(page, "form[action$='/withdraw'] button")
    page.keyboard.press("Enter")
    expect(card).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body"), "focus is lost after taking back"


def test_a_choice_keeps_the_focus_while_what_stands_around_it_is_drawn_anew(site, visit):
    page, _ = visit()
    FairHome(page).open(RUNNING_FAIR).enter().sign_in(site.people["exhibitor"], PASSWORD)
    page.goto(f"/fairs/{RUNNING_FAIR}/profile/items/new/offer")
    page.locator("#text_en").fill("Roasted coffee beans")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("input[name=category][value='']").focus()
    expect(page.locator("input[name=category]")).not_to_have_count(2)
    expect(page.locator("input[name=category][value='']")).to_be_focused()


def test_the_account_menu_opens_and_closes_by_keys(site, visit):
    page, _ = visit(width=360)
    FairHome(page).open(RUNNING_FAIR).enter().sign_in(site.people["exhibitor"], PASSWORD)
    tab_to(page, "details[data-menu] > summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action$='/sign-out'] button")
    page.keyboard.press("Escape")
    expect(page.locator("details[data-menu] > summary").filter(visible=True)).to_be_focused()
    expect(page.locator("form[action$='/sign-out'] button")).not_to_be_visible()
