"""A company's suggestions and its answers to them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import HistoryEntry, MatchRun, Suggestion, SuggestionAnswer, Veto
from matchmaker.services import fairs, own_meetings, suggestions
from matchmaker.services.suggestions import NoInterest
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def fair(factory):
    return factory.fair()


@pytest.fixture
def run(factory, fair):
    return factory.add(MatchRun(fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW))


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyers(factory, fair):
    return [factory.participant(fair, role="buyer", name=f"Buyer {letter}") for letter in "ABC"]


@pytest.fixture
def suggest(factory, run):
    def add(exhibitor, buyer, rank):
        return factory.suggestion(
            exhibitor,
            buyer,
            run_id=run.id,
            exhibitor_rank=rank,
            buyer_rank=rank,
            score=0.5,
            label="default",
            contributions=[],
        )

    return add


@pytest.fixture
def listed(exhibitor, buyers, suggest):
    """The exhibitor has all three buyers on its list, and they have it on theirs."""
    for rank, buyer in enumerate(buyers, start=1):
        suggest(exhibitor, buyer, rank)


def member(session, participation):
    (me,) = fairs.memberships(session, fair_id=participation.fair_id, account_id=participation.account.id)
    return me


def names(session, participation):
    return [one.name for one in suggestions.suggested(session, me=member(session, participation))]


def answers(session):
    rows = session.execute(
        select(SuggestionAnswer.participation_id, SuggestionAnswer.other_id, SuggestionAnswer.answer)
    )
    return {tuple(row) for row in rows}


def test_each_side_reads_its_own_list_in_order_of_rank(session, exhibitor, buyers, listed):
    assert names(session, exhibitor) == ["Buyer A", "Buyer B", "Buyer C"]
    assert [names(session, buyer) for buyer in buyers] == [["Trà Núi Mây"]] * 3


def test_a_pair_without_rank_on_ones_own_list_is_not_shown(session, exhibitor, buyers, suggest):
    pair = suggest(exhibitor, buyers[0], 1)
    pair.exhibitor_rank = None
    session.flush()
    assert (names(session, exhibitor), names(session, buyers[0])) == ([], ["Trà Núi Mây"])


def test_a_company_no_longer_approved_leaves_the_list(session, exhibitor, buyers, listed):
    buyers[0].status = ParticipationStatus.HELD
    session.flush()
    assert names(session, exhibitor) == ["Buyer B", "Buyer C"]


def test_a_veto_of_either_side_takes_the_pair_off_both_lists(factory, session, exhibitor, buyers, listed):
    factory.add(Veto(participation_id=exhibitor.id, other_company_id=buyers[0].company_id, reason="other", at=NOW))
    factory.add(Veto(participation_id=buyers[1].id, other_company_id=exhibitor.company_id, reason="other", at=NOW))
    assert names(session, exhibitor) == ["Buyer C"]
    assert [names(session, buyer) for buyer in buyers] == [[], [], ["Trà Núi Mây"]]


def test_answers_are_kept_changed_and_taken_back(session, fair, exhibitor, buyers, listed):
    me, other = member(session, exhibitor), buyers[0].id
    key = {"fair_id": fair.id, "me": me, "other_id": other, "now": NOW}
    suggestions.save(session, **key)
    assert (names(session, exhibitor)[0], answers(session)) == ("Buyer A", {(exhibitor.id, other, "saved")})
    suggestions.not_interested(session, reason=NoInterest.COMPETITOR, **key)
    assert (names(session, exhibitor), answers(session)) == (
        ["Buyer B", "Buyer C"],
        {(exhibitor.id, other, "not_interested")},
    )
    suggestions.take_back(session, **key)
    assert (names(session, exhibitor)[0], answers(session)) == ("Buyer A", set())
    told = session.execute(select(HistoryEntry.action, HistoryEntry.fair_id, HistoryEntry.by_account_id)).all()
    assert [tuple(row) for row in told] == [
        (action, fair.id, me.account_id)
        for action in ("suggestion_saved", "suggestion_not_interested", "suggestion_answer_taken_back")
    ]
    assert names(session, buyers[0]) == ["Trà Núi Mây"]


def test_a_no_can_be_taken_back_after_a_run_has_dropped_the_pair(session, fair, exhibitor, buyers, listed):
    key = {"fair_id": fair.id, "me": member(session, exhibitor), "other_id": buyers[0].id, "now": NOW}
    suggestions.not_interested(session, reason=NoInterest.OTHER, **key)
    session.delete(session.scalars(select(Suggestion).where(Suggestion.buyer_id == buyers[0].id)).one())
    session.flush()
    suggestions.take_back(session, **key)
    assert answers(session) == set()


def test_nothing_can_be_said_to_a_company_that_was_not_suggested(factory, session, exhibitor, fair, suggest):
    stranger = factory.participant(factory.fair(), role="buyer")
    others = factory.participant(fair, role="buyer")
    suggest(factory.participant(fair), others, 1)
    me = member(session, exhibitor)
    for other_id in (stranger.id, others.id, factory.unknown_id()):
        key = {"fair_id": exhibitor.fair_id, "me": me, "other_id": other_id, "now": NOW}
        with pytest.raises(NotFound):
            suggestions.save(session, **key)
        with pytest.raises(NotFound):
            suggestions.not_interested(session, reason=NoInterest.OTHER, **key)
        with pytest.raises(NotFound):
            suggestions.take_back(session, **key)
    assert answers(session) == set()


def test_the_newest_meeting_that_is_not_closed_counts(factory, session, exhibitor, buyers):
    factory.meeting(exhibitor, buyers[0], state="declined", requested_by="exhibitor")
    open_ = factory.meeting(exhibitor, buyers[0], requested_at=OPENING + timedelta(hours=1))
    factory.meeting(exhibitor, buyers[1], state="withdrawn")
    mine, theirs = (
        own_meetings.of(session, fair_id=exhibitor.fair_id, me=member(session, one)) for one in (exhibitor, buyers[0])
    )
    assert mine.rows[-1].id == open_.id
    assert {key: one.id for key, one in mine.with_whom.items()} == {buyers[0].id: open_.id}
    assert (mine.declined, theirs.declined) == ({buyers[0].id}, set())


def test_a_fair_without_a_run_has_none(session, fair):
    assert suggestions.last_run(session, fair_id=fair.id) is None
