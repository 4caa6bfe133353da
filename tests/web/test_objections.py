"""Objecting to the provisional plan on the pages: the participant's, the organizer's list, and the step to final."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker import clock
from matchmaker.domain.fairs import Phase
from matchmaker.models import Fair, Objection
from matchmaker.models.engine import begin_writing
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)


@pytest.fixture(autouse=True)
def _two_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(factory, session):
    fair = factory.fair(slug="spring", phase=Phase.PROVISIONAL)
    (slot,) = factory.slots(fair, 1)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyer = factory.participant(fair, role="buyer", name="Kaze Foods")
    meeting = factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id)
    organizer = factory.organizer(fair)
    session.commit()
    return meeting.id, buyer.account, organizer


def test_a_participant_objects_and_the_organizer_answers(client, session, scene):
    meeting_id, buyer, organizer = scene
    here = f"/fairs/spring/meetings/{meeting_id}"
    client.sign_in_as(buyer)
    assert "This plan is provisional" in client.page("/fairs/spring/agenda").get_text()
    assert client.submit(f"{here}/object", words="").status_code == 422
    client.submit(f"{here}/object", reason="away", words="  Minh comes\non Friday ")
    page = client.page(here).get_text(" ")
    assert "Minh comes on Friday" in page
    assert "The organizer has not answered yet." in page

    client.sign_in_as(organizer)
    assert "1 objection to the plan" in client.page("/fairs/spring/organizer").get_text()
    effects = client.page("/fairs/spring/organizer/setup/phases/final").get_text(" ")
    assert "Trà Núi Mây – Kaze Foods (Who was to come is away then)" in effects
    where = "/fairs/spring/organizer/objections"
    session.rollback()
    key = session.scalar(select(Objection.id))
    session.rollback()
    settle = {"action": f"objections/{key}", "button": ("outcome", "kept")}
    assert client.submit(where, **settle).status_code == 422
    answer = client.page(where).select_one("input[type=text]")["name"]
    assert client.submit(where, **settle, **{answer: "No other time is free."}).status_code == 302
    assert client.post_token(f"{where}/{key}", outcome="taken_out").status_code == 409
    assert "No other time is free." in client.page(where).get_text()
    assert "objection to the plan" not in client.page("/fairs/spring/organizer").get_text()

    client.sign_in_as(buyer)
    assert "No other time is free." in client.page(here).get_text()


def test_an_objection_can_be_taken_back_and_outside_the_phase_there_is_none(client, session, scene):
    meeting_id, buyer, _ = scene
    here = f"/fairs/spring/meetings/{meeting_id}"
    client.sign_in_as(buyer)
    client.submit(f"{here}/object", reason="no_time")
    client.submit(here, action="take-back")
    assert "Object to this meeting" in client.page(here).get_text()
    session.rollback()
    begin_writing(session)
    session.execute(update(Fair).values(phase=Phase.FINAL))
    session.commit()
    assert "Object to this meeting" not in client.page(here).get_text()
    assert client.post_token(f"{here}/object", reason="away").status_code == 403
