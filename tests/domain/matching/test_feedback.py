import numpy as np
import pytest

from matchmaker.domain.matching.factors import FACTORS, Weights
from matchmaker.domain.matching.feedback import Answer, AnswerModel, learned_weights, ndcg
from matchmaker.domain.matching.learning import AnsweredNeed, learn_from_answers
from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.search import Query
from tests.domain.matching.conftest import exhibitor


def _answers(count, top=4):
    return [Answer(features={"fit": n % 2, "noise": n % 3}, grade=top * (n % 2), at=f"{n:04d}") for n in range(count)]


@pytest.mark.parametrize("count", [40, 400])
@pytest.mark.parametrize("top", [1, 4])
def test_it_learns_what_earned_a_yes_on_either_grade_scale(count, top):
    chances = AnswerModel().fit(_answers(count, top)).predict_proba([{"fit": 1.0}, {"fit": 0.0}])[:, 1]
    assert chances[0] > chances[1]


def test_the_order_of_the_answers_teaches_nothing():
    lines = [{"fit": 0.3, "noise": 1.0}, {"noise": 2.0}]
    first, second = (AnswerModel().fit(answers).predict_proba(lines) for answers in (_answers(60), _answers(60)[::-1]))
    assert first.tolist() == second.tolist()


def test_one_outcome_only_gives_everyone_the_same_chance():
    model = AnswerModel().fit([Answer(features={"fit": 1.0}, grade=4), Answer(features={"fit": 0.0}, grade=4)])
    assert len(set(model.predict_proba([{"fit": 0.0}, {"fit": 9.0}])[:, 1])) == 1


def test_no_answer_at_all_is_refused():
    with pytest.raises(ValueError, match="no graded pair"):
        AnswerModel().fit([])


def test_unheard_features_and_missing_numbers_are_unknown():
    chances = AnswerModel().fit(_answers(40)).predict_proba([{"new": 5.0, "fit": float("nan")}, {}])
    assert chances[0].tolist() == chances[1].tolist()


def test_learned_weights_lean_on_the_default_until_there_is_enough():
    features = np.zeros((40, len(FACTORS)))
    features[::2, FACTORS.index("stage")] = 1.0
    grades = np.where(np.arange(40) % 2 == 0, 4.0, 0.0)
    few, many = (learned_weights(features, grades, needs, Weights()) for needs in (10, 100_000))
    assert few.item == pytest.approx(Weights().item / Weights().spread * 100 / 110)
    assert many.stage > many.item == pytest.approx(0.0, abs=1e-3)


def test_ndcg_is_one_for_the_ideal_order_and_falls_with_the_place():
    assert ndcg([4, 1, 0], [1, 0, 4]) == pytest.approx(1.0)
    assert ndcg([0, 4], [4, 0]) == pytest.approx(1 / np.log2(3))
    assert ndcg([0], [0]) == 0.0


SELLERS = [
    exhibitor(f"e{n}", text, stage="manufacture" if n % 2 else "retail")
    for n, text in enumerate(["gạch ốp lát", "gỗ", "cà phê", "giấy"])
]


def _need(number, grades):
    query = Query(id=str(number), text="tiles", side_wanted=Side.EXHIBITOR)
    return AnsweredNeed(query=query, grades=grades, at=f"{number:03d}")


@pytest.mark.parametrize(
    ("count", "grades", "reason"),
    [
        (49, {"e0": 4, "e1": 0}, "too_few_answers"),
        (50, {"e0": 4}, "one_outcome_only"),
        (60, {"e0": 4, "e1": 0}, "did_not_win"),
    ],
)
def test_the_default_stays_until_learning_wins(matcher, count, grades, reason):
    weights, report = learn_from_answers(matcher, [_need(n, grades) for n in range(count)], SELLERS)
    assert (weights, report.answered_needs, report.is_promoted, report.reason) == (
        matcher.weights,
        count,
        False,
        reason,
    )


def test_answers_that_contradict_the_default_change_it(matcher):
    weights, report = learn_from_answers(matcher, [_need(n, {"e3": 4, "e0": 0}) for n in range(400)], SELLERS)
    assert (report.is_promoted, report.reason) == (True, "won_latest_block")
    assert weights.item < matcher.weights.item / matcher.weights.spread
    assert report.ndcg_learned > report.ndcg_default


def test_an_offer_that_only_repeats_the_answered_need_is_not_learned_from(matcher):
    leaky = [exhibitor("e0", "tiles"), *SELLERS[1:]]
    honest = [exhibitor("e0"), *SELLERS[1:]]
    needs = [_need(n, {"e0": 4, "e1": 0}) for n in range(60)]
    assert (
        learn_from_answers(matcher, needs, leaky)[1].ndcg_default
        == learn_from_answers(matcher, needs, honest)[1].ndcg_default
    )
