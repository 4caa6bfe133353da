"""Fairs too large to compare everybody with everybody: near texts are found first, and scored exactly afterwards.

Memory holds the vectors of both sides, the pairs that were found near, and one block of pairs at a time. What is usual
for an asker is measured against a sample of the other side, since nobody meets all of it here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from matchmaker.domain.matching.blockers import FREE, block_table
from matchmaker.domain.matching.directions import Direction
from matchmaker.domain.matching.factors import Floats, Weights
from matchmaker.domain.matching.lists import capped_lists, within_depth
from matchmaker.domain.matching.parties import in_order, party, spoken
from matchmaker.domain.matching.profiles import Profile, Side
from matchmaker.domain.matching.results import Listed
from matchmaker.domain.matching.retrieval import Bank, Integers
from matchmaker.domain.matching.scoring import direction_scores, reciprocal
from matchmaker.domain.matching.sparse import top_products

if TYPE_CHECKING:
    from matchmaker.domain.matching.matcher import Matcher

# So many possible pairs are compared one by one, in about two minutes and 2 GB; beyond that, near texts come first.
MOST_PAIRS = 25_000_000
# Texts of the other side that are kept for each text, and those by which an asker's usual likeness is measured.
NEAR, SAMPLE = 30, 500
# Askers scored at once: more of them share fewer candidates, fewer of them repeat the work of opening a block.
BLOCK = 32
NEAR_ONE = 100


class LargeFair:
    """Both sides of a fair made ready, of which only near pairs are ever scored."""

    def __init__(
        self,
        matcher: "Matcher",
        exhibitors: Sequence[Profile],
        buyers: Sequence[Profile],
        forbidden: Iterable[Iterable[str]] = (),
    ) -> None:
        self.matcher = matcher
        self.profiles = {Side.EXHIBITOR: in_order(exhibitors), Side.BUYER: in_order(buyers)}
        self.directions: Mapping[Side, Direction] = matcher.directions(self.profiles)
        self.forbidden = [tuple(pair) for pair in forbidden]

    @property
    def weights(self) -> Weights:
        """What each factor is worth."""
        return self.matcher.weights

    def near(self, side: Side, askers: Integers) -> tuple[Integers, Integers]:
        """The (asker, candidate) numbers of all pairs in which a text of one is among the nearest of the other's."""
        found = [np.zeros(0, dtype=np.int64)]
        width = max(1, len(self.profiles[side.other]))
        for purpose in self.directions[side].purposes.values():
            asked, said = purpose.text.asked.part(askers), purpose.text.said
            texts, others = top_products(asked.meaning, purpose.text.said_meaning, NEAR)
            found.append(np.unique(askers[asked.row_owner[texts]] * width + said.row_owner[others]))
        pairs = np.unique(np.concatenate(found))
        return pairs // width, pairs % width

    def wishes(self, side: Side, asker: Integers, candidate: Integers) -> Floats:
        """How much each asker wants its candidate, as sums of weighted factors; a silent asker's are the median."""
        direction, vector = self.directions[side], self.weights.vector()
        usual = _evenly(len(self.profiles[side.other]))
        sums = np.zeros(len(asker))
        heard = np.zeros(len(asker), dtype=bool)
        for lines, askers, candidates in _blocks(asker, candidate):
            mine, theirs = direction.askers.part(askers), direction.candidates
            everyone = np.arange(len(askers))
            measured = direction.among(mine, theirs.part(usual))
            measured.block(everyone, vector)
            part = direction.among(mine, theirs.part(candidates))
            part.borrow(measured)
            block = part.block(everyone, vector)
            places = np.searchsorted(askers, asker[lines]), np.searchsorted(candidates, candidate[lines])
            sums[lines], heard[lines] = block.sums(vector)[places], part.spoken[places[0]]
        if heard.any():
            sums[~heard] = np.median(sums[heard])
        return sums

    def allowed(self, exhibitor: Integers, buyer: Integers) -> Integers:
        """The places of those pairs that no blocker stops."""
        sellers, buyers = self.profiles[Side.EXHIBITOR], self.profiles[Side.BUYER]
        free = np.zeros(len(exhibitor), dtype=bool)
        for lines, rows, columns in _blocks(exhibitor, buyer):
            table = block_table([sellers[n] for n in rows], [buyers[n] for n in columns], self.forbidden)
            free[lines] = table[np.searchsorted(rows, exhibitor[lines]), np.searchsorted(columns, buyer[lines])] == FREE
        return np.flatnonzero(free)

    def scored(self, exhibitor: Integers, buyer: Integers) -> tuple[Integers, Integers, Floats]:
        """The allowed ones of the given pairs with their scores, without those that are far down on both sides."""
        free = self.allowed(exhibitor, buyer)
        exhibitor, buyer = exhibitor[free], buyer[free]
        wanted = direction_scores(self.wishes(Side.EXHIBITOR, exhibitor, buyer), self.weights)
        score = reciprocal(wanted, direction_scores(self.wishes(Side.BUYER, buyer, exhibitor), self.weights))
        kept = within_depth(exhibitor, buyer, score, self.matcher.options.depth)
        return exhibitor[kept], buyer[kept], score[kept]

    def pairs(self) -> tuple[Integers, Integers, Floats]:
        """Exhibitor, buyer and score of the best pairs of everyone."""
        sizes = {side: len(profiles) for side, profiles in self.profiles.items()}
        exhibitor, buyer = self.near(Side.EXHIBITOR, np.arange(sizes[Side.EXHIBITOR]))
        buyer_too, exhibitor_too = self.near(Side.BUYER, np.arange(sizes[Side.BUYER]))
        width = max(1, sizes[Side.BUYER])
        near = np.unique(np.r_[exhibitor * width + buyer, exhibitor_too * width + buyer_too])
        return self.scored(near // width, near % width)

    def place(self, profile: Profile) -> list[tuple[str, float]]:
        """The best partners of a newcomer with their scores, best first; everybody else's places stay as they are."""
        side, vector = profile.side, self.weights.vector()
        theirs_out, mine_out = self.directions[side.other], self.directions[side]
        mine = party(spoken([profile]), self.matcher.reader_, self.matcher.vectoriser_)
        others = self.profiles[side.other]
        near = _near_one(mine_out, mine.offers, mine.needs)
        near = near[block_table([profile], [others[n] for n in near], self.forbidden)[0] == FREE]
        if not len(near):
            return []
        theirs, only = theirs_out.askers.part(near), np.zeros(1, dtype=np.int64)
        measured = mine_out.among(mine, theirs_out.askers.part(_evenly(len(others))))
        measured.block(only, vector)
        forth = mine_out.among(mine, theirs)
        forth.borrow(measured)
        usual = theirs_out.among(theirs, theirs_out.candidates.part(_evenly(len(self.profiles[side]))))
        usual.block(np.arange(len(near)), vector)
        back = theirs_out.among(theirs, mine)
        back.borrow(usual)
        wanted = direction_scores(forth.block(only, vector).sums(vector)[0], self.weights)
        wanting = direction_scores(back.block(np.arange(len(near)), vector).sums(vector)[:, 0], self.weights)
        score = reciprocal(wanted, wanting)
        best = np.argsort(-score, kind="stable")[: self.matcher.options.depth]
        return [(others[near[n]].id, float(score[n])) for n in best]


def large_lists(
    matcher: "Matcher", exhibitors: Sequence[Profile], buyers: Sequence[Profile]
) -> dict[str, tuple[Listed, ...]]:
    """Everyone's list at a fair of any size: as by `Matcher.match`, but of near pairs only and without reasons."""
    fair = LargeFair(matcher, exhibitors, buyers)
    exhibitor, buyer, score = fair.pairs()
    sellers, buying = fair.profiles[Side.EXHIBITOR], fair.profiles[Side.BUYER]
    options = matcher.options
    lists = capped_lists(
        exhibitor=exhibitor,
        buyer=buyer,
        score=score,
        sizes=(len(sellers), len(buying)),
        capacity=options.capacity,
        depth=options.depth,
    )
    worth = dict(zip(zip(exhibitor.tolist(), buyer.tolist(), strict=True), score.tolist(), strict=True))

    def listed(pairs: Iterable[tuple[int, int]], names: Sequence[str]) -> tuple[Listed, ...]:
        found = zip(pairs, names, strict=True)
        return tuple(Listed(id=name, score=worth[p], is_mutual=p in lists.mutual, passed_over=0) for p, name in found)

    return {
        **{
            sellers[one].id: listed([(one, n) for n in found], [buying[n].id for n in found])
            for one, found in enumerate(lists.exhibitors)
        },
        **{
            buying[one].id: listed([(n, one) for n in found], [sellers[n].id for n in found])
            for one, found in enumerate(lists.buyers)
        },
    }


def _evenly(count: int) -> Integers:
    """The numbers of a sample of a side, spread over all of it."""
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64)) if count else np.zeros(0, np.int64)


def _blocks(asker: Integers, candidate: Integers) -> Iterator[tuple[Integers, Integers, Integers]]:
    """Pairs by blocks of askers: the places of a block's pairs, its askers and all their candidates, both ascending."""
    order = np.argsort(asker, kind="stable")
    ordered = asker[order]
    present = np.unique(ordered)
    for start in range(0, len(present), BLOCK):
        askers = present[start : start + BLOCK]
        first, last = np.searchsorted(ordered, [askers[0], askers[-1] + 1])
        lines = order[first:last]
        yield lines, askers, np.unique(candidate[lines])


def _near_one(mine_out: Direction, offers: Bank, needs: Bank) -> Integers:
    """The candidates that have a text near one of a newcomer's."""
    found = [np.zeros(0, dtype=np.int64)]
    for goal, purpose in mine_out.purposes.items():
        asked = needs if mine_out.askers.says(goal, as_asker=True) is mine_out.askers.needs else offers
        _, texts = top_products(asked.meaning, purpose.text.said_meaning, NEAR_ONE)
        found.append(purpose.text.said.row_owner[texts])
    return np.unique(np.concatenate(found))
