"""Ten people want the same time in the same moment: one has it, the others are shown the next free ones."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.models import Meeting, Seat
from tests.at_once import ROUNDS, USERS, posted_at_once
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)
TAKEN = "That time was taken a moment ago"


@pytest.fixture(autouse=True)
def _two_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(factory):
    """An exhibitor whom ten buyers want to meet, with a time more than there are rounds."""
    fair = factory.fair(slug="spring", phase=Phase.FINAL, time_choice=TimeChoice.PAIR)
    factory.tables(fair, 1)
    fair.slots = factory.slots(fair, ROUNDS + 1)
    fair.exhibitor = factory.participant(fair, name="Trà Núi Mây")
    fair.buyers = [factory.participant(fair, role="buyer") for _ in range(USERS)]
    return fair


def places_of(answer, client):
    return [button["value"] for button in client.tree(answer).find_all("button", {"name": "slot"})]


def test_who_loses_a_time_reads_the_next_ones_and_keeps_what_was_typed(app, session, factory, scene):
    rows = [factory.meeting(scene.exhibitor, buyer, state="accepted").id for buyer in scene.buyers]
    accounts, slots = [buyer.account.id for buyer in scene.buyers], [slot.id for slot in scene.slots]
    session.commit()
    windows = [app.test_client().sign_in_as(account) for account in accounts]
    notes = [f"By the window, says {number}." for number in range(USERS)]
    session.rollback()
    waiting = list(range(USERS))
    for slot, *left in (slots[number:] for number in range(ROUNDS)):
        answers = posted_at_once(
            [windows[number] for number in waiting],
            address=[f"/fairs/spring/meetings/{rows[number]}/time" for number in waiting],
            note=[notes[number] for number in waiting],
            slot=slot.hex,
        )
        found = dict(zip(waiting, answers, strict=True))
        (winner,) = [number for number, answer in found.items() if answer.status_code == 302]
        waiting.remove(winner)
        for number in waiting:
            answer = found[number]
            assert answer.status_code == 409
            assert f"{TAKEN}. Nothing has changed; these are the next free ones." in answer.text
            assert f"{notes[number]}</textarea>" in answer.text
            assert places_of(answer, windows[number]) == [one.hex for one in left[:3]]
        session.rollback()
        held = session.execute(select(Seat.meeting_id, Seat.kind).where(Seat.slot_id == slot).order_by(Seat.kind)).all()
        assert held == [(rows[winner], kind) for kind in ("representative", "representative", "table")]


def test_who_accepts_at_a_lost_time_may_accept_at_the_next_one(app, session, factory, scene):
    rows = [factory.meeting(scene.exhibitor, buyer).id for buyer in scene.buyers]
    account, slots = scene.exhibitor.account.id, [slot.id for slot in scene.slots]
    session.commit()
    windows = [app.test_client().sign_in_as(account) for _ in range(USERS)]
    addresses = [f"/fairs/spring/requests/{key}/accept" for key in rows]
    answers = posted_at_once(windows, address=addresses, slot=slots[0].hex)
    (winner,) = [number for number, answer in enumerate(answers) if answer.status_code == 302]
    lost = {number: answer for number, answer in enumerate(answers) if number != winner}
    for number, answer in lost.items():
        assert answer.status_code == 409
        assert windows[number].tree(answer).h1.get_text() == TAKEN
        assert places_of(answer, windows[number]) == [one.hex for one in slots[1:4]]
        form = windows[number].tree(answer).find("button", {"name": "slot"}).find_parent("form")
        assert form["action"] == addresses[number]
    session.rollback()
    states = {key: "scheduled" if number == winner else "requested" for number, key in enumerate(rows)}
    assert dict(session.execute(select(Meeting.id, Meeting.state)).all()) == states
