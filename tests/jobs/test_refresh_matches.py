"""The job that matches a fair anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import LabelPair
from matchmaker.jobs import refresh_matches, runner
from matchmaker.models import Job, MatchRun, Suggestion
from matchmaker.models.engine import begin_writing
from matchmaker.services import matching


@pytest.fixture(scope="module")
def matcher():
    return Matcher.fit(label_pairs=[LabelPair(vi="trà xanh", en="green tea"), LabelPair(vi="tre", en="bamboo")])


@pytest.fixture(autouse=True)
def learned(monkeypatch, matcher):
    """Learning from all the labels takes seconds, and has its own tests."""
    monkeypatch.setattr(refresh_matches, "fitted_matcher", lambda **_where: matcher)
    monkeypatch.setattr(runner, "TIMERS", ())


@pytest.fixture
def fair_id(factory, session):
    """A committed fair of one pair; the session is left without a transaction, as the jobs process starts."""
    row = factory.fair()
    factory.offer(factory.participant(row, signs_in=False), "Green tea")
    factory.need(factory.participant(row, role="buyer", signs_in=False), "Green tea leaves")
    key = row.id
    session.commit()
    return key


def ask(session, fair_id, **later):
    begin_writing(session)
    run_id = matching.request_run(session, fair_id=fair_id, by=None, now=clock.now() + timedelta(**later))
    session.commit()
    return run_id


def state(session, run_id):
    session.rollback()
    found = session.scalar(select(MatchRun.state).where(MatchRun.id == run_id))
    session.rollback()
    return found


def test_a_run_that_was_asked_for_is_done_and_its_job_finished(app, session, fair_id):
    run_id = ask(session, fair_id)
    runner.work(app, until_idle=True)
    assert state(session, run_id) == "done"
    assert len(session.scalars(select(Suggestion)).all()) == 1
    assert session.scalars(select(Job)).one().finished_at is not None


def test_a_job_done_again_after_a_crash_leaves_the_finished_run_alone(app, session, fair_id):
    run_id = ask(session, fair_id)
    facts = {"fair_id": str(fair_id), "run_id": str(run_id)}
    refresh_matches.run(facts=facts, renew=lambda: None)
    kept = session.scalars(select(Suggestion.id)).all()
    session.rollback()
    refresh_matches.run(facts=facts, renew=lambda: None)
    assert session.scalars(select(Suggestion.id)).all() == kept


def test_a_run_that_fails_says_so_and_keeps_the_suggestions_from_before(session, fair_id, monkeypatch):
    refresh_matches.run(facts={"fair_id": str(fair_id), "run_id": str(ask(session, fair_id))}, renew=lambda: None)
    kept = session.scalars(select(Suggestion.id)).all()
    session.rollback()
    later = ask(session, fair_id, minutes=1)

    def fail(*_args, **_named):
        raise RuntimeError("no memory left")

    monkeypatch.setattr(matching, "match", fail)
    with pytest.raises(RuntimeError, match="no memory left"):
        refresh_matches.run(facts={"fair_id": str(fair_id), "run_id": str(later)}, renew=lambda: None)
    assert state(session, later) == "failed"
    assert session.scalars(select(Suggestion.id)).all() == kept


def test_the_lease_is_renewed_after_every_step(session, fair_id):
    renewed = []
    run_id = ask(session, fair_id)
    refresh_matches.run(
        facts={"fair_id": str(fair_id), "run_id": str(run_id)}, renew=lambda: renewed.append(state(session, run_id))
    )
    assert renewed == ["running", "running", "done"]


def test_the_job_of_a_run_that_is_gone_does_nothing(session, factory, fair_id):
    refresh_matches.run(facts={"fair_id": str(fair_id), "run_id": str(factory.unknown_id())}, renew=lambda: None)
    assert session.scalars(select(Suggestion.id)).all() == []
