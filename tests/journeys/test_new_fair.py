"""An organizer brings companies in, has them matched and gives their meetings tables and times."""

from __future__ import annotations

import io
from datetime import date, time

import openpyxl
import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.fairs import Acceptance, StaffRole
from matchmaker.models import FairStaff, Suggestion
from matchmaker.services import fair_setup, fairs, passwords
from matchmaker.services.fair_setup import FairPlan, SessionPlan, numbered_halls
from tests.factories import Factory
from tests.journeys.pages import Frame, Import, Job, SignIn
from tests.journeys.site import PASSWORD

pytestmark = pytest.mark.journey
SLUG = "craft-days"
ORGANIZER = "craft-days@example.test"
HEADER = ("Company name", "Role", "Country", "Offers", "Needs", "Email", "Languages")
EXHIBITORS = (
    ("Gốm Mai", "exhibitor", "VN", "Bát đĩa gốm men tro | Ceramic tea cups", "", "mai@example.test", "vi, en"),
    ("Tre Việt", "exhibitor", "VN", "Bamboo trays | Khay tre", "", "tre@example.test", "vi, en"),
    ("Lụa Hà Đông", "exhibitor", "VN", "Silk scarves | Khăn lụa", "", "lua@example.test", "vi"),
)
BUYERS = (
    ("Kaze Tableware", "buyer", "JP", "", "Ceramic tea cups and bowls", "ken@example.test", "ja, en"),
    ("Nordic Home", "buyer", "SE", "", "Bamboo trays for restaurants", "eva@example.test", "en"),
    ("Chợ Quà", "buyer", "VN", "", "Khăn lụa làm quà tặng", "qua@example.test", "vi"),
)
FAULTY = ("Somebody", "sponsor", "VN", "", "", "not an address", "")


@pytest.fixture
def fair_day(site):
    """An empty fair of one day that accepts for everyone, with an organizer of its own."""

    def make(session):
        fair = fair_setup.create_fair(session, plan=plan(), by=None, now=clock.now())
        organizer = Factory(session).account(email=ORGANIZER, password_hash=passwords.hashed(PASSWORD))
        session.add(FairStaff(fair_id=fair.id, account_id=organizer.id, role=StaffRole.ORGANIZER))

    site.behind(make)


def plan():
    day = date(2026, 12, 10)
    return FairPlan(
        slug=SLUG,
        name_vi="Ngày hội thủ công",
        name_en="Craft days",
        city_vi="Hà Nội",
        city_en="Hanoi",
        country="VN",
        opens_on=day,
        closes_on=day,
        time_zone="Asia/Ho_Chi_Minh",
        report_currency="USD",
        acceptance=Acceptance.AUTOMATIC,
        halls=numbered_halls(tables=3, halls=1),
        sessions=(SessionPlan(day=day, starts_at=time(9), ends_at=time(12)),),
    )


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def suggested(session):
    """How many pairs the matcher proposed at the fair."""
    fair = fairs.by_slug(session, slug=SLUG)
    return session.scalar(select(func.count()).select_from(Suggestion).where(Suggestion.fair_id == fair.id))


def test_an_empty_fair_is_filled_matched_scheduled_and_published(site, visit, fair_day):
    page, watch = visit(lang="vi")
    SignIn(page).open().sign_in(ORGANIZER, PASSWORD)
    assert page.url == f"{site.address}/fairs/{SLUG}/organizer"
    watch.look(where="overview of an empty fair")
    frame = Frame(page)
    frame.follow(frame.main.locator("a[href$='/organizer/import']"))
    watch.look(where="import")

    imports = Import(page)
    imports.hand_in("danh-sách.xlsx", workbook(*EXHIBITORS, *BUYERS))
    watch.look(where="import, what was read")
    assert imports.figures() == ["6", "6", "0"]
    imports.run()
    watch.look(where="imported")
    assert imports.figures() == ["6", "0", "0"]

    frame.follow(frame.main.locator("a.btn-primary[href$='/organizer/matching']"))
    watch.look(where="matching, not run yet")
    job = Job(page)
    job.start("/organizer/matching")
    watch.look(where="matching, waiting")
    site.work()
    onward = job.button("/organizer/matching/propose")
    expect(onward).to_be_visible()
    watch.look(where="matched")

    wanted = site.behind(suggested)
    job.press(onward)
    expect(page).to_have_url(f"{site.address}/fairs/{SLUG}/organizer/schedule")
    watch.look(where="schedule, not made yet")
    job.start("/organizer/schedule")
    watch.look(where="schedule, waiting")
    site.work()
    publish = frame.main.locator("a.btn-primary[href*='/schedule/publish']")
    expect(publish).to_be_visible()
    watch.look(where="schedule, a draft")
    # Whoever speaks Vietnamese alone meets the two foreign buyers only with an interpreter, and there is none.
    expect(frame.main.locator("#unplaced .un")).to_have_count(2)
    frame.follow(publish)
    watch.look(where="schedule, before it is published")
    expect(frame.main.locator("#changes tbody tr")).to_have_count(wanted - 2)
    frame.press(frame.main.locator("form[action$='/schedule/publish'] button"))
    expect(page.locator("[data-region=flashes] .note")).to_be_visible()
    watch.look(where="schedule, published")


def test_a_file_with_faults_says_what_to_correct_in_which_row(site, visit, fair_day):
    page, watch = visit(width=360)
    watch.expect_status(422)
    SignIn(page).open().sign_in(ORGANIZER, PASSWORD)
    page.goto(f"/fairs/{SLUG}/organizer/import")
    imports = Import(page)
    imports.hand_in("companies.xlsx", b"%PDF-1.7\n\x00\xff\xfe")
    expect(page.locator("[aria-invalid=true]")).to_have_attribute("name", "file")
    expect(page.locator("[data-focus]")).to_be_focused()
    watch.look(where="import, not a spreadsheet")

    imports.hand_in("companies.xlsx", workbook(EXHIBITORS[0], FAULTY))
    watch.look(where="import, rows to correct")
    assert imports.figures() == ["2", "1", "1"]
    assert imports.faults() == [("3", "Role", "sponsor"), ("3", "Email", "not an address")]
    imports.run()
    assert imports.figures() == ["1", "0", "0"]
