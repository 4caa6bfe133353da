"""A fair's schedule: what the solver is asked, what is written, and what an organizer changes by hand."""

import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.models import (
    FairPerson,
    HistoryEntry,
    Interpreter,
    Job,
    Meeting,
    MeetingAttendee,
    RepresentativeAbsence,
    ScheduleMiss,
    ScheduleRun,
    Seat,
)
from matchmaker.services import meetings, schedule_reads, scheduling, standing_plan
from matchmaker.services.runs import LONGEST_RUN
from matchmaker.services.schedule_problem import fair_problem
from matchmaker.services.seats import Booking, join_seats, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture(autouse=True)
def short_search(monkeypatch):
    """Fairs this small need no long search for fewer waits."""
    monkeypatch.setattr(sys.modules["matchmaker.domain.scheduling.solve"], "FEWEST_MOVES", 100)


@pytest.fixture
def fair(factory):
    return factory.fair()


@pytest.fixture
def busy(factory, fair):
    """Four exhibitors who all meet three buyers, in four slots at three tables."""
    factory.slots(fair, 4)
    factory.tables(fair, 3)
    exhibitors = [factory.participant(fair, signs_in=False) for _ in range(4)]
    buyers = [factory.participant(fair, role="buyer", signs_in=False) for _ in range(3)]
    return [factory.meeting(one, other, state="accepted") for one in exhibitors for other in buyers]


def make(session, fair, *, seed=7, now=NOW):
    """Run the scheduler in one transaction and return what it did."""
    run_id = scheduling.begin_run(session, fair_id=fair.id, seed=seed, by=None, now=now)
    loaded = fair_problem(session, fair_id=fair.id, now=now)
    result = scheduling.solve(loaded, seed=seed, report=lambda _progress: None)
    placed = scheduling.write_plan(session, fair_id=fair.id, run_id=run_id, loaded=loaded, result=result, now=now)
    session.expire_all()
    return placed


def plan(session, fair):
    """Where every meeting stands, with its people."""
    people = {}
    for attendee in session.scalars(select(MeetingAttendee)):
        people.setdefault(attendee.meeting_id, {})[attendee.side] = attendee.representative_id
    rows = session.scalars(select(Meeting).where(Meeting.fair_id == fair.id))
    return {
        row.id: (row.state, row.slot_id, row.table_id, row.interpreter_id, tuple(sorted(people[row.id].items())))
        for row in rows
    }


def seats(session):
    return {(seat.kind, seat.resource_id, seat.slot_id, seat.meeting_id) for seat in session.scalars(select(Seat))}


def actions(session):
    told = session.scalars(select(HistoryEntry.action).where(HistoryEntry.subject_kind == "meeting"))
    return Counter(told)


def test_every_meeting_gets_a_slot_and_a_table_and_nobody_is_in_two_places(session, fair, busy):
    placed = make(session, fair)
    assert (placed.asked, placed.placed, placed.added, placed.moved, placed.dropped) == (12, 12, 12, 0, 0)
    found = plan(session, fair)
    assert {state for state, *_ in found.values()} == {"scheduled"}
    for column in (1, 0):
        taken = Counter((row[1], row[4][column][1]) for row in found.values())
        assert max(taken.values()) == 1
    assert max(Counter((row[1], row[2]) for row in found.values()).values()) == 1
    expected = set()
    for key, (_state, slot, table, _interpreter, people) in found.items():
        expected |= {("representative", person, slot, key) for _side, person in people} | {("table", table, slot, key)}
    assert seats(session) == expected
    assert actions(session) == {"meeting_scheduled": 12}


def test_an_interpreter_sits_in_where_no_language_is_shared_and_in_one_place_at_a_time(factory, session, fair):
    factory.slots(fair, 2)
    factory.tables(fair, 2)
    speaker = factory.add(Interpreter(fair_id=fair.id, name="Lan", email="lan@example.test", languages=["ja"]))
    for _ in range(2):
        seller, buyer = (factory.participant(fair, role=role, signs_in=False) for role in ("exhibitor", "buyer"))
        seller.representative.languages, buyer.representative.languages = ["vi"], ["ja"]
        factory.meeting(seller, buyer, state="accepted")
    assert make(session, fair).placed == 2
    rows = list(plan(session, fair).values())
    assert {row[3] for row in rows} == {speaker.id}
    assert len({row[1] for row in rows}) == 2
    assert sum(kind == "interpreter" for kind, *_ in seats(session)) == 2


