"""Requests for the same last times: found, accepted at one of them, and the others told what is left."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.models import Meeting, Notice, RepresentativeAbsence
from matchmaker.services import competing, fairs
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)
DAYS_AGO = NOW - timedelta(days=1)


@pytest.fixture
def scene(factory):
    """An exhibitor who is there in two of five slots, asked by three buyers, the last of whom comes to the first."""
    fair = factory.fair(slug="spring", phase=Phase.FINAL, time_choice=TimeChoice.PAIR)
    factory.tables(fair, 2)
    slots = factory.slots(fair, 5)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyers = [factory.participant(fair, role="buyer", name=name) for name in ("Almira", "Kaze", "Nordic")]
    asked = [factory.meeting(exhibitor, buyer, requested_at=DAYS_AGO) for buyer in buyers]

    def away(participation, *numbers):
        person = participation.representative.id
        for number in numbers:
            factory.add(RepresentativeAbsence(representative_id=person, slot_id=slots[number].id))

    away(exhibitor, 2, 3, 4)
    away(buyers[2], 1, 2, 3, 4)
    return SimpleNamespace(
        session=factory.session,
        fair=fairs.by_slug(factory.session, slug="spring"),
        row=fair,
        slots=slots,
        exhibitor=exhibitor,
        buyers=buyers,
        asked=[one.id for one in asked],
        away=away,
    )


def found(scene, now=NOW):
    groups = competing.competing(
        scene.session,
        fair_id=scene.fair.id,
        participation_id=scene.exhibitor.id,
        role=scene.exhibitor.role,
        now=now,
    )
    numbers = {slot.id: number for number, slot in enumerate(scene.slots)}
    return [
        {scene.asked.index(one.meeting_id): [numbers[time.slot_id] for time in one.times] for one in group}
        for group in groups
    ]


def accept(scene, number, slot):
    return competing.accept_at(
        scene.session,
        fair=scene.fair,
        slot_id=scene.slots[slot].id,
        fair_id=scene.fair.id,
        meeting_id=scene.asked[number],
        participation_id=scene.exhibitor.id,
        by=scene.exhibitor.account.id,
        now=NOW,
    )


def fewer(scene):
    rows = scene.session.execute(select(Notice.account_id, Notice.facts).where(Notice.kind == "times_fewer"))
    names = {buyer.account.id: number for number, buyer in enumerate(scene.buyers)}
    return {names[key]: facts["left"] for key, facts in rows}


def test_requests_for_the_last_times_are_shown_together(scene):
    assert found(scene) == [{0: [0, 1], 1: [0, 1], 2: [0]}]


def test_a_request_that_may_still_be_undone_or_whose_time_is_over_is_not_among_them(scene):
    scene.session.get(Meeting, scene.asked[0]).requested_at = NOW - timedelta(seconds=1)
    scene.session.get(Meeting, scene.asked[1]).expires_at = NOW
    scene.session.flush()
    assert found(scene) == []


def test_accepting_one_takes_its_time_and_tells_the_others_what_is_left(scene):
    placed = accept(scene, 0, 0)
    assert (placed.state, placed.slot_id) == ("scheduled", scene.slots[0].id)
    states = dict(scene.session.execute(select(Meeting.id, Meeting.state)).all())
    assert [states[key] for key in scene.asked] == ["scheduled", "requested", "requested"]
    assert fewer(scene) == {1: 1, 2: 0}


def test_who_did_not_want_that_time_is_told_nothing(scene):
    accept(scene, 0, 1)
    assert fewer(scene) == {1: 1}


def test_a_time_that_is_taken_meanwhile_accepts_nothing(scene):
    scene.away(scene.exhibitor, 0)
    with pytest.raises(Conflict) as refused, scene.session.begin_nested():
        accept(scene, 1, 0)
    assert refused.value.code == "slot_taken"
    assert scene.session.scalar(select(Meeting.state).where(Meeting.id == scene.asked[1])) == "requested"
    assert fewer(scene) == {}
