"""A partner does not come: what both sides of the offer, and the hosts, see and tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Role, StaffRole
from matchmaker.jobs import rescue_meetings
from matchmaker.models import FairStaff, HallOffer, Meeting
from tests.services.test_rescue import NOW, Hall

AGENDA = "/fairs/expo/agenda"


@pytest.fixture
def hall(session, factory, client, monkeypatch):
    made = Hall(session, factory)
    made.row.slug = "expo"
    host = factory.account()
    factory.add(FairStaff(fair_id=made.row.id, account_id=host.id, role=StaffRole.TABLE_HOST))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    people = {"seller": made.seller, "idle": made.idle, "absent": made.absent}
    found = {name: one.account.id for name, one in people.items()} | {"host": host.id, "missed": made.missed.id}
    session.commit()
    client.get("/?lang=en")
    assert rescue_meetings.run(NOW) == 1
    found["offer"] = session.scalar(select(HallOffer.id))
    session.rollback()
    return found


def say(client, account, answer):
    client.sign_in_as(account)
    return client.submit(
        AGENDA,
        action=client.page(AGENDA).select_one("[data-region=hall-now] form")["action"],
        button=("answer", answer),
    )


def is_shown(page, name):
    """Whether a region is seen; one that is not there at all could not be refreshed."""
    return not page.select_one(f"[data-region={name}]").has_attr("hidden")


class TestTheTwo:
    def test_both_see_it_in_their_agenda_say_yes_and_are_sent_to_the_table(self, client, session, hall):
        client.sign_in_as(hall["seller"])
        text = client.page(AGENDA).select_one("[data-region=hall-now]").get_text()
        assert "You can meet Almira Trading now" in text
        assert "Answer until 09:14" in text
        assert say(client, hall["seller"], "yes").location.endswith(AGENDA)
        assert "You said yes" in client.page(AGENDA).get_text()

        answer = say(client, hall["idle"], "yes")

        tree = client.page(answer.location)
        assert "You both said yes. Go to the table now." in tree.get_text()
        session.rollback()
        assert session.get(Meeting, hall["missed"]).state == "no_show"

    def test_an_offer_stands_above_the_plan_and_the_standby_list_below_it(self, client, hall):
        for who, name in (("seller", "hall-now"), ("absent", "standby")):
            client.sign_in_as(hall[who])
            card = client.page(AGENDA).select_one(f"[aria-labelledby={name}]")
            assert bool(card.find_previous("ol", class_="line")) == (name == "standby")
            assert client.page(AGENDA).select("[aria-labelledby=standby]") == ([] if name == "hall-now" else [card])

    def test_one_look_again_refreshes_the_offer_and_the_standby_list(self, client, hall, monkeypatch):
        client.sign_in_as(hall["seller"])
        offer = client.page(AGENDA).select_one("[data-poll]")
        shown = {"hall-now": True, "own-standby": False}
        assert {name: is_shown(client.page(AGENDA), name) for name in offer["data-swap"].split()} == shown
        assert {name: is_shown(client.page(offer["data-poll-url"]), name) for name in shown} == shown
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=6))
        gone = {"hall-now": False, "own-standby": True}
        assert {name: is_shown(client.page(offer["data-poll-url"]), name) for name in shown} == gone

    def test_who_did_not_come_sees_no_offer_and_can_not_answer_it(self, client, hall):
        client.sign_in_as(hall["absent"])
        assert "Free for more meetings today?" in client.page(AGENDA).get_text()
        answer = client.post_token(f"/fairs/expo/now/offers/{hall['offer']}", answer="yes")
        assert answer.status_code == 404

    def test_too_late_is_said_in_words(self, client, hall, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=6))
        client.sign_in_as(hall["idle"])
        answer = client.post_token(f"/fairs/expo/now/offers/{hall['offer']}", answer="yes")
        assert answer.status_code == 409
        assert "This offer is over" in client.tree(answer).get_text()

    def test_on_and_off_the_standby_list(self, client, hall):
        client.sign_in_as(hall["absent"])
        client.submit("/fairs/expo/now", action="/now/standby", button=("wants", "yes"))
        assert "You are on today’s standby list" in client.page("/fairs/expo/now").get_text()
        client.submit("/fairs/expo/now", action="/now/standby", button=("wants", "no"))
        assert "Free for more meetings today?" in client.page("/fairs/expo/now").get_text()

    def test_after_the_days_last_slot_nobody_is_asked_whether_they_are_free(self, client, hall, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=14))
        client.sign_in_as(hall["absent"])
        text = client.page("/fairs/expo/now").get_text()
        assert "Today’s meetings are over" in text
        assert "Free for more meetings today?" not in text


class TestTheHost:
    def test_a_host_sees_the_offer_and_answers_for_both(self, client, session, hall):
        client.sign_in_as(hall["host"])
        text = client.page("/fairs/expo/standby").get_text()
        assert "Trà Tà Xùa" in text
        assert "on standby" in text
        for side in Role:
            answer = client.post_token(f"/fairs/expo/standby/offers/{hall['offer']}", side=side, answer="yes")
            assert answer.status_code == 302
        session.rollback()
        assert session.get(HallOffer, hall["offer"]).state == "taken"

    def test_participants_do_not_see_the_list(self, client, hall):
        client.sign_in_as(hall["seller"])
        assert client.get("/fairs/expo/standby").status_code == 404
