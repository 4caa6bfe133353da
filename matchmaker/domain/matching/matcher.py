"""The matcher: fitted once on bilingual labels, then asked to match, rematch or rank."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.blockers import FREE, block_table, count_blockers
from matchmaker.domain.matching.categories import CategoryTree
from matchmaker.domain.matching.directions import Direction, Party
from matchmaker.domain.matching.encoder import Encoder
from matchmaker.domain.matching.factors import DEFAULT_STAGES, TraitReader, Weights
from matchmaker.domain.matching.lexicon import BilingualLexicon
from matchmaker.domain.matching.lists import Lists, capped_lists
from matchmaker.domain.matching.pairing import Describer, PairTable, pair_table
from matchmaker.domain.matching.parties import corpus, in_order, party, spoken
from matchmaker.domain.matching.profiles import Category, LabelPair, Profile, Side
from matchmaker.domain.matching.results import Coverage, Listed, MatchRun, Ranked, Rematch, ScoredPair, gini
from matchmaker.domain.matching.retrieval import Integers
from matchmaker.domain.matching.scoring import top_candidates
from matchmaker.domain.matching.search import Query, Searcher
from matchmaker.domain.matching.standing import Standing, admitted
from matchmaker.domain.matching.vectors import ItemVectoriser

VERSION = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far the matcher looks and how long lists are.

    `retrieved` best candidates of each profile are scored exactly, `depth` of them may enter a list of `capacity`.
    """

    capacity: int = 10
    depth: int = 30
    retrieved: int = 100
    stages: tuple[tuple[str, str, float], ...] = field(
        default_factory=lambda: tuple((one, other, value) for (one, other), value in DEFAULT_STAGES.items())
    )


