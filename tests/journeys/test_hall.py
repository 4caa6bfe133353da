"""A fair day: checking in on a phone, and a host's console in a hall without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask import current_app
from playwright.sync_api import expect
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Phase, Role, StaffRole
from matchmaker.models import CheckIn, FairStaff, Meeting, OutcomeReport
from matchmaker.services import fairs, passwords
from matchmaker.web.table_links import table_path
from tests.factories import OPENING, Factory
from tests.journeys.pages import SignIn
from tests.journeys.site import PASSWORD

if TYPE_CHECKING:
    import uuid

pytestmark = pytest.mark.journey
SLUG = "hall-days"
WORKER_READY = """async () => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no worker is ready")), 10000));
  await Promise.race([navigator.serviceWorker.ready, late]);
}"""


@dataclass(frozen=True)
class Day:
    """A fair day with one meeting that begins now."""

    meeting_id: uuid.UUID
    seller: str
    buyer: str
    host: str


@pytest.fixture
def day(site):
    made = site.behind(_make_day)
    site.move_to(OPENING + timedelta(minutes=1))
    return made


def test_a_code_is_scanned_on_both_phones_and_the_outcome_recorded(site, visit, day):
    card = site.behind(_card_of)
    for email in (day.seller, day.buyer):
        phone, watch = visit(lang="vi", width=360)
        phone.goto(card)
        phone.get_by_role("link", name="Đăng nhập để điểm danh").click()
        SignIn(phone).sign_in(email, PASSWORD)
        watch.look(where="the table's page")
        phone.get_by_role("button", name="Tôi đã đến").click()
        expect(phone.locator("main")).to_contain_text("Có mặt từ")
    expect(phone.locator("main")).to_contain_text("Hai bên đều có mặt")
    watch.look(where="the table's page with both sides there")

    phone.get_by_role("link", name="Ghi kết quả").click()
    phone.locator("label:has([value=follow_up])").click()
    phone.locator("form[action$='/outcome']").get_by_role("button").click()
    phone.wait_for_url("**/agenda")

    assert site.behind(_record_of, day.meeting_id) == ("held", ["follow_up"])


def test_a_host_works_on_without_a_network_and_everything_arrives(site, visit, day):
    desk, watch = visit(width=360)
    SignIn(desk).open().sign_in(day.host, PASSWORD)
    desk.goto(f"/fairs/{SLUG}/host")
    watch.look(where="the host's console")
    # The first page was loaded before the worker was there; the next one goes through it.
    desk.evaluate(WORKER_READY)
    desk.reload()
    began = clock.now()

    desk.context.set_offline(True)
    desk.get_by_role("button", name="Here Trà Xanh").click()
    waiting = desk.locator("[data-waiting] li")
    expect(waiting).to_have_count(1)
    watch.look(where="the console without a network")
    desk.get_by_role("button", name="Here Kaze Foods").click()
    expect(waiting).to_have_count(2)
    assert site.behind(_record_of, day.meeting_id) == ("scheduled", [])

    site.move_to(began + timedelta(minutes=10))
    desk.context.set_offline(False)
    desk.reload()
    expect(desk.locator("[data-waiting]")).to_be_hidden()
    assert site.behind(_record_of, day.meeting_id) == ("held", [])
    assert site.behind(_statements_of, day.meeting_id) == ["buyer", "exhibitor"]

    question = f"/fairs/{SLUG}/host/meetings/{day.meeting_id}/outcome/exhibitor"
    _say_without_network(desk, question, value="125000")
    expect(waiting).to_contain_text("USD 125,000.00")
    watch.look(where="the console with an amount that was kept")
    assert site.behind(_record_of, day.meeting_id) == ("held", ["mou"])

    _say_without_network(desk, question, value="1 million 5")
    expect(waiting.last).to_contain_text("answer one question")
    waiting.last.get_by_role("link").click()
    desk.get_by_text("USD 1,500,000.00").click()
    desk.get_by_role("button", name="Save the outcome").click()
    desk.wait_for_url("**/host/meetings/*")
    desk.goto(f"/fairs/{SLUG}/host")
    expect(waiting).to_have_count(1)
    assert site.behind(_record_of, day.meeting_id) == ("held", ["mou", "mou"])


def test_a_side_says_what_came_of_a_meeting_without_a_network_and_it_arrives_once(site, visit, day):
    phone, watch = visit(width=360)
    SignIn(phone).open().sign_in(day.seller, PASSWORD)
    phone.goto(f"/fairs/{SLUG}/agenda")
    phone.evaluate(WORKER_READY)
    site.move_to(OPENING + timedelta(minutes=40))
    phone.reload()
    expect(phone.get_by_role("link", name="Record the outcome")).to_be_visible()
    expect(phone.locator("[data-copy-kept]")).to_be_visible()
    phone.wait_for_load_state("networkidle")

    phone.context.set_offline(True)
    phone.get_by_role("link", name="Record the outcome").click()
    watch.look(where="the question without a network")
    phone.locator("label:has([value=follow_up])").click()
    phone.get_by_role("button", name="Save the outcome").click()
    phone.wait_for_url("**/agenda")
    waiting = phone.locator("[data-waiting] li")
    expect(waiting).to_have_count(1)
    watch.look(where="the agenda with an answer that waits")
    phone.get_by_role("link", name="Record the outcome").click()
    expect(waiting).to_have_count(1)
    for choice in ("result", "mou", "12m"):
        phone.locator(f"label:has([value='{choice}'])").click()
    phone.locator("[name=value]").fill("125000")
    phone.get_by_role("button", name="Save the outcome").click()
    phone.wait_for_url("**/agenda")
    expect(waiting).to_have_count(2)
    assert site.behind(_record_of, day.meeting_id) == ("scheduled", [])

    phone.context.set_offline(False)
    phone.reload()
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("USD 125,000.00")
    assert site.behind(_record_of, day.meeting_id) == ("held", ["follow_up", "mou"])

    phone.reload()
    waiting.get_by_role("link").click()
    expect(phone.locator("main")).to_contain_text("You said")
    assert site.behind(_record_of, day.meeting_id) == ("held", ["follow_up", "mou"])


def _say_without_network(desk, question, *, value):
    desk.goto(question)
    for choice in ("result", "mou", "12m"):
        desk.locator(f"label:has([value='{choice}'])").click()
    desk.wait_for_load_state("networkidle")
    desk.context.set_offline(True)
    desk.locator("[name=value]").fill(value)
    desk.locator("[data-keeps]").get_by_role("button", name="Save the outcome").click()
    desk.wait_for_url("**/host")
    desk.context.set_offline(False)
    desk.reload()


def _make_day(session):
    factory = Factory(session)
    word = passwords.hashed(PASSWORD)
    fair = factory.fair(slug=SLUG, phase=Phase.FAIR_DAYS)
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    slot, _ = factory.slots(fair, 2)
    table, _ = factory.tables(fair)
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id, table_id=table.id)
    host = factory.account()
    for account in (host, seller.account, buyer.account):
        account.password_hash = word
    session.add(FairStaff(fair_id=fair.id, account_id=host.id, role=StaffRole.TABLE_HOST))
    session.flush()
    return Day(meeting.id, seller.account.email, buyer.account.email, host.email)


def _card_of(session):
    fair = fairs.by_slug(session, slug=SLUG)
    with current_app.test_request_context():
        return table_path(fair, "A01")


def _record_of(session, meeting_id):
    told = session.scalars(
        select(OutcomeReport.outcome).where(OutcomeReport.meeting_id == meeting_id).order_by(OutcomeReport.stated_at)
    )
    return session.get(Meeting, meeting_id).state, list(told)


def _statements_of(session, meeting_id):
    return sorted(session.scalars(select(CheckIn.side).where(CheckIn.meeting_id == meeting_id)))
