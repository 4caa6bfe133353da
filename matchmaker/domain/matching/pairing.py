"""Both directions of chosen pairs put together: scores, contributions, reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.domain.matching.categories import CategoryTree, declared
from matchmaker.domain.matching.directions import Direction, Goal
from matchmaker.domain.matching.explanation import (
    BestPair,
    Explainer,
    Reason,
    best_pair,
    gap,
    reason_code,
    reason_params,
)
from matchmaker.domain.matching.factors import Factor, Floats, Weights
from matchmaker.domain.matching.profiles import Profile, Side
from matchmaker.domain.matching.results import Basis, Contribution, ScoredPair, View
from matchmaker.domain.matching.retrieval import Integers
from matchmaker.domain.matching.scoring import (
    BASE,
    CONTRIBUTIONS,
    UNKNOWN_WISH,
    DirectionTable,
    direction_contributions,
    direction_scores,
    fill_unknown,
    median_text,
    reciprocal,
    reciprocal_contributions,
    score_pairs,
)
from matchmaker.domain.matching.vectors import ItemVectoriser


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTable:
    """Figures of chosen pairs, one line each: both direction scores, the reciprocal score, all contributions."""

    exhibitor: Integers
    buyer: Integers
    score: Floats
    one_sided: Mapping[Side, Floats]
    parts: Mapping[Side, Floats]
    tables: Mapping[Side, DirectionTable]
    median: dict[Side, float]

    def lookup(self) -> dict[tuple[int, int], float]:
        """The score of every pair by its numbers."""
        return dict(
            zip(zip(self.exhibitor.tolist(), self.buyer.tolist(), strict=True), self.score.tolist(), strict=True)
        )

    def ranks(self) -> dict[Side, dict[tuple[int, int], int]]:
        """For each side, the place of every pair among its own, by score."""
        found = {}
        for side, own, other in (
            (Side.EXHIBITOR, self.exhibitor, self.buyer),
            (Side.BUYER, self.buyer, self.exhibitor),
        ):
            order = np.lexsort((other, -self.score, own))
            rank = np.arange(len(order)) - np.searchsorted(own[order], own[order])
            pairs = zip(self.exhibitor[order].tolist(), self.buyer[order].tolist(), strict=True)
            found[side] = dict(zip(pairs, rank.tolist(), strict=True))
        return found


def pair_table(
    directions: Mapping[Side, Direction],
    weights: Weights,
    exhibitor: Integers,
    buyer: Integers,
    median: dict[Side, float] | None = None,
) -> PairTable:
    """Score the given pairs exactly in both directions; `median` stands in for silent askers, else it is measured."""
    tables = {
        Side.EXHIBITOR: score_pairs(directions[Side.EXHIBITOR], weights, exhibitor, buyer),
        Side.BUYER: score_pairs(directions[Side.BUYER], weights, buyer, exhibitor),
    }
    measured = median if median is not None else {side: median_text(table) for side, table in tables.items()}
    for side, table in tables.items():
        fill_unknown(table, measured[side])
    one_sided = {side: direction_scores(table.sums, weights) for side, table in tables.items()}
    score = reciprocal(one_sided[Side.EXHIBITOR], one_sided[Side.BUYER])
    raw = {side: direction_contributions(table.terms, weights) for side, table in tables.items()}
    parts = reciprocal_contributions(
        one_sided[Side.EXHIBITOR], one_sided[Side.BUYER], raw[Side.EXHIBITOR], raw[Side.BUYER]
    )
    return PairTable(
        exhibitor=exhibitor,
        buyer=buyer,
        score=score,
        one_sided=one_sided,
        parts={Side.EXHIBITOR: parts[0], Side.BUYER: parts[1]},
        tables=tables,
        median=measured,
    )


class Describer:
    """Turns lines of a pair table into full, explained pairs, keeping what is looked up more than once."""

    def __init__(
        self,
        *,
        vectoriser: ItemVectoriser,
        tree: CategoryTree,
        is_learned: bool,
        directions: Mapping[Side, Direction],
        table: PairTable,
    ) -> None:
        self._tree = tree
        self._is_learned = is_learned
        self._table = table
        self._profiles = {side: direction.askers.profiles for side, direction in directions.items()}
        self._explainers = {
            (side, goal): Explainer(vectoriser=vectoriser, asked=purpose.text.asked, said=purpose.text.said)
            for side, direction in directions.items()
            for goal, purpose in direction.purposes.items()
        }
        self._paths: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] = {}
        self._gaps = {side: [gap(profile) for profile in profiles] for side, profiles in self._profiles.items()}

    def pair(self, line: int) -> ScoredPair:
        """The pair on one line, with its reasons for both sides."""
        places = {Side.EXHIBITOR: int(self._table.exhibitor[line]), Side.BUYER: int(self._table.buyer[line])}
        profiles = {side: self._profiles[side][place] for side, place in places.items()}
        views = {side: self._view(side, line) for side in Side}
        best = self._best_pair(line, places)
        contributions = tuple(
            Contribution(side=side, code=code, value=float(value))
            for side in Side
            for code, value in zip(CONTRIBUTIONS, self._table.parts[side][line], strict=True)
            if value
        )
        told = [self._params(part, profiles, best, line) for part in contributions]
        return ScoredPair(
            exhibitor_id=profiles[Side.EXHIBITOR].id,
            buyer_id=profiles[Side.BUYER].id,
            score=float(self._table.score[line]),
            basis=self._basis(line, views),
            exhibitor_view=views[Side.EXHIBITOR],
            buyer_view=views[Side.BUYER],
            contributions=contributions,
            best_pair=best,
            reasons={side: self._reasons(side, contributions, told) for side in Side},
            gaps={side: self._gaps[side][places[side]] for side in Side},
        )

    def _view(self, side: Side, line: int) -> View:
        table = self._table.tables[side]
        return View(
            score=float(self._table.one_sided[side][line]),
            goal=Goal(int(table.goal[line])).name.lower(),
            is_known=bool(table.heard[line]),
        )

    def _basis(self, line: int, views: Mapping[Side, View]) -> Basis:
        if any(view.is_known for view in views.values()):
            return Basis.LEARNED if self._is_learned else Basis.DEFAULT
        structured = any(self._table.tables[side].features[line].any() for side in Side)
        return Basis.STRUCTURED if structured else Basis.FEW_DETAILS

    def _best_pair(self, line: int, places: Mapping[Side, int]) -> BestPair | None:
        """The best need and offer: first as the buyer sees it, else as the exhibitor does."""
        for side in (Side.BUYER, Side.EXHIBITOR):
            goal = Goal(int(self._table.tables[side].goal[line]))
            explainer = self._explainers.get((side, goal))
            other = Side.EXHIBITOR if side is Side.BUYER else Side.BUYER
            quoted = explainer.best(places[side], places[other]) if explainer else None
            if quoted is not None:
                asker, candidate = self._profiles[side][places[side]], self._profiles[other][places[other]]
                is_asked = goal is Goal.BUY
                wanting, giving = (asker, candidate) if is_asked else (candidate, asker)
                need, offer = (
                    (quoted.asked_item, quoted.said_item) if is_asked else (quoted.said_item, quoted.asked_item)
                )
                return best_pair(
                    quoted,
                    buyer=wanting.side,
                    need=wanting.needs[need],
                    offer=giving.offers[offer],
                    is_asked=is_asked,
                )
        return None

    def _reasons(
        self, reader: Side, contributions: Sequence[Contribution], told: Sequence[Mapping[str, object]]
    ) -> tuple[Reason, ...]:
        """All contributions as reasons seen by one side, strongest first, the curve's start last."""
        found = [
            Reason(
                code=reason_code(part.code, part.value),
                side="mine" if part.side is reader else "theirs",
                params=params,
                contribution=part.value,
            )
            for part, params in zip(contributions, told, strict=True)
        ]
        last = {reason_code(BASE, 0.0), reason_code(UNKNOWN_WISH, 0.0)}
        return tuple(
            sorted(found, key=lambda reason: (reason.code in last, -abs(reason.contribution), reason.code, reason.side))
        )

    def _params(
        self, part: Contribution, profiles: Mapping[Side, Profile], best: BestPair | None, line: int
    ) -> Mapping[str, object]:
        if part.code == Factor.ITEM and best is not None:
            return {"need": best.need, "offer": best.offer, "terms": best.terms}
        goal = Goal(int(self._table.tables[part.side].goal[line]))
        other = Side.BUYER if part.side is Side.EXHIBITOR else Side.EXHIBITOR
        sellers, buyers = (other, part.side) if goal is Goal.BUY else (part.side, other)
        seller, buyer = profiles[sellers], profiles[buyers]
        path = self._shared_path(seller, buyer) if part.code == Factor.CATEGORY else ()
        quoted = best if best is not None and best.buyer is buyers else None
        return reason_params(part.code, seller, buyer, path, quoted)

    def _shared_path(self, seller: Profile, buyer: Profile) -> tuple[str, ...]:
        key = (tuple(sorted(declared(seller, seller.offers))), tuple(sorted(declared(buyer, buyer.needs))))
        if key not in self._paths:
            pairs = [(self._tree.likeness(one, other), one, other) for one in key[0] for other in key[1]]
            best = max(pairs, default=(0.0, "", ""), key=lambda pair: pair[0])
            self._paths[key] = self._tree.shared_path(best[1], best[2]) if best[0] else ()
        return self._paths[key]
