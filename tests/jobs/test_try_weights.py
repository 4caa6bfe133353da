"""Other weights are tried beside the current ones, and nobody's list changes by it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import LabelPair
from matchmaker.jobs import refresh_matches, rematch_company, runner, try_weights
from matchmaker.models import MatchRun, MatchTrial, Suggestion
from matchmaker.services import match_settings, match_trials, matching, rematching
from matchmaker.services.match_settings import DEFAULTS
from tests.factories import OPENING

LATER = OPENING + timedelta(minutes=5)
BY_STAGE = {**DEFAULTS, "item": 0.0, "document": 0.0, "character": 0.0, "stage": 2.0}


@pytest.fixture(scope="module")
def matcher():
    return Matcher.fit(label_pairs=[LabelPair(vi="trà xanh", en="green tea"), LabelPair(vi="gỗ", en="wood")])


@pytest.fixture(autouse=True)
def learned(monkeypatch, matcher):
    for job in (refresh_matches, rematch_company, try_weights):
        monkeypatch.setattr(job, "fitted_matcher", lambda **_where: matcher)
    monkeypatch.setattr(runner, "TIMERS", ())


@pytest.fixture
def fair(app, factory, session):
    """Two sellers and two buyers, lists of one: by text the first two meet, by stage the first and the last."""
    row = factory.fair(list_length=1)
    key = row.id
    for text, stage in (("green tea", "retail"), ("wood", "manufacture")):
        seller = factory.participant(row, signs_in=False, stage=stage)
        factory.offer(seller, text)
        buyer = factory.participant(row, role="buyer", signs_in=False, stage=stage)
        factory.need(buyer, text)
    run_id = matching.request_run(session, fair_id=key, by=None, now=OPENING)
    session.commit()
    work(app, session)
    assert session.get(MatchRun, run_id).state == "done"
    session.rollback()
    return key


def work(app, session):
    session.rollback()
    runner.work(app, until_idle=True)
    session.rollback()


def lists(session, fair_id):
    found = session.scalars(select(Suggestion).where(Suggestion.fair_id == fair_id))
    return {(row.exhibitor_id, row.buyer_id): row.score for row in found}


def test_a_trial_compares_and_leaves_every_list_as_it_is(app, session, fair):
    before = lists(session, fair)
    match_trials.request_trial(session, fair_id=fair, weights=BY_STAGE, now=LATER)
    session.commit()
    work(app, session)
    trial = match_trials.last_trial(session, fair_id=fair)
    assert (trial.state, trial.result["lists"], trial.result["lists_changed"]) == ("done", 4, 4)
    assert len(trial.names) == 4
    assert lists(session, fair) == before


def test_adopted_weights_are_those_of_the_next_run_and_of_the_company_matched_alone(app, session, fair):
    before = lists(session, fair)
    run_id = match_settings.adopt(session, fair_id=fair, weights=BY_STAGE, by=None, now=LATER)
    session.commit()
    work(app, session)
    run = session.get(MatchRun, run_id)
    assert (run.state, run.weights["stage"], run.weights["item"]) == ("done", 2.0, 0.0)
    after = lists(session, fair)
    assert after.keys().isdisjoint(before)
    one = next(iter(after))[0]
    rematching.profile_changed(session, fair_id=fair, participation_id=one, now=LATER + timedelta(minutes=1))
    session.commit()
    work(app, session)
    again = lists(session, fair)
    assert {pair: score for pair, score in again.items() if pair in after} == pytest.approx(after)


def test_a_trial_that_breaks_has_failed_and_one_asked_for_later_is_done(app, session, fair, monkeypatch):
    def broken(*_values):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(match_trials, "tried", broken)
        match_trials.request_trial(session, fair_id=fair, weights=BY_STAGE, now=LATER)
        session.commit()
        work(app, session)
        assert match_trials.last_trial(session, fair_id=fair).state == "failed"
    match_trials.request_trial(session, fair_id=fair, weights=BY_STAGE, now=LATER + timedelta(minutes=1))
    session.commit()
    work(app, session)
    assert sorted(session.scalars(select(MatchTrial.state))) == ["done", "failed"]


def test_weights_out_of_range_are_not_tried(session, fair):
    with pytest.raises(Refused):
        match_trials.request_trial(session, fair_id=fair, weights={"item": 99.0}, now=LATER)
    assert session.scalars(select(MatchTrial)).all() == []
