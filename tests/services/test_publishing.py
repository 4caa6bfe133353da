"""Publishing a schedule: the fair moves on, and everyone is told once what their agenda is."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.fairs import Phase
from matchmaker.models import Account, Fair, HistoryEntry, Notice, Representative, ScheduleRun
from matchmaker.services import booking, fairs, history, standing_plan
from matchmaker.services.publishing import publish
from matchmaker.services.runs import RunState
from tests.factories import OPENING
from tests.mails import written

NOW = OPENING - timedelta(days=5)
DAY = timedelta(days=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", phase=Phase.SCHEDULING)


@pytest.fixture
def organizer(factory, fair):
    return factory.organizer(fair)


def a_run(factory, fair, **values):
    defaults = {"state": RunState.DONE, "seed": 7, "metrics": {}, "certificate": {}, "started_at": NOW}
    return factory.add(ScheduleRun(fair_id=fair.id, **{**defaults, **values}))


@pytest.fixture
def run(factory, fair):
    return a_run(factory, fair)


@pytest.fixture
def slots(factory, fair):
    return factory.slots(fair, 3)


@pytest.fixture
def placed(factory, fair, slots):
    """An exhibitor who meets two buyers; one of them has nobody who can sign in."""
    exhibitor = factory.participant(fair)
    buyers = [factory.participant(fair, role="buyer", signs_in=signs_in) for signs_in in (True, False)]
    return [
        factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id)
        for buyer, slot in zip(buyers, slots, strict=False)
    ]


@pytest.fixture
def do(session, fair, organizer):
    """Publish a run of the fair, an hour later each time."""
    hours = itertools.count()

    def publish_run(run):
        session.flush()
        facts = fairs.by_slug(session, slug=fair.slug)
        return publish(session, fair=facts, run_id=run.id, by=organizer.id, now=NOW + timedelta(hours=next(hours)))

    return publish_run


def told(session):
    rows = session.scalars(select(Notice).where(Notice.kind == "schedule_published").order_by(Notice.id))
    return sorted((row.account_id, row.facts["meetings"], row.facts["path"]) for row in rows)


def test_the_fair_moves_on_and_everyone_who_can_sign_in_is_told_once(session, run, placed, organizer, do):
    assert do(run) == 2
    seller, buyer = (_account(session, placed[0], side) for side in ("exhibitor", "buyer"))
    agenda = "/fairs/spring/agenda"
    assert told(session) == sorted([(seller, 2, agenda), (buyer, 1, agenda)])
    assert session.scalar(select(Fair.phase)) == Phase.FINAL
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action != "phase_changed")).one()
    assert (entry.action, entry.subject_id, entry.by_account_id, entry.fair_id, entry.facts) == (
        "schedule_published",
        run.id,
        organizer.id,
        run.fair_id,
        {"told": 2},
    )


def _account(session, meeting, side):
    person = next(attendee for attendee in meeting.attendees if attendee.side == side)
    return session.get_one(Representative, person.representative_id).account_id


def test_publishing_again_tells_nobody_twice_even_after_another_run(factory, session, fair, placed, do):
    first, second = a_run(factory, fair), a_run(factory, fair, started_at=NOW + timedelta(hours=1))
    assert [do(run) for run in (first, first, second)] == [2, 0, 0]
    assert len(told(session)) == 2


def test_a_mail_counts_the_meetings_it_lists_and_not_those_there_were(app, session, run, placed, do):
    do(run)
    seller = session.get_one(Account, _account(session, placed[0], "exhibitor")).email
    placed[1].state, placed[1].slot_id = "accepted", None
    session.commit()
    [mail] = [mail for mail in written(app, session, kind="schedule_published", now=NOW + DAY) if mail["to"] == seller]
    text = mail.get_body(("plain",)).get_content()
    assert ("You have 1 meeting," in text or "Bạn có 1 cuộc giao thương" in text, text.count("\n- ")) == (True, 1)


def test_only_those_whose_agenda_changed_are_told_anew(session, run, slots, placed, do):
    do(run)
    second = placed[1]
    before = second.slot_id
    second.slot_id = slots[2].id
    assert do(run) == 1
    second.slot_id = before
    assert do(run) == 1
    assert [count for account, count, _path in told(session) if account == _account(session, second, "exhibitor")] == [
        2,
        2,
        2,
    ]


def move(session, fair, meeting, slot, organizer):
    """Give a meeting another time by the organizer's hand."""
    session.flush()
    return booking.place(
        session,
        fair=fairs.by_slug(session, slug=fair.slug),
        slot_id=slot.id,
        fair_id=fair.id,
        meeting_id=meeting.id,
        participation_id=None,
        by=organizer.id,
        now=NOW + timedelta(minutes=10),
    )


def test_who_was_told_of_a_move_by_hand_is_not_told_again(session, fair, run, slots, placed, organizer, do):
    assert do(run) == 2
    move(session, fair, placed[0], slots[2], organizer)
    assert do(run) == 0
    moved = session.scalars(select(Notice.account_id).where(Notice.kind == "meeting_moved")).all()
    assert len(moved) == 2


def test_a_move_by_hand_that_nobody_was_told_of_is_told_with_the_schedule(
    session, fair, run, slots, placed, organizer, do
):
    move(session, fair, placed[0], slots[2], organizer)
    assert session.scalars(select(Notice.id)).all() == []
    assert do(run) == 2


def test_a_meeting_taken_out_without_a_word_is_told_with_the_next_schedule(session, fair, run, placed, organizer, do):
    assert do(run) == 2
    session.flush()
    standing_plan.take_out(session, fair_id=fair.id, meeting_id=placed[0].id, by=organizer.id, now=NOW)
    assert do(run) == 2
    assert do(run) == 0


def test_a_meeting_the_next_run_found_no_place_for_is_told_with_the_schedule(session, fair, run, placed, do):
    assert do(run) == 2
    lost = placed[0]
    lost.state, lost.slot_id, lost.table_id = "accepted", None, None
    history.record(
        session,
        action="meeting_unscheduled",
        subject_kind="meeting",
        subject_id=lost.id,
        by=None,
        now=NOW + timedelta(minutes=10),
        fair_id=fair.id,
        reason="no_common_slot",
    )
    assert do(run) == 2


def test_a_fair_under_way_stays_in_its_phase(factory, session, fair, placed, do):
    fair.phase = Phase.FAIR_DAYS
    do(a_run(factory, fair))
    assert session.scalar(select(Fair.phase)) == Phase.FAIR_DAYS


def test_without_a_placed_meeting_there_is_nothing_to_publish(factory, session, fair, do):
    with pytest.raises(Conflict) as error:
        do(a_run(factory, fair))
    assert error.value.code == "nothing_scheduled"
    assert session.scalar(select(Fair.phase)) == Phase.SCHEDULING


def test_a_run_that_is_not_finished_is_not_published(session, run, placed, do):
    for state in (RunState.WAITING, RunState.RUNNING, RunState.FAILED):
        run.state = state
        with pytest.raises(NotFound):
            do(run)
    assert told(session) == []


def test_the_run_of_another_fair_is_not_found(factory, session, fair, placed, do):
    elsewhere = a_run(factory, factory.fair())
    with pytest.raises(NotFound):
        do(elsewhere)
    assert (told(session), session.get(Fair, fair.id).phase) == ([], Phase.SCHEDULING)
