"""A side's own answer about a meeting that its device kept until there was a network."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Deal, Meeting, OutcomeReport
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=3)
SEEN = (OPENING + timedelta(minutes=20)).isoformat()
MARK, OTHER_MARK = "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "c" * 32
AMOUNT = {"outcome": "result", "kind": "mou", "value": "125000", "currency": "USD", "horizon": "12m"}


@pytest.fixture
def hall(session, factory, monkeypatch):
    ticks = count()
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(milliseconds=next(ticks)))
    fair = factory.fair(slug="tea-days", phase="fair_days")
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    slot, later = factory.slots(fair, 2)
    meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id)
    second = factory.meeting(seller, buyer, state="scheduled", slot_id=later.id)
    session.commit()
    return Hall(seller.account.id, meeting.id, second.id)


class Hall:
    def __init__(self, account_id, meeting_id, second_id):
        self.account_id, self.meeting_id = account_id, meeting_id
        self.address = f"/fairs/tea-days/meetings/{meeting_id}/outcome"
        self.second = f"/fairs/tea-days/meetings/{second_id}/outcome"


def reports(session):
    session.rollback()
    rows = session.scalars(select(OutcomeReport).order_by(OutcomeReport.entry, OutcomeReport.stated_at))
    return [(row.outcome, row.amount, row.horizon) for row in rows]


def kept(client, address, *, once=MARK, **fields):
    return client.post_token(address, once=once, seen_at=SEEN, **{"currency": "USD", **fields})


def test_the_form_says_what_it_is_kept_as_and_leaves_the_mark_to_the_script(client, hall):
    page = client.sign_in_as(hall.account_id).page(hall.address)

    form = page.select_one("form[data-keeps]")
    assert form["data-keeps"] == "What came of the meeting? · Kaze Foods"
    assert form.select_one("[name=once]")["value"] == ""
    assert page.select_one("[data-waiting]")["data-who"] != ""
    assert page.select_one("[data-agenda]")["data-agenda"] == "/fairs/tea-days/agenda-worker.js"


def test_an_answer_sent_twice_is_recorded_once_even_when_another_came_between(client, session, hall):
    client.sign_in_as(hall.account_id)

    kept(client, hall.address, outcome="follow_up")
    kept(client, hall.address, once=OTHER_MARK, outcome="no_fit")
    again = kept(client, hall.address, outcome="follow_up")

    assert (again.status_code, again.location) == (302, "/fairs/tea-days/agenda")
    assert reports(session) == [("follow_up", None, None), ("no_interest", None, None)]
    assert session.get(Meeting, hall.meeting_id).state == MeetingState.HELD


def test_an_amount_that_reads_in_one_way_is_recorded_and_told_back(client, session, hall):
    client.sign_in_as(hall.account_id)

    first = kept(client, hall.address, **AMOUNT)
    again = kept(client, hall.address, **AMOUNT)

    assert (first.status_code, first.json) == (
        201,
        {"reading": "USD 125,000.00 – One hundred twenty-five thousand US dollars", "link": hall.address},
    )
    assert (again.status_code, reports(session)) == (302, [("mou", Decimal(125_000), "12m")])


def test_one_more_deal_is_opened_once(client, session, hall):
    client.sign_in_as(hall.account_id)
    kept(client, hall.address, **AMOUNT)

    for _ in range(2):
        kept(client, f"{hall.address}?deal=new", once=OTHER_MARK, **AMOUNT, deal="new")
    late = client.post_token(f"{hall.address}/confirm", once=OTHER_MARK, **AMOUNT, deal="new")

    assert late.status_code == 302
    assert reports(session) == [("mou", Decimal(125_000), "12m")] * 2
    assert session.scalar(select(func.count(Deal.id))) == 2


@pytest.mark.parametrize("more", [{"value": "1 million 5"}, {"horizon": "multi_year"}, {"horizon": ""}])
def test_what_leaves_something_to_ask_waits_for_the_answer_and_is_done_with_it(client, session, hall, more):
    client.sign_in_as(hall.account_id)

    asked = kept(client, hall.address, **AMOUNT | more)
    assert (asked.status_code, reports(session)) == (200, [])

    answer = {"horizon": "12m", "reading": "1500000 USD"} if "value" in more else {"horizon": "12m"}
    client.post_token(f"{hall.address}/confirm", once=MARK, **{**AMOUNT, **more, **answer})
    again = kept(client, hall.address, **AMOUNT | more)

    assert (again.status_code, len(reports(session))) == (302, 1)


def test_which_of_several_deals_is_asked_and_not_guessed(client, session, hall):
    client.sign_in_as(hall.account_id)
    kept(client, hall.second, **AMOUNT)

    asked = kept(client, hall.address, once=OTHER_MARK, **AMOUNT)

    assert (asked.status_code, len(reports(session))) == (200, 1)
    assert "Which deal is it?" in asked.get_data(as_text=True)


def test_a_meeting_not_held_asks_why_and_is_done_with_the_reason(client, session, hall):
    client.sign_in_as(hall.account_id)

    asked = kept(client, hall.address, outcome="not_held")
    assert (asked.status_code, "Why was there no meeting" in asked.get_data(as_text=True)) == (200, True)

    client.post_token(f"{hall.address}/not-held", absent="them")
    again = kept(client, hall.address, outcome="not_held")

    assert (again.status_code, again.location) == (302, "/fairs/tea-days/agenda")


def test_another_answer_from_the_same_page_counts(client, session, hall):
    client.sign_in_as(hall.account_id)

    for value, expected in (("125000", 1), ("125000", 1), ("90000", 2)):
        client.post_token(f"{hall.address}/confirm", once=MARK, **AMOUNT | {"value": value})
        assert len(reports(session)) == expected

    assert reports(session)[-1] == ("mou", Decimal(90_000), "12m")
