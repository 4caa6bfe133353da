"""What each profile of one side would gain from each profile of the other: features of one direction."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.amounts import amount_fit
from matchmaker.domain.matching.categories import CategoryTree, declared
from matchmaker.domain.matching.factors import (
    FACTORS,
    TEXT_FACTORS,
    Factor,
    Floats,
    Traits,
    bounded_factors,
)
from matchmaker.domain.matching.profiles import Item, Profile
from matchmaker.domain.matching.retrieval import BUCKETS, Bank, Integers, TextComparison
from matchmaker.domain.matching.standards import Standard, standard_of

CELLS = 6_000_000
# A partner who could also serve the other purpose is worth a little more: half of that purpose's own worth.
OTHER_GOAL_SHARE = 0.5


class Goal(IntEnum):
    """Why a profile would want to meet another: to buy what it offers, or to sell it what it needs."""

    BUY = 0
    SELL = 1


@dataclass(frozen=True, slots=True)
class Party:
    """The profiles of one side with everything already computed about them alone."""

    profiles: tuple[Profile, ...]
    offers: Bank
    needs: Bank
    traits: Traits

    def part(self, chosen: Integers) -> "Party":
        """Some of the profiles, given as ascending numbers."""
        profiles = tuple(self.profiles[number] for number in chosen)
        return Party(profiles, self.offers.part(chosen), self.needs.part(chosen), self.traits.rows(chosen))

    def says(self, goal: Goal, *, as_asker: bool) -> Bank:
        """The bank that matters: who buys asks by needs and is answered by offers; who sells, the other way round."""
        return self.needs if (goal is Goal.BUY) == as_asker else self.offers


@dataclass(frozen=True, slots=True)
class CategoryTrust:
    """Which categories each profile stands in for one role: codes and trust, padded to the same width."""

    codes: Integers
    trust: Floats

    @property
    def bucket(self) -> Integers:
        """0 for profiles with any category, -1 for the others."""
        return np.where(self.trust.any(axis=1), 0, -1).astype(np.int64)


def category_trust(
    profiles: Sequence[Profile], goal_items: Sequence[Sequence[Item]], numbers: dict[str, int]
) -> CategoryTrust:
    """The categories of each profile in one role as padded arrays over the numbered codes; others count for nothing."""
    trusts = [declared(profile, items) for profile, items in zip(profiles, goal_items, strict=True)]
    width = max((len(trust) for trust in trusts), default=0) or 1
    codes = np.zeros((len(profiles), width), dtype=np.int64)
    values = np.zeros((len(profiles), width))
    for row, trust in enumerate(trusts):
        for place, code in enumerate(sorted(trust.keys() & numbers.keys())):
            codes[row, place] = numbers[code]
            values[row, place] = trust[code]
    return CategoryTrust(codes=codes, trust=values)


def category_likeness(asked: CategoryTrust, said: CategoryTrust, table: Floats) -> Floats:
    """The best category likeness of every asker and candidate, trust multiplied in."""
    wanted = np.zeros((len(asked.codes), len(table)))
    for place in range(asked.codes.shape[1]):
        wanted = np.maximum(wanted, table[asked.codes[:, place]] * asked.trust[:, place, None])
    best = np.zeros((len(asked.codes), len(said.codes)))
    for place in range(said.codes.shape[1]):
        best = np.maximum(best, wanted[:, said.codes[:, place]] * said.trust[None, :, place])
    return best


@dataclass(slots=True)
class Purpose:
    """One goal of one direction: how askers and candidates compare when the asker wants to buy (or to sell)."""

    text: TextComparison
    asked_categories: CategoryTrust
    said_categories: CategoryTrust
    table: Floats
    standards: dict[Factor, Standard] = field(default_factory=dict)
    learned: NDArray[np.bool_] | None = None

    def raw(self, askers: Integers) -> dict[Factor, Floats]:
        """Unstandardised likeness of some askers with every candidate."""
        likeness = self.text.likeness(askers)
        asked = CategoryTrust(self.asked_categories.codes[askers], self.asked_categories.trust[askers])
        return {
            **{factor: likeness[factor.value] for factor in TEXT_FACTORS if factor.value in likeness},
            Factor.CATEGORY: category_likeness(asked, self.said_categories, self.table),
        }

    def bucket(self, factor: Factor) -> Integers:
        """The bucket of every candidate for a factor; -1 where the candidate says nothing."""
        return self.said_categories.bucket if factor is Factor.CATEGORY else self.text.said.bucket

    def speaks(self, factor: Factor, askers: Integers) -> NDArray[np.bool_]:
        """Which of the askers say anything a factor could use."""
        spoken = self.asked_categories.bucket if factor is Factor.CATEGORY else self.text.asked.bucket
        return spoken[askers] >= 0

    def learn(self, askers: Integers, raw: dict[Factor, Floats]) -> None:
        """Store the standards of askers met for the first time, so that later changes elsewhere leave them alone."""
        total = self.text.asked.size
        if self.learned is None:
            self.learned = np.zeros(total, dtype=bool)
            for factor in raw:
                empty = np.zeros((total, len(BUCKETS)))
                self.standards[factor] = Standard(mean=empty, deviation=np.ones_like(empty))
        fresh = ~self.learned[askers]
        if fresh.any():
            for factor, values in raw.items():
                found = standard_of(values[fresh], self.bucket(factor), len(BUCKETS))
                self.standards[factor].mean[askers[fresh]] = found.mean
                self.standards[factor].deviation[askers[fresh]] = found.deviation
            self.learned[askers] = True

    def features(self, askers: Integers) -> dict[Factor, Floats]:
        """Standard scores of some askers; 0 wherever asker or candidate is silent."""
        raw = self.raw(askers)
        self.learn(askers, raw)
        found = {}
        for factor, values in raw.items():
            standard = self.standards[factor]
            lines = Standard(mean=standard.mean[askers], deviation=standard.deviation[askers])
            found[factor] = lines.scores(values, self.bucket(factor)) * self.speaks(factor, askers)[:, None]
        return found


@dataclass(frozen=True, slots=True)
class Block:
    """Features of some askers with every candidate, for the goal that serves each pair best.

    `features` is factors by askers by candidates; `other` is what the second goal adds; `goal` is the chosen goal;
    `heard` tells where texts could be compared at all.
    """

    askers: Integers
    features: Floats
    other: Floats
    goal: NDArray[np.int8]
    heard: NDArray[np.bool_]

    def sums(self, weights: Floats) -> Floats:
        """The weighted sum of every pair."""
        return np.asarray(np.tensordot(weights, self.features, axes=1) + self.other)


class Direction:
    """All that decides how much each asker wants each candidate."""

    def __init__(
        self, *, askers: Party, candidates: Party, flow: Floats, tree: CategoryTree, goals: Sequence[Goal] = tuple(Goal)
    ) -> None:
        self.askers = askers
        self.candidates = candidates
        self.flow = flow
        codes = sorted({code for party in (askers, candidates) for code in _codes(party.profiles)})
        self._numbers = {code: number for number, code in enumerate(codes)}
        self._table = tree.table(codes) if codes else np.zeros((1, 1))
        self.purposes: dict[Goal, Purpose] = {
            goal: self.purpose(goal)
            for goal in goals
            if goal is goals[0]
            or (len(askers.says(goal, as_asker=True).owners) and len(candidates.says(goal, as_asker=False).owners))
        }

    def purpose(self, goal: Goal) -> Purpose:
        """How askers and candidates compare for one goal; nothing has been measured yet."""
        asking, saying = self.askers, self.candidates
        return Purpose(
            text=TextComparison(asked=asking.says(goal, as_asker=True), said=saying.says(goal, as_asker=False)),
            asked_categories=category_trust(
                asking.profiles, _items(asking.profiles, goal, as_asker=True), self._numbers
            ),
            said_categories=category_trust(
                saying.profiles, _items(saying.profiles, goal, as_asker=False), self._numbers
            ),
            table=self._table,
        )

    def among(self, askers: Party, candidates: Party) -> "Direction":
        """The same comparison between others, by the same goals and categories; nothing has been measured yet."""
        found = copy(self)
        found.askers, found.candidates = askers, candidates
        found.purposes = {goal: found.purpose(goal) for goal in self.purposes}
        return found

    @property
    def spoken(self) -> NDArray[np.bool_]:
        """Which askers say anything that candidates could answer."""
        spoken = np.zeros(len(self.askers.profiles), dtype=bool)
        for purpose in self.purposes.values():
            if len(purpose.text.said.owners):
                spoken |= purpose.text.asked.bucket >= 0
        return spoken

    def borrow(self, other: "Direction") -> None:
        """Take over the standards that another direction of the same askers has learned."""
        for goal, purpose in self.purposes.items():
            if goal in other.purposes:
                purpose.standards, purpose.learned = other.purposes[goal].standards, other.purposes[goal].learned

    def chunks(self) -> Iterator[Integers]:
        """Consecutive asker numbers, few enough that a block of item pairs stays small."""
        rows = max((purpose.text.asked.meaning.shape[0] for purpose in self.purposes.values()), default=1)
        columns = max((purpose.text.said.meaning.shape[0] for purpose in self.purposes.values()), default=1)
        total = len(self.askers.profiles)
        step = max(1, CELLS // max(1, columns * (1 + rows // max(1, total)), 4 * len(self.candidates.profiles)))
        for start in range(0, total, step):
            yield np.arange(start, min(start + step, total))

    def block(self, askers: Integers, weights: Floats) -> Block:
        """The features of some askers, standardised by what these askers get from all candidates."""
        parts = []
        for goal, purpose in self.purposes.items():
            scores = purpose.features(askers)
            scores.update(self._bounded(askers, goal))
            unheard = np.zeros((len(askers), len(self.candidates.profiles)))
            features = np.stack([scores.get(factor, unheard) for factor in FACTORS])
            heard = purpose.speaks(Factor.ITEM, askers)[:, None] & (purpose.bucket(Factor.ITEM) >= 0)[None, :]
            parts.append((goal, features, heard, np.tensordot(weights, features, axes=1)))
        if len(parts) == 1:
            goal, features, heard, sums = parts[0]
            return Block(askers, features, np.zeros_like(sums), np.full(sums.shape, goal, dtype=np.int8), heard)
        return _joined(askers, parts)

    def _bounded(self, askers: Integers, goal: Goal) -> dict[Factor, Floats]:
        mine, theirs = self.askers.traits.rows(askers), self.candidates.traits
        amounts = _amounts(self.purposes[goal].text, askers, goal)
        if goal is Goal.SELL:
            return {**bounded_factors(mine, theirs, self.flow), Factor.QUANTITY: amounts}
        found = bounded_factors(theirs, mine, self.flow)
        return {**{factor: table.T for factor, table in found.items()}, Factor.QUANTITY: amounts}


def _amounts(text: TextComparison, askers: Integers, goal: Goal) -> Floats:
    """Whether amounts fit, for some askers and every candidate."""
    if np.isnan(text.asked.amount).all() or np.isnan(text.said.amount).all():
        return np.zeros((len(askers), text.said.size))
    asked = text.asked.part(askers)
    return amount_fit(asked, text.said) if goal is Goal.BUY else amount_fit(text.said, asked).T


def _joined(askers: Integers, parts: list[tuple[Goal, Floats, NDArray[np.bool_], Floats]]) -> Block:
    """The better goal of each pair; a goal whose texts could be compared beats one whose texts could not."""
    (_, buy, buy_heard, buy_sums), (_, sell, sell_heard, sell_sums) = parts
    sells = (sell_heard & ~buy_heard) | ((sell_heard == buy_heard) & (sell_sums > buy_sums))
    both = buy_heard & sell_heard
    other = np.where(both, OTHER_GOAL_SHARE * np.maximum(0.0, np.minimum(buy_sums, sell_sums)), 0.0)
    return Block(
        askers=askers,
        features=np.where(sells[None], sell, buy),
        other=other,
        goal=np.where(sells, Goal.SELL, Goal.BUY).astype(np.int8),
        heard=buy_heard | sell_heard,
    )


def _items(profiles: Sequence[Profile], goal: Goal, *, as_asker: bool) -> list[Sequence[Item]]:
    return [profile.needs if (goal is Goal.BUY) == as_asker else profile.offers for profile in profiles]


def _codes(profiles: Sequence[Profile]) -> Iterator[str]:
    for profile in profiles:
        yield from profile.categories
        for item in (*profile.offers, *profile.needs):
            yield from item.categories
            yield from item.suggested
