"""The waiting list: a freed time goes to the next willing pair, and on from there when nobody takes it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from matchmaker import clock
from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.jobs import offer_times, runner
from matchmaker.models import HistoryEntry, Job, Meeting, Notice, RepresentativeAbsence, SlotOffer
from matchmaker.models.engine import begin_writing
from matchmaker.services import booking, fairs, jobs, meetings, waiting_list
from matchmaker.services.freed_times import KIND, freed
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(factory):
    """A fair with one slot and one table, taken by the first of three buyers who all want the same exhibitor."""
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR, phase=Phase.FINAL)
    factory.tables(fair, 1)
    (slot,) = factory.slots(fair, 1)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyers = [factory.participant(fair, role="buyer", name=f"Buyer {n}") for n in range(3)]
    agreed = [
        factory.meeting(exhibitor, buyer, state="accepted", answered_at=NOW - (9 - n) * HOUR)
        for n, buyer in enumerate(buyers)
    ]
    scene = SimpleNamespace(
        factory=factory,
        session=factory.session,
        fair=fair,
        slot=slot,
        exhibitor=exhibitor,
        buyers=buyers,
        meetings=agreed,
    )
    booking.place(factory.session, slot_id=slot.id, **by(scene, 0, scene.exhibitor))
    return scene


def by(scene, number, who, *, now=NOW):
    """Who acts on which of the meetings."""
    return {
        "fair": next(one for one in fairs.all_fairs(scene.session) if one.id == scene.fair.id),
        "fair_id": scene.fair.id,
        "meeting_id": scene.meetings[number].id,
        "participation_id": who.id,
        "by": who.account.id,
        "now": now,
    }


def cancel(scene, number, who):
    acting = by(scene, number, who)
    del acting["fair"]
    meetings.cancel(scene.session, reason="no_time", **acting)


def offer(scene, *, now=NOW):
    return waiting_list.offer_time(scene.session, fair_id=scene.fair.id, slot_id=scene.slot.id, now=now)


def offers(scene):
    rows = scene.session.execute(select(SlotOffer.meeting_id, SlotOffer.state).order_by(SlotOffer.offered_at))
    names = {meeting.id: number for number, meeting in enumerate(scene.meetings)}
    return [(names[key], state) for key, state in rows]


def offered_to(scene, number):
    return waiting_list.offer_of(scene.session, meeting_id=scene.meetings[number].id, now=NOW)


def state_of(scene, number):
    return scene.session.scalar(select(Meeting.state).where(Meeting.id == scene.meetings[number].id))


def waiting_jobs(session):
    return session.scalars(select(Job.kind).where(Job.kind == KIND, Job.finished_at.is_(None))).all()


def test_calling_a_meeting_off_queues_its_time_once(scene):
    assert waiting_jobs(scene.session) == []
    cancel(scene, 0, scene.buyers[0])
    cancel(scene, 0, scene.buyers[0])
    assert waiting_jobs(scene.session) == [KIND]


def test_a_time_freed_while_one_like_it_is_being_offered_is_queued_as_well(scene):
    cancel(scene, 0, scene.buyers[0])
    (being_offered,) = jobs.take(scene.session, now=NOW)
    freed(scene.session, fair_id=scene.fair.id, slot_id=scene.slot.id, now=NOW + timedelta(seconds=1))
    jobs.finish(scene.session, job_id=being_offered.id, now=NOW + timedelta(seconds=2))
    assert waiting_jobs(scene.session) == [KIND]


def test_a_freed_time_is_offered_to_who_agreed_first_and_both_sides_are_told(scene):
    cancel(scene, 0, scene.buyers[0])
    assert offer(scene) == [scene.meetings[1].id]
    assert offers(scene) == [(1, "open")]
    told = scene.session.execute(select(Notice.account_id, Notice.facts).where(Notice.kind == "time_offered")).all()
    assert {who for who, _ in told} == {scene.exhibitor.account.id, scene.buyers[1].account.id}
    assert {facts["starts_at"] for _, facts in told} == {"2026-11-18T02:00:00+00:00"}
    assert {facts["until"] for _, facts in told} == {(NOW + 4 * HOUR).isoformat()}
    assert offer(scene) == []


def test_taking_it_books_it_at_once(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    taken = waiting_list.take(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 1, scene.buyers[1]))
    assert (taken.slot_id, taken.table) == (scene.slot.id, "A01")
    assert (state_of(scene, 1), offers(scene)) == ("scheduled", [(1, "taken")])
    again = scene.session.scalar(select(SlotOffer.id))
    assert waiting_list.take(scene.session, offer_id=again, **by(scene, 1, scene.exhibitor)).slot_id == scene.slot.id


def test_a_time_that_the_meeting_has_got_meanwhile_is_not_taken_a_second_time(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    held = offered_to(scene, 1).id
    booking.place(scene.session, slot_id=scene.slot.id, **by(scene, 1, scene.exhibitor))
    entries = select(func.count()).select_from(HistoryEntry)
    before = scene.session.scalar(entries)
    taken = waiting_list.take(scene.session, offer_id=held, **by(scene, 1, scene.buyers[1]))
    assert (taken.slot_id, offers(scene)) == (scene.slot.id, [(1, "taken")])
    assert scene.session.scalar(entries) == before


def test_an_offer_that_is_declined_goes_to_the_next(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    first = offered_to(scene, 1).id
    waiting_list.decline(scene.session, offer_id=first, **by(scene, 1, scene.exhibitor))
    assert offer(scene) == [scene.meetings[2].id]
    assert (offers(scene), state_of(scene, 1)) == ([(1, "declined"), (2, "open")], "accepted")
    with pytest.raises(Conflict, match="offer_over"):
        waiting_list.take(scene.session, offer_id=first, **by(scene, 1, scene.buyers[1]))


def test_an_offer_nobody_answers_ends_and_goes_to_the_next(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    late = NOW + 4 * HOUR
    with pytest.raises(Conflict, match="offer_over"):
        waiting_list.take(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 1, scene.buyers[1], now=late))
    scene.session.execute(update(Job).values(finished_at=NOW))
    scene.session.commit()
    assert offer_times.expire(late - timedelta(seconds=1)) == 0
    assert offer_times.expire(late) == 1
    begin_writing(scene.session)
    assert waiting_jobs(scene.session) == [KIND]
    assert offer(scene, now=late) == [scene.meetings[2].id]


def test_who_took_the_time_otherwise_meanwhile_leaves_the_offer_without_its_place(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    booking.place(scene.session, slot_id=scene.slot.id, **by(scene, 2, scene.buyers[2]))
    with pytest.raises(Conflict, match="slot_taken"):
        waiting_list.take(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 1, scene.buyers[1]))
    assert state_of(scene, 1) == "accepted"


@pytest.mark.parametrize("hindrance", ["away", "no meeting left", "still a request"])
def test_who_could_not_come_is_passed_over(scene, hindrance):
    cancel(scene, 0, scene.buyers[0])
    person = scene.buyers[1].representative.id
    if hindrance == "away":
        scene.factory.add(RepresentativeAbsence(representative_id=person, slot_id=scene.slot.id))
    elif hindrance == "no meeting left":
        scene.buyers[1].meetings_cap = 0
    else:
        scene.session.execute(update(Meeting).where(Meeting.id == scene.meetings[1].id).values(state="requested"))
    scene.session.flush()
    assert offer(scene) == [scene.meetings[2].id]


@pytest.mark.parametrize("phase", [Phase.SCHEDULING, Phase.PROVISIONAL, Phase.FOLLOW_UP])
def test_while_the_schedule_is_still_being_made_nothing_is_offered(scene, phase):
    cancel(scene, 0, scene.buyers[0])
    scene.fair.phase = phase
    scene.session.flush()
    assert offer(scene) == []


def test_shortly_before_it_begins_a_time_is_no_longer_offered(scene):
    cancel(scene, 0, scene.buyers[0])
    assert offer(scene, now=OPENING - timedelta(minutes=10)) == []


def test_at_a_fair_the_organizer_schedules_an_offer_may_be_taken_all_the_same(scene):
    scene.fair.time_choice = TimeChoice.ORGANIZER
    scene.session.flush()
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    waiting_list.take(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 1, scene.exhibitor))
    assert state_of(scene, 1) == "scheduled"


def test_nobody_answers_an_offer_made_to_others(scene):
    cancel(scene, 0, scene.buyers[0])
    offer(scene)
    for act in (waiting_list.take, waiting_list.decline):
        with pytest.raises(NotFound):
            act(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 1, scene.buyers[2]))
        with pytest.raises(NotFound):
            act(scene.session, offer_id=offered_to(scene, 1).id, **by(scene, 2, scene.buyers[2]))


def test_the_jobs_process_makes_the_offer(app, scene, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    cancel(scene, 0, scene.buyers[0])
    scene.session.commit()
    monkeypatch.setattr(runner, "TIMERS", (offer_times.expire,))
    runner.work(app, until_idle=True)
    scene.session.rollback()
    assert offers(scene) == [(1, "open")]