def test_the_same_seed_gives_the_same_plan(session, fair, busy):
    loaded = fair_problem(session, fair_id=fair.id, now=NOW)
    first, second = (scheduling.solve(loaded, seed=3, report=lambda _progress: None) for _ in range(2))
    assert first.assignments == second.assignments


def test_a_second_run_moves_nothing_and_writes_nothing(session, fair, busy):
    make(session, fair)
    before, taken = plan(session, fair), seats(session)
    again = make(session, fair, now=NOW + timedelta(hours=1))
    assert (again.placed, again.added, again.moved, again.dropped) == (12, 0, 0, 0)
    assert (plan(session, fair), seats(session)) == (before, taken)
    assert {row.changed_at for row in session.scalars(select(Meeting))} == {NOW}
    assert actions(session) == {"meeting_scheduled": 12}


def test_what_has_no_place_keeps_its_reason_and_what_would_help(factory, session, fair):
    factory.slots(fair, 1)
    factory.tables(fair, 1)
    one, other = (factory.participant(fair, signs_in=False) for _ in range(2))
    buyer = factory.participant(fair, role="buyer", signs_in=False)
    for exhibitor in (one, other):
        factory.meeting(exhibitor, buyer, state="accepted")
    placed = make(session, fair)
    assert (placed.placed, sum(placed.misses.values())) == (1, 1)
    run = session.scalars(select(ScheduleRun)).one()
    assert (run.state, run.asked, run.placed, run.finished_at) == ("done", 2, 1, NOW)
    miss = session.scalars(select(ScheduleMiss)).one()
    assert session.get(Meeting, miss.meeting_id).state == "accepted"
    assert placed.misses == {miss.code: 1}
    (shown,) = schedule_reads.misses(session, run_id=run.id)
    assert (shown.meeting_id, shown.buyer, shown.code) == (miss.meeting_id, buyer.company.name, miss.code)
    assert schedule_reads.miss_counts(session, run_id=run.id) == {miss.code: 1}
    assert schedule_reads.misses(session, run_id=run.id, code="precedence") == []


def test_a_meeting_cancelled_meanwhile_stops_the_plan_and_nothing_is_written(session, fair, busy):
    refused(session, fair, lambda: setattr(busy[0], "state", "cancelled"))


def test_a_request_accepted_meanwhile_stops_the_plan_and_nothing_is_written(factory, session, fair, busy):
    request = factory.meeting(factory.participant(fair, signs_in=False), factory.participant(fair, role="buyer"))
    asked = {"meeting_id": request.id, "participation_id": request.exhibitor_id}
    refused(session, fair, lambda: meetings.accept(session, fair_id=fair.id, **asked, by=None, now=NOW))


def test_someone_who_can_not_come_any_more_stops_the_plan(factory, session, fair, busy):
    person = session.scalars(select(MeetingAttendee.representative_id)).first()
    slot = fair_problem(session, fair_id=fair.id, now=NOW).slot_ids[0]
    refused(session, fair, lambda: factory.add(RepresentativeAbsence(representative_id=person, slot_id=slot)))


def refused(session, fair, change):
    """Load and solve, change the fair, and see that the plan is not written."""
    run_id = scheduling.begin_run(session, fair_id=fair.id, seed=7, by=None, now=NOW)
    loaded = fair_problem(session, fair_id=fair.id, now=NOW)
    result = scheduling.solve(loaded, seed=7, report=lambda _progress: None)
    change()
    session.flush()
    before = plan(session, fair)
    with pytest.raises(Conflict) as error:
        scheduling.write_plan(session, fair_id=fair.id, run_id=run_id, loaded=loaded, result=result, now=NOW)
    assert error.value.code == "fair_changed_meanwhile"
    assert plan(session, fair) == before
    assert seats(session) == set()
    assert session.scalars(select(ScheduleMiss)).all() == []


