"""Requests that want the same last times, side by side on the requests page, and one tap that accepts one of them."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.extensions import db
from matchmaker.models import Meeting, Slot
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING - timedelta(days=2)
PAGE = "/fairs/spring/requests"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _two_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(factory, session):
    """Three requests for the few slots of a fair, as someone finds them who has signed in."""

    def begin(time_choice, slots=2):
        fair = factory.fair(slug="spring", phase=Phase.FINAL, time_choice=time_choice)
        factory.tables(fair, 1)
        factory.slots(fair, slots)
        exhibitor = factory.participant(fair, name="Trà Núi Mây")
        buyers = [factory.participant(fair, role="buyer", name=name) for name in ("Almira", "Kaze", "Nordic")]
        asked = [factory.meeting(exhibitor, buyer) for buyer in buyers]
        key, asked = exhibitor.account.id, [one.id for one in asked]
        session.commit()
        return key, asked

    return begin


def test_one_tap_on_a_time_accepts_and_the_others_keep_waiting(client, session, scene):
    account, asked = scene(TimeChoice.PAIR)
    client.sign_in_as(account)
    with count_queries(db.engine) as sent:
        page = client.get(PAGE)
    assert len(sent) <= MOST_QUERIES
    page = client.tree(page)
    group = page.find("section", {"aria-labelledby": "group1"})
    assert sorted(title.get_text() for title in group.find_all("h3")) == ["Almira", "Kaze", "Nordic"]
    assert [len(form.find_all("button", {"name": "slot"})) for form in group.find_all("form", class_="row")] == [2] * 3
    first = group.find("button", {"name": "slot"})
    answer = client.submit(PAGE, action=f"/{asked[0]}/accept", button=("slot", first["value"]))
    assert (answer.status_code, answer.location) == (302, PAGE)
    session.rollback()
    assert session.scalars(select(Meeting.state).order_by(Meeting.state)).all() == [
        "requested",
        "requested",
        "scheduled",
    ]
    session.rollback()
    lost = client.submit(PAGE, action=f"/{asked[1]}/accept", button=("slot", first["value"]))
    assert lost.status_code == 409
    assert "That time was taken a moment ago" in client.tree(lost).h1.get_text()


def test_of_a_lost_time_the_three_next_and_all_others_are_offered_on_the_page(client, session, scene):
    account, asked = scene(TimeChoice.PAIR, slots=6)
    client.sign_in_as(account)
    first = session.scalars(select(Slot.id).order_by(Slot.number)).first().hex
    session.rollback()
    address = "/fairs/spring/requests/{}/accept"
    assert client.post_token(address.format(asked[0]), slot=first).location == PAGE
    lost = client.post_token(address.format(asked[1]), slot=first)
    form = client.tree(lost).select_one("main form:has(button[name=slot])")
    best = [button["value"] for button in form.select("button.place")]
    every = [button["value"] for button in form.select("details button")]
    assert (len(best), len(every), set(best) <= set(every), first in every) == (3, 5, True, False)
    last = client.post_token(form["action"], slot=every[-1])
    assert (last.status_code, last.location) == (302, PAGE)
    session.rollback()
    assert str(session.get_one(Meeting, asked[1]).slot_id) == str(uuid.UUID(every[-1]))


def test_where_the_organizer_picks_the_time_one_tap_accepts_without_it(client, session, scene):
    account, asked = scene(TimeChoice.ORGANIZER)
    client.sign_in_as(account)
    page = client.page(PAGE)
    assert page.find("section", {"aria-labelledby": "group1"}) is not None
    assert page.find("button", {"name": "slot"}) is None
    client.submit(PAGE, action=f"/{asked[2]}/accept")
    session.rollback()
    assert session.scalar(select(Meeting.state).where(Meeting.id == asked[2])) == "accepted"