class Matcher:
    """Matches the exhibitors and buyers of one fair. Deterministic; can be pickled once fitted."""

    def __init__(
        self,
        *,
        lexicon: BilingualLexicon,
        tree: CategoryTree,
        has_lexicon: bool,
        weights: Weights | None = None,
        options: Options | None = None,
        is_learned: bool = False,
        encoder: Encoder | None = None,
    ) -> None:
        self.lexicon_ = lexicon
        self.tree_ = tree
        self.has_lexicon_ = has_lexicon
        self.weights = weights or Weights()
        self.options = options or Options()
        self.is_learned = is_learned
        self.encoder = encoder
        self.standing_: Standing | None = None

    @classmethod
    def fit(
        cls,
        label_pairs: Iterable[LabelPair] = (),
        categories: Iterable[Category] = (),
        weights: Weights | None = None,
        options: Options | None = None,
    ) -> Self:
        """A matcher whose lexicon is learned from the labels and from the categories' own names and synonyms."""
        known = list(categories)
        pairs = [*label_pairs, *category_labels(known)]
        return cls(
            lexicon=BilingualLexicon().fit(pairs),
            tree=CategoryTree(known),
            has_lexicon=bool(pairs),
            weights=weights,
            options=options,
        )

    def with_weights(self, weights: Weights, *, is_learned: bool = False) -> Self:
        """The same fitted matcher with other weights, for a what-if run or a learned model; nothing is relearned."""
        return self._changed(weights=weights, is_learned=is_learned)

    def with_encoder(self, encoder: Encoder | None) -> Self:
        """The same fitted matcher that also compares texts by an encoder, or no longer does."""
        return self._changed(encoder=encoder)

    def for_fair(self, *, list_length: int, categories: Sequence[Category] = ()) -> Self:
        """The same fitted matcher with a fair's length of lists and its own categories; nothing is relearned."""
        options = replace(self.options, capacity=list_length, depth=max(self.options.depth, list_length))
        return self._changed(options=options, tree=self.tree_.extended(categories) if categories else self.tree_)

    def _changed(self, **changes: Any) -> Self:
        """The same fitted matcher with some of its settings changed, without the state of a run."""
        settings = {
            "lexicon": self.lexicon_,
            "tree": self.tree_,
            "has_lexicon": self.has_lexicon_,
            "weights": self.weights,
            "options": self.options,
            "is_learned": self.is_learned,
            "encoder": self.encoder,
        }
        return type(self)(**{**settings, **changes})

    def match(
        self, exhibitors: Sequence[Profile], buyers: Sequence[Profile], forbidden: Iterable[tuple[str, str]] = ()
    ) -> MatchRun:
        """Score, list and explain a whole fair; the order of the arguments' members changes nothing.

        `forbidden` are pairs of profile or company ids the organizer does not allow.
        """
        sides = {Side.EXHIBITOR: in_order(exhibitors), Side.BUYER: in_order(buyers)}
        blocked = block_table(sides[Side.EXHIBITOR], sides[Side.BUYER], forbidden)
        directions, candidates, table = self._scored(sides, blocked != FREE)
        sizes = (len(sides[Side.EXHIBITOR]), len(sides[Side.BUYER]))
        options = self.options
        lists = capped_lists(
            exhibitor=candidates[0],
            buyer=candidates[1],
            score=table.score,
            sizes=sizes,
            capacity=options.capacity,
            depth=options.depth,
        )
        version = self.version()
        run_lists = _listed(sides, lists, table)
        pairs = self._describe(directions, table, _chosen(table, lists))
        self._stand(directions, table, _worst_listed(run_lists, options.capacity))
        return MatchRun(
            pairs={(pair.exhibitor_id, pair.buyer_id): pair for pair in pairs},
            lists=run_lists,
            coverage=_coverage(run_lists, sides, blocked),
            has_lexicon=self.has_lexicon_,
            version=version,
        )

    def prepare(
        self, exhibitors: Sequence[Profile], buyers: Sequence[Profile], forbidden: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Get ready to `rematch` as `match` does, without making lists and reasons for a whole fair."""
        sides = {Side.EXHIBITOR: in_order(exhibitors), Side.BUYER: in_order(buyers)}
        blocked = block_table(sides[Side.EXHIBITOR], sides[Side.BUYER], forbidden)
        directions, _, table = self._scored(sides, blocked != FREE)
        self._stand(directions, table, {})

    def _scored(
        self, sides: dict[Side, tuple[Profile, ...]], blocked: NDArray[np.bool_]
    ) -> tuple[dict[Side, Direction], tuple[Integers, Integers], PairTable]:
        directions = self.directions(sides)
        candidates = self._candidates(directions, blocked)
        return directions, candidates, pair_table(directions, self.weights, *candidates)

    def _stand(self, directions: dict[Side, Direction], table: PairTable, worst_listed: dict[str, float]) -> None:
        self.standing_ = Standing(
            parties={side: direction.askers for side, direction in directions.items()},
            directions=directions,
            worst_listed=worst_listed,
            median=table.median,
            run_version=self.version(),
        )

    def rematch(self, profile: Profile, forbidden: Iterable[tuple[str, str]] = ()) -> Rematch:
        """Match one new or changed profile against the last run; document frequencies and standards stay frozen.

        Raises ValueError before any `match`.
        """
        standing = self.standing_
        if standing is None:
            raise ValueError("rematch needs a run: call match first")
        other_side = profile.side.other
        others = standing.parties[other_side]
        mine_out, theirs_out = self._alone(profile, standing)
        directions = {profile.side: mine_out, other_side: theirs_out}
        allowed = np.flatnonzero(block_table([profile], others.profiles, forbidden)[0] == FREE)
        zeros = np.zeros(len(allowed), dtype=np.int64)
        ends = (zeros, allowed) if profile.side is Side.EXHIBITOR else (allowed, zeros)
        table = pair_table(directions, self.weights, *ends, median=standing.median)
        best = np.argsort(-table.score, kind="stable")
        worst = standing.worst_listed
        ids = [others.profiles[place].id for place in allowed]
        enters = tuple(ids[n] for n in best if table.score[n] > worst.get(ids[n], 0.0))
        pairs = self._describe(directions, table, best[: self.options.depth])
        return Rematch(pairs=tuple(pairs), enters=enters, version=standing.run_version)

    def admit(self, profile: Profile) -> None:
        """Take a new or changed profile into the last run's state, so that those rematched later meet it as it is now.

        Everyone else's standards stay as they are. Raises ValueError before any `match`.
        """
        if self.standing_ is None:
            raise ValueError("admit needs a run: call match first")
        mine_out, _ = self._alone(profile, self.standing_)
        mine_out.block(np.zeros(1, dtype=np.int64), self.weights.vector())  # This measures the newcomer's standards.
        self.standing_ = admitted(self.standing_, mine_out, self.tree_, self._stages())

    def _alone(self, profile: Profile, standing: Standing) -> tuple[Direction, Direction]:
        """What one profile wants of the whole other side, and what each of them wants of it."""
        other_side = profile.side.other
        others = standing.parties[other_side]
        reader = TraitReader(stages=self._stages(), among=[profile, *others.profiles])
        mine = party(spoken([profile]), reader, self.vectoriser_)
        theirs = Party(others.profiles, others.offers, others.needs, reader.read(others.profiles))
        flow = reader.flow()
        mine_out = Direction(askers=mine, candidates=theirs, flow=flow, tree=self.tree_)
        theirs_out = Direction(askers=theirs, candidates=mine, flow=flow, tree=self.tree_)
        theirs_out.borrow(standing.directions[other_side])
        return mine_out, theirs_out

    def searcher(self, profiles: Sequence[Profile]) -> Searcher:
        """The profiles made ready for searches, ranked by the very method and weights of `match`."""
        return Searcher(
            lexicon=self.lexicon_,
            tree=self.tree_,
            stages=self._stages(),
            weights=self.weights,
            profiles=profiles,
            encoder=self.encoder,
        )

    def rank(self, queries: Sequence[Query], profiles: Sequence[Profile], top: int = 100) -> list[list[Ranked]]:
        """The `top` best profiles for every query; to search the same profiles often, keep a `searcher`."""
        return self.searcher(profiles).rank(queries, top)

    def _describe(self, directions: Mapping[Side, Direction], table: PairTable, lines: Integers) -> list[ScoredPair]:
        describer = Describer(
            vectoriser=self.vectoriser_,
            tree=self.tree_,
            is_learned=self.is_learned,
            directions=directions,
            table=table,
        )
        return [describer.pair(int(line)) for line in lines]

    def version(self) -> str:
        """A short code that changes whenever the method, the weights or the options do."""
        encoder = self.encoder.name if self.encoder else ""
        told = repr((VERSION, astuple(self.weights), astuple(self.options), self.is_learned, encoder))
        return f"{VERSION}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    def _stages(self) -> dict[tuple[str, str], float]:
        return {(one, other): value for one, other, value in self.options.stages}

    def directions(self, sides: Mapping[Side, tuple[Profile, ...]]) -> dict[Side, Direction]:
        """Both sides made ready to be compared; what they say is where document frequencies come from."""
        everyone = [*sides[Side.EXHIBITOR], *sides[Side.BUYER]]
        said = {side: spoken(profiles) for side, profiles in sides.items()}
        self.vectoriser_ = ItemVectoriser(self.lexicon_, encoder=self.encoder).fit(corpus(list(said.values())))
        self.reader_ = reader = TraitReader(stages=self._stages(), among=everyone)
        parties = {side: party(said[side], reader, self.vectoriser_) for side in Side}
        flow = reader.flow()
        return {
            side: Direction(
                askers=parties[side],
                candidates=parties[Side.BUYER if side is Side.EXHIBITOR else Side.EXHIBITOR],
                flow=flow,
                tree=self.tree_,
            )
            for side in Side
        }

    def _candidates(self, directions: dict[Side, Direction], blocked: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """The union of both sides' best unblocked candidates as (exhibitor, buyer) numbers."""
        wide = self.options.retrieved
        exhibitor, buyer = top_candidates(directions[Side.EXHIBITOR], self.weights, blocked, wide)
        buyer_too, exhibitor_too = top_candidates(directions[Side.BUYER], self.weights, blocked.T, wide)
        width = max(1, blocked.shape[1])
        pairs = np.unique(np.r_[exhibitor * width + buyer, exhibitor_too * width + buyer_too])
        return pairs // width, pairs % width


def category_labels(categories: Iterable[Category]) -> list[LabelPair]:
    """The names and synonyms of categories as parallel labels; synonyms are paired in the order they stand."""
    found = []
    for category in categories:
        found.append(LabelPair(vi=category.name_vi, en=category.name_en))
        found += [LabelPair(vi=vi, en=en) for vi, en in zip(category.synonyms_vi, category.synonyms_en, strict=False)]
    return [pair for pair in found if pair.vi.strip() and pair.en.strip()]


def _chosen(table: PairTable, lists: Lists) -> Integers:
    """The places in the table of every pair that stands on any list."""
    shown = {(one, other) for one, found in enumerate(lists.exhibitors) for other in found}
    shown |= {(one, other) for other, found in enumerate(lists.buyers) for one in found}
    pairs = zip(table.exhibitor.tolist(), table.buyer.tolist(), strict=True)
    return np.array([place for place, pair in enumerate(pairs) if pair in shown], dtype=np.int64)


def _listed(sides: dict[Side, tuple[Profile, ...]], lists: Lists, table: PairTable) -> dict[str, tuple[Listed, ...]]:
    score = table.lookup()
    found: dict[str, tuple[Listed, ...]] = {}
    rank = table.ranks()
    for side, shown in ((Side.EXHIBITOR, lists.exhibitors), (Side.BUYER, lists.buyers)):
        other = sides[Side.BUYER if side is Side.EXHIBITOR else Side.EXHIBITOR]
        for place, partners in enumerate(shown):
            pairs = [(place, n) if side is Side.EXHIBITOR else (n, place) for n in partners]
            found[sides[side][place].id] = tuple(
                Listed(
                    id=other[partner].id,
                    score=score[pair],
                    is_mutual=pair in lists.mutual,
                    passed_over=rank[side][pair] - position,
                )
                for position, (partner, pair) in enumerate(zip(partners, pairs, strict=True))
            )
    return found


def _worst_listed(lists: dict[str, tuple[Listed, ...]], capacity: int) -> dict[str, float]:
    return {
        profile: min(listed.score for listed in found) if len(found) >= capacity else 0.0
        for profile, found in lists.items()
    }


def _coverage(
    lists: dict[str, tuple[Listed, ...]], sides: Mapping[Side, Sequence[Profile]], blocked: NDArray[np.int8]
) -> Coverage:
    tables = {Side.EXHIBITOR: blocked, Side.BUYER: blocked.T}
    by_company = {
        profile.id: count_blockers(tables[side][place])
        for side, profiles in sides.items()
        for place, profile in enumerate(profiles)
        if not lists[profile.id]
    }
    times = dict.fromkeys(lists, 0)
    for found in lists.values():
        for listed in found:
            times[listed.id] += 1
    return Coverage(
        without_list=tuple(sorted(profile for profile, found in lists.items() if not found)),
        never_shown=tuple(sorted(profile for profile, count in times.items() if not count)),
        gini=gini(list(times.values())),
        blocked=count_blockers(blocked),
        blocked_for=by_company,
    )
