"""What two sides say on their phones, until it stands in the report and on its paper."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdf
import pytest
from playwright.sync_api import expect

from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.models import FairStaff
from matchmaker.services import passwords
from tests.factories import OPENING, Factory
from tests.journeys.pages import Agenda, Outcome, Report, SignIn
from tests.journeys.site import PASSWORD

pytestmark = pytest.mark.journey
SLUG = "report-days"
REPORT = f"/fairs/{SLUG}/organizer/report"


@pytest.fixture
def people(site):
    """The addresses of a seller, a buyer and the organizer of a fair whose one meeting is just over."""
    made = site.behind(_make_fair)
    site.move_to(OPENING + timedelta(hours=1))
    return made


def test_two_taps_and_a_value_become_a_figure_on_paper(visit, people):
    seller, buyer, organizer, meeting = people
    phone, watch = visit(lang="en", width=360)
    Agenda(phone).open(SLUG)
    SignIn(phone).sign_in(seller, PASSWORD)
    Agenda(phone).record(meeting)
    Outcome(phone).choose("outcome", "follow_up")
    Outcome(phone).save()
    expect(Agenda(phone).asked(meeting)).to_have_count(0)
    watch.look(where="agenda, outcome recorded")

    other, watch = visit(lang="en", width=360)
    Agenda(other).open(SLUG)
    SignIn(other).sign_in(buyer, PASSWORD)
    Agenda(other).record(meeting)
    outcome = Outcome(other)
    outcome.choose("outcome", "result")
    outcome.choose("kind", "mou")
    outcome.state_value("120000", "USD")
    outcome.save()
    outcome.choose("horizon", "12m")
    outcome.save("/outcome/confirm")
    watch.look(where="outcome, stated")

    desk, watch = visit(lang="en", width=360)
    desk.goto(REPORT)
    SignIn(desk).sign_in(organizer, PASSWORD)
    report = Report(desk)
    expect(report.hero).to_contain_text("USD 120,000.00")
    watch.look(where="report")
    text = paper(report)
    assert "Estimated value of 1 deal USD 120,000.00" in text
    assert "Meetings held 1 of 1 scheduled" in text
    assert "Annex: the deal of the total" in text

    report.follow(report.main.locator(f"a[href='{REPORT}/deals?direction=domestic']"))
    expect(report.main).to_contain_text("1 deal, worth USD 120,000.00.")
    watch.look(where="the deals of a direction")


def paper(report):
    """The words of the report's PDF."""
    pages = pypdf.PdfReader(io.BytesIO(report.file("/organizer/report.pdf"))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def _make_fair(session):
    factory = Factory(session)
    fair = factory.fair(slug=SLUG, phase=Phase.FAIR_DAYS)
    slot = factory.slots(fair, 1)[0]
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id)
    organizer = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=organizer.id, role=StaffRole.ORGANIZER))
    for account in (seller.account, buyer.account, organizer):
        account.password_hash = passwords.hashed(PASSWORD)
    session.flush()
    return seller.account.email, buyer.account.email, organizer.email, meeting.id
