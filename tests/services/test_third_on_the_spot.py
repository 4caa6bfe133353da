"""A third company in a meeting that the two hold on the spot: it comes along, or is let go, and hears of it once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update

from matchmaker.domain.fairs import Phase, Role
from matchmaker.models import (
    FairPerson,
    HistoryEntry,
    Meeting,
    MeetingAttendee,
    Notice,
    RepresentativeAbsence,
    Seat,
    ThirdCompany,
)
from matchmaker.services import fairs, on_the_spot, third_companies, third_presence, walk_ins
from tests.factories import OPENING

BEFORE = OPENING - timedelta(days=1)
NOW = OPENING + timedelta(minutes=5)


@pytest.fixture
def hall(session, factory):
    """Two who agreed to meet and have no time, and a third company that joined them; the first slot runs."""
    row = factory.fair(slug="expo", phase=Phase.FAIR_DAYS)
    scene = SimpleNamespace(session=session, factory=factory, row=row, fair=fairs.by_slug(session, slug="expo"))
    scene.slots, scene.table = factory.slots(row, 2), factory.tables(row, 2)[0]
    scene.exhibitor = factory.participant(row, name="Trà Núi Mây")
    scene.buyer = factory.participant(row, role=Role.BUYER, name="Kaze Foods")
    scene.third = factory.participant(row, role=Role.BUYER, name="Bao Bì Xanh")
    scene.host = factory.account()
    scene.meeting = factory.meeting(scene.exhibitor, scene.buyer, state="accepted")
    ask(scene)
    third_companies.accept(session, **acting(scene, scene.third))
    session.execute(delete(Notice))
    return scene


def acting(scene, who):
    by = who.account.id
    return {
        "fair_id": scene.fair.id,
        "meeting_id": scene.meeting.id,
        "participation_id": who.id,
        "by": by,
        "now": BEFORE,
    }


def ask(scene):
    third_companies.ask(scene.session, third_id=scene.third.id, **acting(scene, scene.exhibitor))


def record(scene, now=NOW):
    pair = {Role.EXHIBITOR: scene.exhibitor.id, Role.BUYER: scene.buyer.id}
    return walk_ins.record(
        scene.session, fair=scene.fair, pair=pair, table_id=scene.table.id, by=scene.host.id, now=now
    )


def standing(scene):
    """State of the meeting, whether the third company is in it, what it answered, and who sits there at what time."""
    meeting = scene.session.get(Meeting, scene.meeting.id, populate_existing=True)
    answered = scene.session.scalar(select(ThirdCompany.state))
    sitting = select(Seat.resource_id).where(Seat.meeting_id == meeting.id, Seat.kind == "representative")
    named = select(MeetingAttendee.representative_id, MeetingAttendee.side)
    return (
        meeting.state,
        meeting.third_id == scene.third.id,
        answered,
        set(scene.session.scalars(sitting)),
        {side: key for key, side in scene.session.execute(named.where(MeetingAttendee.meeting_id == meeting.id))},
    )


def persons(**who):
    return {side: one.representative.id for side, one in who.items()}


def told(scene):
    rows = scene.session.execute(select(Notice.account_id, Notice.facts).where(Notice.kind == "third_company"))
    return sorted((str(account), facts["part"], facts.get("table", "")) for account, facts in rows)


def expected(*lines):
    return sorted((str(who.account.id), part, table) for who, part, table in lines)


def sits_elsewhere(scene, *, number=0, state="scheduled"):
    slot_id, person = scene.slots[number].id, scene.third.representative.id
    other = scene.factory.meeting(scene.factory.participant(scene.row), scene.third, state=state, slot_id=slot_id)
    scene.factory.add(Seat(kind="representative", resource_id=person, slot_id=slot_id, meeting_id=other.id))


def test_it_comes_along_with_its_person_and_is_told_where(hall):
    assert record(hall) == hall.meeting.id
    people = persons(exhibitor=hall.exhibitor, buyer=hall.buyer, third=hall.third)
    assert standing(hall) == ("held", True, "joined", set(people.values()), people)
    assert told(hall) == expected((hall.third, "comes_now", "A01"))
    third_presence.note(
        hall.session, fair=hall.fair, meeting_id=hall.meeting.id, is_present=True, by=hall.host.id, now=NOW
    )
    assert hall.session.scalar(select(ThirdCompany.is_present)) is True


def test_it_comes_along_when_its_person_was_missed_by_another_company_in_the_same_slot(hall):
    sits_elsewhere(hall, state="no_show")
    record(hall)
    people = persons(exhibitor=hall.exhibitor, buyer=hall.buyer, third=hall.third)
    assert standing(hall) == ("held", True, "joined", set(people.values()), people)


@pytest.mark.parametrize("obstacle", ["sits elsewhere", "can not come then", "has enough for a day"])
def test_one_whose_person_can_not_come_is_let_go_and_may_be_asked_again(hall, obstacle):
    if obstacle == "sits elsewhere":
        sits_elsewhere(hall)
    elif obstacle == "can not come then":
        person = hall.third.representative.id
        hall.factory.add(RepresentativeAbsence(representative_id=person, slot_id=hall.slots[0].id))
    else:
        sits_elsewhere(hall, number=1)
        hall.session.execute(update(FairPerson).where(FairPerson.participation_id == hall.third.id).values(daily_cap=1))
    record(hall)
    people = persons(exhibitor=hall.exhibitor, buyer=hall.buyer)
    assert standing(hall) == ("held", False, "withdrawn", set(people.values()), people)
    assert told(hall) == expected(
        (hall.third, "without_it", "A01"), (hall.exhibitor, "left", "A01"), (hall.buyer, "left", "A01")
    )


def test_one_that_is_taken_in_the_same_moment_is_let_go_and_the_two_still_sit(hall, monkeypatch):
    """Another booking came between the look and the seats: the key over seats has the last word."""
    sits_elsewhere(hall)
    monkeypatch.setattr(on_the_spot.third_people, "free_then", lambda *_, **__: (hall.third.representative.id,))
    record(hall)
    people = persons(exhibitor=hall.exhibitor, buyer=hall.buyer)
    assert standing(hall) == ("held", False, "withdrawn", set(people.values()), people)


def test_in_a_break_nobody_sits_and_it_stays_in_the_meeting(hall):
    record(hall, now=hall.slots[-1].ends_at + timedelta(minutes=1))
    people = persons(exhibitor=hall.exhibitor, buyer=hall.buyer, third=hall.third)
    assert standing(hall) == ("held", True, "joined", set(), people)
    assert told(hall) == expected((hall.third, "comes_now", ""))


def test_an_invitation_without_an_answer_ends_when_the_two_sit_down(hall):
    hall.session.execute(delete(MeetingAttendee).where(MeetingAttendee.side == "third"))
    hall.session.execute(update(Meeting).values(third_id=None))
    hall.session.execute(update(ThirdCompany).values(state="asked", answered_at=None))
    record(hall)
    assert standing(hall)[:3] == ("held", False, "withdrawn")
    assert told(hall) == expected((hall.third, "withdrawn", "A01"))


def test_recorded_twice_it_is_told_once_and_counts_as_one_meeting(hall):
    assert record(hall) == record(hall, now=NOW + timedelta(minutes=1))
    assert told(hall) == expected((hall.third, "comes_now", "A01"))
    held = select(HistoryEntry.action).where(HistoryEntry.action == "meeting_held")
    assert hall.session.scalars(held).all() == ["meeting_held"]


@pytest.mark.parametrize("has_time", [True, False])
def test_it_comes_along_when_the_hall_offers_the_two_to_each_other(hall, has_time):
    if not has_time:
        sits_elsewhere(hall)
    on_the_spot.sit_down(
        hall.session,
        fair_id=hall.fair.id,
        meeting_id=hall.meeting.id,
        slot_id=hall.slots[0].id,
        table_id=None,
        people={Role.EXHIBITOR: hall.exhibitor.representative.id, Role.BUYER: hall.buyer.representative.id},
        by=None,
        now=NOW,
    )
    who = {"exhibitor": hall.exhibitor, "buyer": hall.buyer, **({"third": hall.third} if has_time else {})}
    people = persons(**who)
    state = "joined" if has_time else "withdrawn"
    assert standing(hall) == ("scheduled", has_time, state, set(people.values()), people)
