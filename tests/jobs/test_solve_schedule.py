"""The job that makes a fair's schedule."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.scheduling import Progress, Stage
from matchmaker.jobs import runner, solve_schedule
from matchmaker.models import Job, Meeting, ScheduleRun, Seat
from matchmaker.models.engine import begin_writing
from matchmaker.services import scheduling
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Fairs this small need no long search for fewer waits, and the clock stands before the fair."""
    monkeypatch.setattr(sys.modules["matchmaker.domain.scheduling.solve"], "FEWEST_MOVES", 100)
    monkeypatch.setattr(runner, "TIMERS", ())
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair_id(factory, session):
    """A committed fair of two meetings; the session is left without a transaction, as the jobs process starts."""
    row = factory.fair()
    factory.slots(row, 2)
    factory.tables(row, 1)
    exhibitor = factory.participant(row, signs_in=False)
    for _ in range(2):
        factory.meeting(exhibitor, factory.participant(row, role="buyer", signs_in=False), state="accepted")
    key = row.id
    session.commit()
    return key


def ask(session, fair_id, *, seed=7):
    begin_writing(session)
    run_id = scheduling.request_run(session, fair_id=fair_id, seed=seed, by=None, now=NOW)
    session.commit()
    return run_id


def outcome(session, run_id):
    session.rollback()
    session.expire_all()
    run = session.get(ScheduleRun, run_id)
    states = sorted(session.scalars(select(Meeting.state)))
    return run.state, states, len(session.scalars(select(Seat.slot_id)).all())


def nothing():
    """Take the place of what renews a lease."""


def test_a_run_that_was_asked_for_is_done_and_its_job_finished(app, session, fair_id):
    run_id = ask(session, fair_id)
    runner.work(app, until_idle=True)
    assert outcome(session, run_id) == ("done", ["scheduled", "scheduled"], 6)
    assert session.scalars(select(Job)).one().finished_at is not None


def test_a_job_done_again_after_a_crash_leaves_the_finished_run_alone(session, fair_id):
    run_id = ask(session, fair_id)
    for _ in range(2):
        solve_schedule.run(facts={"run_id": str(run_id)}, renew=nothing)
    assert outcome(session, run_id) == ("done", ["scheduled", "scheduled"], 6)


def test_a_run_keeps_how_many_meetings_could_be_placed_and_what_would_make_room(factory, session):
    row = factory.fair()
    factory.slots(row, 2)
    factory.tables(row, 1)
    for _ in range(5):
        seller = factory.participant(row, signs_in=False)
        factory.meeting(seller, factory.participant(row, role="buyer", signs_in=False), state="accepted")
    key, day = row.id, row.opens_on.isoformat()
    session.commit()
    run_id = ask(session, key)
    solve_schedule.run(facts={"run_id": str(run_id)}, renew=nothing)
    assert outcome(session, run_id)[1] == ["accepted"] * 3 + ["scheduled"] * 2
    assert session.get(ScheduleRun, run_id).metrics["outlook"] == {
        "asked": 5,
        "most": 2,
        "tables": 1,
        "more": [
            {"kind": "table", "codes": ["A"], "found": 2, "most": 2},
            {"kind": "slot", "codes": [day], "found": 1, "most": 1},
        ],
    }


def test_the_seed_of_the_run_is_used(session, fair_id, monkeypatch):
    seeds = []
    solve = scheduling.solve

    def noting(loaded, *, seed, report, scope):
        seeds.append(seed)
        return solve(loaded, seed=seed, report=report, scope=scope)

    monkeypatch.setattr(scheduling, "solve", noting)
    solve_schedule.run(facts={"run_id": str(ask(session, fair_id, seed=42))}, renew=nothing)
    assert seeds == [42]


def answering(session, monkeypatch, *, times):
    """Let a meeting change behind the solver's back, the first so many times it runs."""
    solve, runs = scheduling.solve, []

    def interrupted(loaded, *, seed, report, scope):
        runs.append(len(loaded.problem.meetings))
        result = solve(loaded, seed=seed, report=report, scope=scope)
        if len(runs) <= times:
            begin_writing(session)
            meeting = session.scalars(select(Meeting).where(Meeting.state != "cancelled").order_by(Meeting.id)).first()
            meeting.is_online = not meeting.is_online
            session.commit()
        return result

    monkeypatch.setattr(scheduling, "solve", interrupted)
    return runs


def test_a_fair_that_changes_meanwhile_is_planned_anew(session, fair_id, monkeypatch):
    runs = answering(session, monkeypatch, times=1)
    run_id = ask(session, fair_id)
    solve_schedule.run(facts={"run_id": str(run_id)}, renew=nothing)
    assert (runs, outcome(session, run_id)) == ([2, 2], ("done", ["scheduled", "scheduled"], 5))


def test_a_fair_that_never_stands_still_fails_the_run_and_writes_nothing(session, fair_id, monkeypatch):
    runs = answering(session, monkeypatch, times=solve_schedule.MOST_TRIES)
    run_id = ask(session, fair_id)
    with pytest.raises(Conflict):
        solve_schedule.run(facts={"run_id": str(run_id)}, renew=nothing)
    assert len(runs) == solve_schedule.MOST_TRIES
    assert outcome(session, run_id) == ("failed", ["accepted", "accepted"], 0)


def test_a_plan_with_a_fault_is_never_written(session, fair_id, monkeypatch):
    monkeypatch.setattr(scheduling, "validate", lambda **_plan: ("a person is in two places",))
    run_id = ask(session, fair_id)
    with pytest.raises(scheduling.UnsoundPlanError, match="two places"):
        solve_schedule.run(facts={"run_id": str(run_id)}, renew=nothing)
    assert outcome(session, run_id) == ("failed", ["accepted", "accepted"], 0)


def test_progress_is_noted_and_never_goes_back(session, fair_id, monkeypatch):
    seen = []

    def solve(loaded, *, seed, report, scope):
        for stage in (Stage.CONSTRUCT, Stage.IMPROVE, Stage.CONSTRUCT):
            report(Progress(stage=stage, done=1, total=1))
        raise Conflict("stopped")

    monkeypatch.setattr(solve_schedule, "SECONDS_BETWEEN_NOTES", 0)
    monkeypatch.setattr(solve_schedule, "MOST_TRIES", 1)
    monkeypatch.setattr(scheduling, "solve", solve)
    run_id = ask(session, fair_id)

    def look():
        seen.append(session.get(ScheduleRun, run_id, populate_existing=True).metrics["progress"]["done"])
        session.rollback()

    with pytest.raises(Conflict):
        solve_schedule.run(facts={"run_id": str(run_id)}, renew=look)
    assert seen == [1, 2, 2]
