"""One need (or offer) typed by a person, ranked against a whole side of the fair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.blockers import FREE, block_table
from matchmaker.domain.matching.categories import CategoryTree
from matchmaker.domain.matching.directions import Direction, Goal, Party
from matchmaker.domain.matching.encoder import Encoder
from matchmaker.domain.matching.explanation import BestPair, Explainer, Quoted, Term
from matchmaker.domain.matching.factors import Floats, TraitReader, Weights
from matchmaker.domain.matching.lexicon import BilingualLexicon
from matchmaker.domain.matching.parties import corpus, in_order, party, spoken
from matchmaker.domain.matching.profiles import Item, Profile, Side
from matchmaker.domain.matching.results import Ranked
from matchmaker.domain.matching.retrieval import Integers
from matchmaker.domain.matching.scoring import (
    CONTRIBUTIONS,
    direction_contributions,
    score_pairs,
    top_candidates,
)
from matchmaker.domain.matching.vectors import ItemVectoriser


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One text to rank profiles for: a need when exhibitors are wanted, an offer when buyers are.

    `asker` is the profile of the person asking, if known; `exclude` names profiles that may not appear.
    """

    id: str
    text: str
    side_wanted: Side
    lang: str | None = None
    asker: Profile | None = None
    exclude: Sequence[str] = ()


def profile_of(query: Query) -> Profile:
    """The query as a profile of its own: the asker's fields with the query as the only thing said."""
    item = Item(id=query.id, text=query.text, lang=query.lang)
    buys = query.side_wanted is Side.EXHIBITOR
    # A name no company can have keeps an anonymous query from meeting itself or anyone's veto by accident.
    base = query.asker or Profile(id=f"\0{query.id}", side=Side.BUYER if buys else Side.EXHIBITOR)
    return replace(
        base,
        lang=query.lang or base.lang,
        offers=() if buys else (item,),
        needs=(item,) if buys else (),
        vetoes=(*base.vetoes, *query.exclude),
    )


class SearchTable:
    """The answers of many queries to one direction, scored block by block."""

    def __init__(self, *, direction: Direction, weights: Weights) -> None:
        self.direction = direction
        self.weights = weights

    def blocked(self) -> NDArray[np.bool_]:
        """Which candidate each query may not see. A lack of free time hides nobody from a search."""
        timeless = [replace(profile, capacity_left=None) for profile in self.direction.candidates.profiles]
        askers = [replace(profile, capacity_left=None) for profile in self.direction.askers.profiles]
        return np.asarray(block_table(askers, timeless) != FREE)

    def best(self, top: int) -> tuple[Integers, Integers]:
        """The `top` best candidates of every query as (query, candidate) numbers, best first."""
        return top_candidates(self.direction, self.weights, self.blocked(), top)

    def figures(self, queries: Integers, candidates: Integers) -> tuple[Floats, Floats]:
        """Unsquashed sums and contributions of the given pairs."""
        table = score_pairs(self.direction, self.weights, queries, candidates)
        return table.sums, direction_contributions(table.terms, self.weights)


class Searcher:
    """The profiles of a fair made ready for any number of searches.

    Document frequencies come from the profiles of the side that is searched.
    """

    def __init__(
        self,
        *,
        lexicon: BilingualLexicon,
        tree: CategoryTree,
        stages: Mapping[tuple[str, str], float],
        weights: Weights,
        profiles: Sequence[Profile],
        encoder: Encoder | None = None,
    ) -> None:
        self.tree = tree
        self.stages = stages
        self.weights = weights
        self.vectorisers = {}
        self.wanted: dict[Side, Party] = {}
        for side in Side:
            members = in_order([profile for profile in profiles if profile.side is side])
            if members:
                said = spoken(members)
                self.vectorisers[side] = ItemVectoriser(lexicon, encoder=encoder).fit(corpus([said]))
                reader = TraitReader(stages=stages, among=members)
                self.wanted[side] = party(said, reader, self.vectorisers[side])

    def rank(self, queries: Sequence[Query], top: int = 100) -> list[list[Ranked]]:
        """The `top` best profiles for every query, in the queries' order; a search is never capped by load."""
        found: list[list[Ranked]] = [[] for _ in queries]
        for side in self.wanted:
            places = [place for place, query in enumerate(queries) if query.side_wanted is side]
            if places:
                table = self.table([queries[place] for place in places], side)
                for place, ranked in zip(places, self._answers(table, side, top), strict=True):
                    found[place] = ranked
        return found

    def table(self, queries: Sequence[Query], side: Side) -> SearchTable:
        """Queries that all want one side, scored against the profiles of that side."""
        askers = [profile_of(query) for query in queries]
        there = self.wanted[side]
        reader = TraitReader(stages=self.stages, among=[*askers, *there.profiles])
        direction = Direction(
            askers=party(spoken(askers), reader, self.vectorisers[side]),
            candidates=replace(there, traits=reader.read(there.profiles)),
            flow=reader.flow(),
            tree=self.tree,
            goals=(_goal(side),),
        )
        return SearchTable(direction=direction, weights=self.weights)

    def _answers(self, table: SearchTable, side: Side, top: int) -> list[list[Ranked]]:
        """The ranked answers of every query, each with contributions that sum to its score."""
        goal, direction = _goal(side), table.direction
        text = direction.purposes[goal].text
        explainer = Explainer(vectoriser=self.vectorisers[side], asked=text.asked, said=text.said)
        queries, candidates = table.best(top)
        sums, parts = table.figures(queries, candidates)
        names = [profile.id for profile in direction.candidates.profiles]
        found: list[list[Ranked]] = [[] for _ in direction.askers.profiles]
        for line in np.lexsort((candidates, -sums, queries)):
            query, candidate = int(queries[line]), int(candidates[line])
            values = parts[line].tolist()
            best, terms = _best(explainer.best(query, candidate), goal)
            found[query].append(
                Ranked(
                    id=names[candidate],
                    score=sum(values),
                    contributions={code: value for code, value in zip(CONTRIBUTIONS, values, strict=True) if value},
                    best_pair=best,
                    terms=terms,
                )
            )
        return found


def _goal(side: Side) -> Goal:
    return Goal.BUY if side is Side.EXHIBITOR else Goal.SELL


def _best(quoted: Quoted | None, goal: Goal) -> tuple[BestPair | None, tuple[Term, ...]]:
    if quoted is None:
        return None, ()
    asked, said, terms = quoted.asked, quoted.said, quoted.terms
    if goal is Goal.BUY:
        return BestPair(need=asked, offer=said, terms=terms), terms
    return BestPair(need=said, offer=asked, terms=terms), terms
