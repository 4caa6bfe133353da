"""Learning from answers and outcomes: never from clicks, never from how often anyone is shown.

Grades: 0 passed over by an explicit "not interested", 1 requested, 2 accepted, 3 held and useful, 4 deal. A decline for
want of time is no grade at all. A grade g counts as g/4 of a yes and the rest of a no, so one logistic regression
learns the whole ladder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from matchmaker.domain.matching.factors import FACTORS, Weights

Floats = NDArray[np.float64]

BEST_GRADE: Final = 4
ENOUGH_NEEDS: Final = 50
MANY_NEEDS: Final = 300
HALF_TRUST: Final = 100
LATEST_SHARE: Final = 0.2
LEAST_CHANCE: Final = 1e-6
# A challenger must be clearly better on unseen answers, since it can explain itself less well.
CLEARLY: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answered suggestion as it looked when it was made: its features, its grade, and when (sortable)."""

    features: Mapping[str, float]
    grade: float
    at: str = ""


def _strictness(count: int) -> float:
    """The regularisation C: strong, a little less above 300 answers."""
    return 0.01 if count <= MANY_NEEDS else 0.1


def _soft(grades: Floats) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Each graded line twice, as a yes and as a no, with the weights its grade gives; lines of weight 0 left out."""
    share = np.clip(grades, 0, BEST_GRADE) / BEST_GRADE
    line = np.tile(np.arange(len(grades)), 2)
    target = np.repeat([1, 0], len(grades))
    weight = np.r_[share, 1 - share]
    kept = weight > 0
    return target[kept], weight[kept], line[kept]


class AnswerModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no type hints.
    """The chance of a yes from named numeric features, missing ones allowed.

    A regularised logistic regression; boosted trees are tried from 300 answers on and taken only if they beat it
    clearly on the latest block of answers. With one outcome only, the chance is the same for every pair.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, answers: Sequence[Answer], _target: object = None) -> Self:
        """Learn from the answers; their order matters only through `at`. Raises ValueError without any answer."""
        if not answers:
            raise ValueError("no graded pair to learn from")
        ordered = sorted(answers, key=lambda answer: (answer.at, answer.grade, sorted(answer.features.items())))
        self.names_ = sorted({name for answer in ordered for name in answer.features})
        # The best grade present is a full yes: data that only knows yes and no says 1, not 4.
        grades = np.array([answer.grade for answer in ordered], dtype=float)
        grades *= BEST_GRADE / max(1.0, grades.max())
        table = self._table([answer.features for answer in ordered])
        self.classes_ = np.array([0, 1])
        self.is_boosted_ = False
        self.model_ = self._linear(table, grades)
        if len(ordered) >= MANY_NEEDS and self.model_ is not None:
            self._challenge(table, grades)
        self.share_ = float(np.clip(grades.mean() / BEST_GRADE, LEAST_CHANCE, 1 - LEAST_CHANCE))
        return self

    def predict_proba(self, features: Sequence[Mapping[str, float]]) -> Floats:
        """The chances of no and yes, a line per pair, never exactly 0 or 1."""
        yes = np.full(len(features), self.share_)
        if self.model_ is not None and len(features):
            yes = self.model_.predict_proba(self._table(features))[:, 1]
        yes = np.clip(yes, LEAST_CHANCE, 1 - LEAST_CHANCE)
        return np.column_stack([1 - yes, yes])

    def _table(self, features: Sequence[Mapping[str, float]]) -> Floats:
        table = np.array([[line.get(name, np.nan) for name in self.names_] for line in features], dtype=float)
        return np.where(np.isfinite(table), table, np.nan).reshape(len(features), len(self.names_))

    def _linear(self, table: Floats, grades: Floats) -> Pipeline | None:
        target, weight, line = _soft(grades)
        if len(set(target)) < len(self.classes_) or not self.names_:
            return None
        model = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(C=_strictness(len(grades)), max_iter=1000),
        )
        model.fit(table[line], target, logisticregression__sample_weight=weight)
        return model

    def _boosted(self, table: Floats, grades: Floats) -> HistGradientBoostingClassifier:
        target, weight, line = _soft(grades)
        model = HistGradientBoostingClassifier(
            max_depth=3,
            learning_rate=0.05,
            max_iter=150,
            min_samples_leaf=40,
            l2_regularization=10.0,
            early_stopping=False,
            random_state=self.seed,
        )
        return model.fit(table[line], target, sample_weight=weight)

    def _challenge(self, table: Floats, grades: Floats) -> None:
        """Try boosted trees against the regression on the latest fifth of the answers."""
        cut = int(len(grades) * (1 - LATEST_SHARE))
        target, weight, line = _soft(grades[cut:])
        champion = self._linear(table[:cut], grades[:cut])
        if champion is None or len(set(target)) < len(self.classes_):
            return
        losses = [
            log_loss(target, model.predict_proba(table[cut:][line])[:, 1], sample_weight=weight)
            for model in (champion, self._boosted(table[:cut], grades[:cut]))
        ]
        if losses[1] < losses[0] - CLEARLY:
            self.model_ = self._boosted(table, grades)
            self.is_boosted_ = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningReport:
    """What the organizer is shown of a learning run, both figures measured on the latest block of answers."""

    answered_needs: int
    is_promoted: bool
    reason: str
    ndcg_default: float = 0.0
    ndcg_learned: float = 0.0
    gini_default: float = 0.0
    gini_learned: float = 0.0
    never_shown_default: float = 0.0
    never_shown_learned: float = 0.0


def learned_weights(features: Floats, grades: Floats, needs: int, default: Weights) -> Weights:
    """The default weights blended with weights learned from graded pairs by needs/(needs + 100).

    `features` is pairs by factors, in the order of `FACTORS`. Raises ValueError unless both outcomes occur.
    """
    target, weight, line = _soft(grades)
    if len(set(target)) < 2:  # noqa: PLR2004  # Yes and no.
        raise ValueError("answers with one outcome only teach nothing")
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=_strictness(needs), max_iter=1000)
    model.fit(scaler.transform(features)[line], target, sample_weight=weight)
    slopes = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - slopes @ scaler.mean_)
    trust = needs / (needs + HALF_TRUST)
    blended = (1 - trust) * default.vector() / default.spread + trust * slopes
    start = (1 - trust) * default.centre / default.spread - trust * intercept
    changes = {factor.value: float(value) for factor, value in zip(FACTORS, blended, strict=True)}
    return default.changed({**changes, "centre": float(start), "spread": 1.0})


def ndcg(ranked_grades: Sequence[float], all_grades: Sequence[float], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of a ranking (Järvelin and Kekäläinen, 2002), linear gain."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    got = np.array(list(ranked_grades)[:depth], dtype=float)
    best = np.array(sorted(all_grades, reverse=True)[:depth], dtype=float)
    ideal = float(best @ discounts[: len(best)])
    return float(got @ discounts[: len(got)]) / ideal if ideal > 0 else 0.0
