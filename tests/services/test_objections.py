"""Objecting to a meeting of the provisional plan, and every way in which an objection ends."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotAllowed, NotFound, Refused
from matchmaker.domain.fairs import Phase
from matchmaker.domain.objections import ObjectionReason
from matchmaker.models import HistoryEntry, Meeting, Notice, Objection, Seat
from matchmaker.services import booking, fairs, objections, phases
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)


@pytest.fixture
def scene(factory):
    """A provisional plan in which one exhibitor meets one buyer in the first of two slots."""
    fair = factory.fair(slug="spring", phase=Phase.PROVISIONAL)
    factory.tables(fair, 1)
    slots = factory.slots(fair, 2)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyer = factory.participant(fair, role="buyer", name="Kaze Foods")
    meeting = factory.meeting(exhibitor, buyer, state="accepted", answered_at=NOW)
    scene = SimpleNamespace(
        session=factory.session,
        factory=factory,
        fair=fairs.by_slug(factory.session, slug="spring"),
        row=fair,
        slots=slots,
        exhibitor=exhibitor,
        buyer=buyer,
        meeting_id=meeting.id,
        organizer=factory.organizer(fair).id,
    )
    place(scene, 0)
    factory.session.execute(Notice.__table__.delete())
    return scene


def place(scene, slot):
    acting = {"fair_id": scene.fair.id, "meeting_id": scene.meeting_id, "participation_id": None}
    booking.place(scene.session, fair=scene.fair, slot_id=scene.slots[slot].id, by=scene.organizer, now=NOW, **acting)


def membership(scene, who):
    return fairs.memberships(scene.session, fair_id=scene.fair.id, account_id=who.account.id)[0]


def say(scene, who=None, reason="away", words="Minh comes on Friday only"):
    objections.object_to(
        scene.session,
        fair=scene.fair,
        me=membership(scene, who or scene.buyer),
        meeting_id=scene.meeting_id,
        reason=ObjectionReason(reason),
        words=words,
        now=NOW,
    )


def open_ones(scene):
    scene.session.expire_all()
    return [
        (one.company, str(one.reason), one.words) for one in objections.open_ones(scene.session, fair_id=scene.fair.id)
    ]


def settle(scene, how, **values):
    [one] = objections.open_ones(scene.session, fair_id=scene.fair.id)
    act = getattr(objections, how)
    act(scene.session, fair=scene.fair, objection_id=one.id, by=scene.organizer, now=NOW, **values)
    return one.id


def told(scene):
    rows = scene.session.execute(select(Notice.kind, Notice.account_id)).all()
    names = {scene.exhibitor.account.id: "exhibitor", scene.buyer.account.id: "buyer"}
    return sorted((kind, names[account_id]) for kind, account_id in rows)


def test_who_objects_twice_has_said_the_last_and_nobody_is_told(scene):
    say(scene)
    say(scene, reason="no_time", words="")
    say(scene, reason="no_time", words="")
    say(scene, scene.exhibitor, words="Fair stand is empty then")
    assert sorted(open_ones(scene)) == [
        ("Kaze Foods", "no_time", ""),
        ("Trà Núi Mây", "away", "Fair stand is empty then"),
    ]
    assert told(scene) == []
    said = select(HistoryEntry.facts).where(HistoryEntry.action == "meeting_objected")
    assert [facts["side"] for facts in scene.session.scalars(said)] == ["buyer", "buyer", "exhibitor"]


def test_a_meeting_that_moves_has_answered_its_objection_and_another_can_follow(scene):
    say(scene)
    place(scene, 1)
    assert open_ones(scene) == []
    assert told(scene) == [("meeting_moved", "buyer"), ("meeting_moved", "exhibitor")]
    say(scene, words="Nor then")
    assert open_ones(scene) == [("Kaze Foods", "away", "Nor then")]


def test_another_time_is_no_answer_to_who_does_not_want_the_meeting(scene):
    say(scene, reason="not_wanted", words="")
    place(scene, 1)
    assert open_ones(scene) == [("Kaze Foods", "not_wanted", "")]


def test_who_objected_reads_why_the_meeting_is_kept_and_the_other_side_nothing(scene):
    say(scene)
    with pytest.raises(Refused):
        settle(scene, "keep", answer="")
    settle(scene, "keep", answer="There is no other time left.")
    assert open_ones(scene) == []
    assert told(scene) == [("meeting_kept", "buyer")]
    last = objections.last_of(scene.session, meeting_id=scene.meeting_id, side=scene.buyer.role)
    assert (last.outcome, last.answer) == ("kept", "There is no other time left.")
    say(scene, words="Really not")
    assert len(open_ones(scene)) == 1


@pytest.mark.parametrize(
    ("how", "state", "kind"), [("take_out", "accepted", "places_lost"), ("call_off", "cancelled", "meeting_cancelled")]
)
def test_both_sides_are_told_once_when_the_meeting_loses_its_place(scene, how, state, kind):
    say(scene)
    key = settle(scene, how)
    meeting = scene.session.scalars(select(Meeting).execution_options(populate_existing=True)).one()
    assert meeting.state == state
    assert scene.session.scalars(select(Seat)).all() == []
    assert told(scene) == [(kind, "buyer"), (kind, "exhibitor")]
    with pytest.raises(Conflict) as refused:
        objections.keep(scene.session, fair=scene.fair, objection_id=key, answer="Stay", by=scene.organizer, now=NOW)
    assert refused.value.code == "objection_settled"


def test_an_objection_that_is_taken_back_waits_for_nobody(scene):
    say(scene)
    me = membership(scene, scene.buyer)
    for _ in range(2):
        objections.take_back(scene.session, fair=scene.fair, me=me, meeting_id=scene.meeting_id, now=NOW)
    assert open_ones(scene) == []
    assert [row.outcome for row in scene.session.scalars(select(Objection))] == ["taken_back"]


def test_objecting_belongs_to_the_provisional_phase_to_ones_own_meeting_and_to_a_time_to_come(scene):
    stranger = scene.factory.participant(scene.row, role="buyer")
    with pytest.raises(NotFound):
        say(scene, stranger)
    begun = {"meeting_id": scene.meeting_id, "reason": ObjectionReason.AWAY, "words": "", "now": OPENING}
    with pytest.raises(Conflict):
        objections.object_to(scene.session, fair=scene.fair, me=membership(scene, scene.buyer), **begun)
    scene.row.phase = Phase.FINAL
    scene.session.flush()
    scene.fair = fairs.by_slug(scene.session, slug="spring")
    with pytest.raises(NotAllowed):
        say(scene)


def test_going_to_final_names_what_nobody_has_answered(scene):
    say(scene)
    effects = phases.effects(scene.session, fair=scene.fair, phase=Phase.FINAL)
    assert [(one.company, one.words) for one in effects.objections] == [("Kaze Foods", "Minh comes on Friday only")]
