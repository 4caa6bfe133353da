"""From the fair's home to the first suggestion: three screens and seven required fields, on a phone."""

from __future__ import annotations

import email
from email import policy

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from matchmaker.models import Account, Company, Participation, Registration
from tests.journeys.pages import Frame
from tests.journeys.site import RUNNING_FAIR

pytestmark = pytest.mark.journey
MOST_SCREENS, MOST_FIELDS = 3, 7
TYPED = {"company": "HTX Cơ khí Đông Anh", "name": "Trần Thị Hoa", "email": "hoa@example.test"}
OFFER = {
    "vi": "Gia công phay CNC chi tiết nhôm chính xác cho nội thất máy bay",
    "en": "CNC machined aluminium parts for aircraft interiors",
}


class Screens:
    """The screens someone has been led through, and the fields they had to answer on the way."""

    def __init__(self, page):
        self.page = page
        self.frame = Frame(page)
        self.seen = 0
        self.fields = 0

    def arrive(self):
        """Count a screen that is shown."""
        self.seen += 1

    def fill(self, name, value):
        """Answer one question that must be answered."""
        self.fields += 1
        self.page.fill(f"[name={name}]", value)

    def tick(self, selector):
        """Answer one question by choosing."""
        self.fields += 1
        self.page.check(selector)

    def go_on(self):
        """Press the one main button."""
        button = self.frame.main.locator("button.btn-primary")
        expect(button).to_have_count(1)
        self.frame.press(button)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_from_the_fairs_home_to_the_first_suggestion(site, visit, lang):
    page, watch = visit(lang=lang, width=360)
    page.goto(f"/fairs/{RUNNING_FAIR}")
    watch.look(where="fair home")
    screens = Screens(page)
    screens.frame.follow(screens.frame.main.locator("a.btn-primary"))

    screens.arrive()
    watch.look(where="registration")
    assert page.locator("input[type=checkbox]:checked").count() == 0
    for name, value in TYPED.items():
        screens.fill(name, value)
    screens.tick("[name=role][value=exhibitor]")
    screens.tick("[name=agree_matching]")
    screens.fields += 1  # The country, which is chosen beforehand.
    expect(page.locator("[name=country]")).to_have_value("VN")
    screens.go_on()

    screens.arrive()
    watch.look(where="first offer")
    screens.fill(f"text_{lang}", OFFER[lang])
    screens.go_on()

    screens.arrive()
    watch.look(where="partners are being found")
    site.work()
    best = screens.frame.main.locator(".rows li").first
    expect(best).to_be_visible()
    watch.look(where="first suggestions")
    assert (screens.seen, screens.fields) == (MOST_SCREENS, MOST_FIELDS)
    assert site.behind(_standing) == ("pending", None)


def test_the_mailed_link_confirms_the_address_in_the_browser_it_is_opened_in(site, visit):
    for old in (site.folder / "mail").glob("*.eml"):
        old.unlink()
    page, watch = visit(lang="en", width=360)
    page.goto(f"/fairs/{RUNNING_FAIR}/register")
    frame = Frame(page)
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=role][value=exhibitor]")
    page.check("[name=agree_matching]")
    frame.press(frame.main.locator("button.btn-primary"))
    site.work()

    mails = [
        email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in (site.folder / "mail").glob("*.address_claim@*.eml")
    ]
    (text,) = (mail.get_body(("plain",)).get_content() for mail in mails if mail["To"] == TYPED["email"])
    link = next(word for word in text.split() if "/address/" in word)
    other, other_watch = visit(lang="en", width=360)
    other.goto(link.removeprefix(site.address))
    other_watch.look(where="is this your address")
    assert site.behind(_standing) == ("pending", None)
    own = Frame(other)
    own.press(own.main.locator("button.btn-primary"))
    other_watch.look(where="address confirmed")
    assert site.behind(_standing) == ("pending", TYPED["email"])
    page.goto(f"/fairs/{RUNNING_FAIR}/suggestions")
    assert page.url.partition("?")[0].endswith("/sign-in")
    watch.look(where="signed out where it was registered")


def _standing(session):
    registered = select(Registration).join(Company, Company.id == Registration.company_id)
    registration = session.scalars(registered.where(Company.name == TYPED["company"])).one()
    part = session.scalars(select(Participation).where(Participation.company_id == registration.company_id)).one()
    return part.status, session.get(Account, registration.account_id).email
