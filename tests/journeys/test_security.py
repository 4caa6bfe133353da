"""Someone makes their account safe: a new password, a code app, and signing in with both."""

from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from matchmaker import clock
from tests.journeys.pages import Frame, SignIn
from tests.journeys.site import PASSWORD

NEW = "nine blue kettles sing"


@pytest.mark.journey
@pytest.mark.parametrize(("lang", "width"), [("vi", 360), ("en", 1280)])
def test_a_new_password_and_a_code_app(visit, site, lang, width):
    page, watch = visit(lang=lang, width=width)
    email = site.people["buyer"]
    SignIn(page).open().sign_in(email, PASSWORD)
    page.goto("/account/password")
    watch.look(where="a new password")
    page.locator("#current").fill(PASSWORD)
    page.locator("#new_password").fill(NEW)
    page.locator("[data-reveal]").click()
    expect(page.locator("#new_password")).to_have_attribute("type", "text")
    Frame(page).press(page.locator("main button[type=submit]"))
    watch.look(where="sign-in and security")
    page.goto("/account/two-step")
    watch.look(where="what the second step is")
    Frame(page).press(Frame(page).button("/account/two-step"))
    watch.look(where="the key")
    assert page.locator(".code-picture").evaluate("(picture) => picture.naturalWidth") > 0
    app = pyotp.TOTP(page.locator("b.num").inner_text().replace(" ", ""))
    page.locator("#code").fill(app.at(_now(site) - timedelta(seconds=30)))
    Frame(page).press(Frame(page).button("/set-up"))
    expect(page.locator(".codes li")).to_have_count(8)
    watch.look(where="the recovery codes")
    page.goto("/account/security")
    Frame(page).sign_out()
    SignIn(page).open().sign_in(email, NEW)
    watch.look(where="the code")
    page.locator("#code").fill(app.at(_now(site)))
    Frame(page).press(Frame(page).button("/sign-in/code"))
    expect(page.locator("form[action$='/sign-out']").first).to_be_attached()


def _now(site):
    """The time behind the pages, which a journey chooses."""
    return site.behind(lambda _session: clock.now())
