from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from matchmaker import clock
from matchmaker.jobs import runner
from matchmaker.models import Job
from matchmaker.models.engine import begin_writing
from matchmaker.services import jobs


@pytest.fixture
def calls(monkeypatch):
    """Replace what jobs do by a list of what they were asked."""
    seen = []

    def note(*, facts, renew):
        seen.append(facts)

    monkeypatch.setitem(runner.HANDLERS, "note", note)
    monkeypatch.setattr(runner, "TIMERS", ())
    return seen


def test_a_due_job_is_done_once_and_finished(app, session, calls):
    jobs.enqueue(session, kind="note", once="n", now=clock.now(), word="hello")
    session.commit()
    runner.work(app, until_idle=True)
    runner.work(app, until_idle=True)
    assert calls == [{"word": "hello"}]


def test_the_same_work_waits_only_once(session):
    for _ in range(3):
        jobs.enqueue(session, kind="note", once="the same", now=clock.now())
    assert session.query(Job).count() == 1


def test_a_job_that_the_database_refuses_for_another_reason_is_not_passed_over(session):
    with pytest.raises(IntegrityError):
        jobs.enqueue(session, kind=None, once="n", now=clock.now())


def test_finished_work_may_be_asked_for_again(app, session, calls):
    session.commit()
    for number in (1, 2):
        begin_writing(session)
        jobs.enqueue(session, kind="note", once="the same", now=clock.now(), number=number)
        session.commit()
        runner.work(app, until_idle=True)
    assert calls == [{"number": 1}, {"number": 2}]


def test_a_job_whose_worker_died_is_taken_again_after_its_lease_and_not_before(session):
    now = clock.now()
    jobs.enqueue(session, kind="note", once="n", now=now)
    first = jobs.take(session, now=now)
    during = jobs.take(session, now=now + jobs.LEASE - timedelta(seconds=1))
    after = jobs.take(session, now=now + jobs.LEASE + timedelta(seconds=1))
    assert ([job.attempts for job in first], during, [job.attempts for job in after]) == ([1], [], [2])


def test_a_failing_job_pauses_longer_each_time_and_ends_with_its_failure_kept(app, session, monkeypatch):
    def fail(*, facts, renew):
        raise RuntimeError("no")

    monkeypatch.setitem(runner.HANDLERS, "note", fail)
    monkeypatch.setattr(runner, "TIMERS", ())
    start = clock.now()
    jobs.enqueue(session, kind="note", once="n", now=start)
    session.commit()
    for number in range(jobs.MOST_ATTEMPTS):
        monkeypatch.setattr("matchmaker.clock.now", lambda number=number: start + timedelta(hours=number))
        runner.work(app, until_idle=True)
    session.expire_all()
    job = session.query(Job).one()
    assert (job.attempts, job.failure, job.finished_at is None) == (jobs.MOST_ATTEMPTS, "RuntimeError", False)


def test_a_timer_that_fails_does_not_stop_the_others(app, session, monkeypatch):
    seen = []

    def broken(now):
        raise RuntimeError("no")

    def working(now):
        seen.append(now)
        return 0

    monkeypatch.setattr(runner, "TIMERS", (broken, working))
    session.commit()
    runner.work(app, until_idle=True)
    assert len(seen) == 1


def test_a_database_that_is_away_is_waited_for(app, session, calls, monkeypatch):
    class StoppedError(Exception):
        pass

    def stop_when_done(_seconds):
        if calls:
            raise StoppedError

    def away(*_args, **_kwargs):
        monkeypatch.setattr(jobs, "take", take)
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    take = jobs.take
    jobs.enqueue(session, kind="note", once="n", now=clock.now(), word="hello")
    session.commit()
    monkeypatch.setattr(jobs, "take", away)
    monkeypatch.setattr(runner.time, "sleep", stop_when_done)
    with pytest.raises(StoppedError):
        runner.work(app)
    assert calls == [{"word": "hello"}]
