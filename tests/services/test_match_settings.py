"""The weights of a fair, trials of others, and what its answers teach."""

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Refused
from matchmaker.domain.matching.factors import FACTORS, Weights
from matchmaker.domain.matching.feedback import LearningReport
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.models import HistoryEntry, Job, MatchRun, OutcomeReport, SuggestionAnswer
from matchmaker.services import match_learning, match_settings
from matchmaker.services.match_learning import answers_of
from matchmaker.services.match_profiles import fair_profiles
from matchmaker.services.match_settings import DEFAULTS, Settings, settings_of, tuned
from tests.factories import OPENING

NOW = OPENING - timedelta(days=20)


@pytest.fixture
def fair(factory):
    return factory.fair()


def test_what_may_be_weighed_is_what_the_matcher_weighs_and_by_its_own_values():
    assert [factor.value for factor in FACTORS] == list(DEFAULTS)
    assert {field.name: field.default for field in fields(Weights) if field.name in DEFAULTS} == dict(DEFAULTS)


def test_a_fair_without_settings_uses_the_defaults_and_learns(session, fair):
    assert settings_of(session, fair_id=fair.id) == Settings()


def test_adopted_weights_forget_what_was_learned_on_others_and_ask_for_a_run(session, fair):
    key = {"fair_id": fair.id}
    report = LearningReport(answered_needs=60, is_promoted=True, reason="won_latest_block")
    match_settings.keep_learned(session, learned={"stage": 1.0}, report=report, **key)
    run = match_settings.adopt(session, weights={**DEFAULTS, "stage": 0.8}, by=None, now=NOW, **key)
    assert settings_of(session, **key) == Settings(weights={"stage": 0.8})
    assert session.scalars(select(Job.facts)).one()["run_id"] == str(run)
    actions = set(session.scalars(select(HistoryEntry.action).where(HistoryEntry.fair_id == fair.id)))
    assert {"match_weights_adopted", "match_requested"} <= actions


@pytest.mark.parametrize("weights", [{"item": -0.1}, {"item": 2.1}, {"item": float("nan")}, {"centre": 1.0}])
def test_a_weight_out_of_range_or_unknown_is_refused(session, fair, weights):
    with pytest.raises(Refused):
        match_settings.adopt(session, fair_id=fair.id, weights=weights, by=None, now=NOW)
    assert settings_of(session, fair_id=fair.id) == Settings()


def test_learning_is_switched_off_and_on_without_forgetting_and_is_forgotten_on_demand(session, fair):
    key = {"fair_id": fair.id}
    report = LearningReport(answered_needs=60, is_promoted=True, reason="won_latest_block")
    match_settings.keep_learned(session, learned={"stage": 1.0}, report=report, **key)
    match_settings.set_learning(session, is_on=False, by=None, now=NOW, **key)
    off = settings_of(session, **key)
    match_settings.set_learning(session, is_on=True, by=None, now=NOW, **key)
    match_settings.forget(session, by=None, now=NOW, **key)
    assert (off.is_learning, off.learned, settings_of(session, **key)) == (
        False,
        {"stage": 1.0},
        Settings(learns_from=NOW),
    )


def test_a_matcher_is_tuned_by_what_was_learned_only_while_it_may_learn():
    matcher = Matcher.fit()
    settings = Settings(weights={"stage": 0.8}, learned={"stage": 1.5})
    off = Settings(weights={"stage": 0.8}, learned={"stage": 1.5}, is_learning=False)
    found = [tuned(matcher, settings), tuned(matcher, off), tuned(matcher, settings, with_learned=False)]
    assert [(one.weights.stage, one.is_learned) for one in found] == [(1.5, True), (0.8, False), (0.8, False)]
    assert tuned(matcher, Settings()) is matcher


@pytest.fixture
def pair(factory, session, fair):
    """An exhibitor and a buyer whose suggestion quotes a need and an offer."""
    seller, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    run = factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW))
    factory.suggestion(
        seller,
        buyer,
        run_id=run.id,
        score=0.5,
        label="default",
        contributions=[],
        best_pair={"need": "tiles", "offer": "gạch"},
    )
    for one in (seller, buyer):
        one.profile_changed_at = NOW - timedelta(days=1)
    session.flush()
    return seller, buyer


def graded(session, fair, since=None):
    profiles = fair_profiles(session, fair_id=fair.id)
    found = answers_of(session, fair_id=fair.id, profiles=profiles, since=since)
    return {(one.asker, one.text): one.grade for one in found}


@pytest.mark.parametrize(
    ("values", "exhibitor", "buyer"),
    [
        ({"state": "requested"}, None, 1),
        ({"state": "declined", "close_reason": "not_relevant"}, 0, 1),
        ({"state": "declined", "close_reason": "no_time"}, None, 1),
        ({"state": "accepted"}, 2, 2),
        ({"state": "held"}, 3, 3),
        ({"state": "requested", "requested_by": "organizer"}, None, None),
    ],
)
def test_each_side_is_graded_by_what_it_said(factory, session, fair, pair, values, exhibitor, buyer):
    seller, wanting = pair
    factory.meeting(seller, wanting, **{"requested_by": "buyer", "requested_at": NOW, **values})
    said = {(str(seller.id), "gạch"): exhibitor, (str(wanting.id), "tiles"): buyer}
    assert graded(session, fair) == {key: grade for key, grade in said.items() if grade is not None}


def test_a_deal_is_the_best_grade_and_only_want_of_fit_the_worst(factory, session, fair, pair):
    seller, buyer = pair
    meeting = factory.meeting(seller, buyer, state="held", requested_by="buyer", requested_at=NOW)
    factory.add(
        OutcomeReport(
            fair_id=fair.id,
            meeting_id=meeting.id,
            side="buyer",
            entry=1,
            outcome="order",
            evidence="none",
            stated_at=NOW,
        )
    )
    assert set(graded(session, fair).values()) == {4}
    stranger = factory.participant(fair, role="buyer")
    for reason in ("known_already", "not_relevant"):
        session.merge(
            SuggestionAnswer(
                participation_id=stranger.id, other_id=seller.id, answer="not_interested", reason=reason, at=NOW
            )
        )
        session.flush()
        # There is no text of theirs to learn from, since the pair was never suggested.
        assert set(graded(session, fair).values()) == {4}


def test_answers_before_a_reset_are_left_out(factory, session, fair, pair):
    factory.meeting(*pair, state="accepted", requested_by="buyer", requested_at=NOW)
    assert graded(session, fair, since=NOW - timedelta(seconds=1))
    assert graded(session, fair, since=NOW) == {}


def test_nothing_is_learned_while_learning_is_off_or_without_answers(factory, session, fair, pair):
    factory.meeting(*pair, state="accepted", requested_by="buyer", requested_at=NOW)
    profiles = fair_profiles(session, fair_id=fair.id)
    answers = answers_of(session, fair_id=fair.id, profiles=profiles, since=None)
    matcher = Matcher.fit()
    assert match_learning.learned(matcher, profiles, answers, Settings(is_learning=False)) is None
    assert match_learning.learned(matcher, profiles, [], Settings()) is None
    weights, report = match_learning.learned(matcher, profiles, answers, Settings())
    assert (weights, report.reason) == ({}, "too_few_answers")