def test_a_locked_meeting_never_moves_and_one_taken_out_is_placed_anew(factory, session, fair, busy):
    make(session, fair)
    organizer = factory.organizer(fair)
    kept, free = busy[0], busy[1]
    where = (kept.slot_id, kept.table_id)
    values = {"fair_id": fair.id, "by": organizer.id, "now": NOW}
    standing_plan.set_lock(session, meeting_id=kept.id, is_locked=True, **values)
    standing_plan.take_out(session, meeting_id=free.id, **values)
    session.expire_all()
    assert (free.state, free.slot_id, free.table_id, free.is_locked) == ("accepted", None, None, False)
    assert free.id not in {meeting for *_, meeting in seats(session)}
    placed = make(session, fair)
    assert (placed.placed, placed.added, placed.dropped) == (12, 1, 0)
    assert (kept.slot_id, kept.table_id, kept.is_locked) == (*where, True)
    counted = actions(session)
    assert (counted["meeting_locked"], counted["meeting_unscheduled"], counted["meeting_scheduled"]) == (1, 1, 13)
    why = session.scalars(select(HistoryEntry.facts).where(HistoryEntry.action == "meeting_unscheduled")).all()
    assert why == [{"reason": standing_plan.BY_HAND}]


def test_a_locked_meeting_that_lost_its_time_leaves_the_plan_instead_of_moving(factory, session, fair):
    factory.slots(fair, 2)
    factory.tables(fair, 1)
    exhibitor = factory.participant(fair, signs_in=False)
    meeting = factory.meeting(exhibitor, factory.participant(fair, role="buyer", signs_in=False), state="accepted")
    make(session, fair)
    meeting.is_locked = True
    factory.add(RepresentativeAbsence(representative_id=exhibitor.representative.id, slot_id=meeting.slot_id))
    placed = make(session, fair)
    assert (placed.placed, placed.dropped, placed.misses) == (0, 1, {"no_common_slot": 1})
    assert (meeting.state, meeting.slot_id, meeting.is_locked) == ("accepted", None, False)
    assert seats(session) == set()
    why = session.scalars(select(HistoryEntry.facts).where(HistoryEntry.action == "meeting_unscheduled")).all()
    assert why == [{"reason": "no_common_slot"}]


def test_only_a_scheduled_meeting_of_the_fair_can_be_locked_or_taken_out(factory, session, fair, busy):
    organizer = factory.organizer(fair)
    elsewhere = factory.fair()
    values = {"by": organizer.id, "now": NOW, "meeting_id": busy[0].id}
    with pytest.raises(Conflict):
        standing_plan.set_lock(session, fair_id=fair.id, is_locked=True, **values)
    with pytest.raises(Conflict):
        standing_plan.take_out(session, fair_id=fair.id, **values)
    make(session, fair)
    before, taken = plan(session, fair), seats(session)
    with pytest.raises(NotFound):
        standing_plan.set_lock(session, fair_id=elsewhere.id, is_locked=True, **values)
    with pytest.raises(NotFound):
        standing_plan.take_out(session, fair_id=elsewhere.id, **values)
    assert (plan(session, fair), seats(session), busy[0].is_locked) == (before, taken, False)


def test_while_the_fair_runs_nothing_is_placed_in_slots_that_have_begun(factory, session, fair):
    first, second, third = factory.slots(fair, 3)
    factory.tables(fair, 2)
    exhibitor = factory.participant(fair, signs_in=False)
    buyers = [factory.participant(fair, role="buyer", signs_in=False) for _ in range(4)]
    for slot in (second, third):
        factory.add(RepresentativeAbsence(representative_id=buyers[0].representative.id, slot_id=slot.id))
    under_way = factory.meeting(exhibitor, buyers[0], state="accepted")
    make(session, fair)
    where = (under_way.slot_id, under_way.table_id)
    assert where[0] == first.id
    for buyer in buyers[1:]:
        factory.meeting(exhibitor, buyer, state="accepted")
    now = first.starts_at
    loaded = fair_problem(session, fair_id=fair.id, now=now)
    assert str(under_way.id) not in {meeting.code for meeting in loaded.problem.meetings}
    make(session, fair, now=now)
    assert (under_way.state, under_way.slot_id, under_way.table_id) == ("scheduled", *where)
    others = [row for key, row in plan(session, fair).items() if key != under_way.id]
    assert {row[1] for row in others} == {second.id, third.id, None}
    assert sorted(row[0] for row in others) == ["accepted", "scheduled", "scheduled"]


def test_a_fair_recorded_afterwards_has_all_its_slots(session, fair, busy):
    assert make(session, fair, now=OPENING + timedelta(days=30)).placed == 12


