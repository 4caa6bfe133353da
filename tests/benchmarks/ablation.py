"""What each part of the matcher is worth: each left out in turn, and the language model added where it is installed.

The harmonic mean of both directions and the sharing out of lists have their own rows beside one-sided orders and top
tens in `matching.py`. Categories, stages, certificates, markets and the other structured factors cannot be left out
here, because the public data have none.
"""

from __future__ import annotations

import random

from matchmaker.domain.matching.encoder import NANO_E5, find_encoder
from matchmaker.domain.matching.factors import Weights
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.search import SearchTable
from tests.benchmarks.matching import (
    DATA,
    NEWCOMER,
    POOL,
    WITH_NEWCOMER,
    award_figures,
    award_pool,
    best_ten,
    first_ten,
    hits,
    label_split,
    need,
    own_data,
    seller,
    without,
)

# The language model takes tens of milliseconds for each text, so it sees a part of the labels and of the suppliers.
LABELS, SUPPLIERS = 300, 60


def show(what: str, part: str, figures: dict[str, float]) -> None:
    told = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
    print(f"ablation, {what}, {part:28s} {told}", flush=True)


def ablation() -> None:
    """Labels and awards with each part off, and with the language model on."""
    encoder = find_encoder(NANO_E5)
    if encoder is None:
        print("ablation: no language model is installed (requirements/semantic.txt), so its rows are missing")
    for name, part in (("taxonomy", _labels), ("awards", _awards)):
        if (DATA / name).exists():
            part(encoder)
        else:
            print(f"ablation: no {name} under", DATA)


def _labels(encoder) -> None:
    vocabulary, categories = own_data()
    taught, test = label_split()
    full, bare = Matcher.fit([*taught, *without(vocabulary, test)], categories), Matcher.fit()
    tried = [
        ("everything", full),
        ("without the lexicon", bare),
        ("without characters", full.with_weights(Weights(character=0.0))),
        ("without items", full.with_weights(Weights(item=0.0))),
        ("without documents", full.with_weights(Weights(document=0.0))),
    ]
    for part, matcher in tried:
        show("labels vi→en", part, _found(matcher, test[:POOL]))
    if encoder is not None:
        for part, matcher in (
            ("everything", full),
            ("with the language model", full.with_encoder(encoder)),
            ("the same without the lexicon", bare.with_encoder(encoder)),
        ):
            show(f"{LABELS} labels vi→en", part, _found(matcher, test[:LABELS]))


def _found(matcher, pool) -> dict[str, float]:
    ids = [f"{number:05d}" for number in range(len(pool))]
    english = [seller(id_, "en", pair.en) for id_, pair in zip(ids, pool, strict=True)]
    found = first_ten(matcher, [need(id_, pair.vi, "vi") for id_, pair in zip(ids, pool, strict=True)], english)
    return {"R@10": hits(found, ids), "R@1": hits(found, ids, 1)}


def _awards(encoder) -> None:
    """The awards of 2022, which, like those of 2023, were tuned on."""
    pool, needs = award_pool("2022-01-01", "2023-01-01", 2)
    off = {
        "everything": {},
        "without items": {"item": 0.0},
        "without documents": {"document": 0.0},
        "without characters": {"character": 0.0},
        "items alone": {"document": 0.0, "character": 0.0},
        "documents alone": {"item": 0.0, "character": 0.0},
        "characters alone": {"item": 0.0, "document": 0.0},
    }
    matcher = Matcher.fit(*own_data())
    table = _table(matcher, pool, needs)
    for part, changes in off.items():
        weighed = SearchTable(direction=table.direction, weights=Weights(**changes))
        show("awards of 2022", part, _figures(weighed, pool, needs))
    if encoder is not None:
        chosen = set(random.Random(0).sample(sorted(pool), min(SUPPLIERS, len(pool))))
        few = {name: won for name, won in pool.items() if name in chosen}
        theirs = [(text, at, winners & chosen) for text, at, winners in needs if winners & chosen]
        for part, one in (("everything", matcher), ("with the language model", matcher.with_encoder(encoder))):
            show(f"awards of 2022, {len(few)} suppliers", part, _figures(_table(one, few, theirs), few, theirs))


def _table(matcher, pool, needs) -> SearchTable:
    queries = [need(f"{number:05d}", text, "en") for number, (text, _, _) in enumerate(needs)]
    profiles = [seller(name, "en", *won) for name, won in pool.items()]
    return matcher.searcher(profiles).table(queries, Side.EXHIBITOR)


def _figures(table, pool, needs) -> dict[str, float]:
    found = award_figures(best_ten(table), needs, pool)
    return {name: value for name, value in found.items() if name not in {NEWCOMER, WITH_NEWCOMER}}


if __name__ == "__main__":
    ablation()