def test_a_limit_counts_the_meetings_held_and_under_way(factory, session, fair):
    first, *_ = factory.slots(fair, 4)
    factory.tables(fair, 4)
    exhibitor = factory.participant(fair, signs_in=False)
    exhibitor.meetings_cap = 2
    held, *open_ = [
        factory.meeting(exhibitor, factory.participant(fair, role="buyer", signs_in=False), state="accepted")
        for _ in range(3)
    ]
    held.state, held.slot_id = "held", first.id
    placed = make(session, fair)
    assert (placed.asked, placed.placed, placed.misses) == (2, 1, {"maximum_reached": 1})
    assert sorted(meeting.state for meeting in open_) == ["accepted", "scheduled"]


def test_a_seat_of_a_meeting_on_record_is_not_given_away(factory, session, fair):
    (slot,) = factory.slots(fair, 1)
    factory.tables(fair, 2)
    exhibitor = factory.participant(fair, signs_in=False)
    held, waiting = (
        factory.meeting(exhibitor, factory.participant(fair, role="buyer", signs_in=False), state="accepted")
        for _ in range(2)
    )
    held.state, held.slot_id = "held", slot.id
    take_seats(session, bookings=[Booking(held.id, slot.id, (exhibitor.representative.id,))])
    assert make(session, fair).misses == {"no_common_slot": 1}
    assert waiting.state == "accepted"


def test_who_sits_beside_a_colleague_is_sent_nowhere_else(factory, session, fair):
    (slot,) = factory.slots(fair, 1)
    factory.tables(fair, 2)
    company = factory.company()
    exhibitor = factory.participant(fair, company=company, signs_in=False)
    one, other = (factory.participant(fair, role="buyer", signs_in=False) for _ in range(2))
    colleague = factory.representative(company)
    factory.add(FairPerson(participation_id=exhibitor.id, representative_id=colleague.id))
    stands = factory.meeting(exhibitor, one, state="accepted")
    make(session, fair)
    (sits,) = [key for kind, key, *_ in seats(session) if key in {exhibitor.representative.id, colleague.id}]
    beside = {exhibitor.representative.id, colleague.id} - {sits}
    for key in beside:
        factory.add(MeetingAttendee(meeting_id=stands.id, representative_id=key, side="exhibitor"))
        join_seats(session, bookings=[Booking(stands.id, slot.id, (key,))])
    waits = factory.meeting(exhibitor, other, state="accepted")
    before = seats(session)

    assert make(session, fair).misses
    assert (waits.state, seats(session)) == ("accepted", before)


def test_an_online_meeting_takes_no_table(factory, session, fair):
    factory.slots(fair, 1)
    meeting = factory.meeting(
        factory.participant(fair, signs_in=False),
        factory.participant(fair, role="buyer", signs_in=False),
        state="accepted",
        is_online=True,
    )
    assert make(session, fair).placed == 1
    assert (meeting.state, meeting.table_id) == ("scheduled", None)


def test_two_who_ask_for_a_run_get_the_same_one_and_one_job(factory, session, fair):
    asked = [scheduling.request_run(session, fair_id=fair.id, by=None, now=NOW) for _ in range(2)]
    assert asked[0] == asked[1]
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.facts) == ("solve_schedule", {"run_id": str(asked[0])})


def test_after_a_failure_or_a_run_that_never_ended_a_new_one_is_made(session, fair):
    first = scheduling.request_run(session, fair_id=fair.id, by=None, now=NOW)
    scheduling.fail_run(session, run_id=first, now=NOW)
    second = scheduling.request_run(session, fair_id=fair.id, by=None, now=NOW + timedelta(minutes=1))
    third = scheduling.request_run(session, fair_id=fair.id, by=None, now=NOW + 2 * LONGEST_RUN)
    assert len({first, second, third}) == 3
    assert len(session.scalars(select(Job)).all()) == 3
    assert scheduling.start_run(session, run_id=first) is None
    assert scheduling.start_run(session, run_id=second) is None
    assert scheduling.start_run(session, run_id=third) == (fair.id, scheduling.DEFAULT_SEED)


def test_only_agreed_meetings_are_scheduled(session, fair, busy):
    for meeting, state in zip(busy, ("requested", "declined", "withdrawn", "expired", "cancelled"), strict=False):
        meeting.state = state
    placed = make(session, fair)
    assert (placed.asked, placed.placed) == (7, 7)
    assert Counter(meeting.state for meeting in busy)["scheduled"] == 7
