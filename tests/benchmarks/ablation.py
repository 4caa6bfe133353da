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
from tests.benchmarks.matching import (
    DATA,
    POOL,
    award_figures,
    award_pool,
    first_ten,
    hits,
    label_split,
    need,
    own_data,
    seller,
    without,
)

# The language model takes tens of milliseconds for each text of a tender, so it sees a part of the suppliers.
SUPPLIERS = 150


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
    pool = [(f"{number:05d}", pair) for number, pair in enumerate(test[:POOL])]
    ids = [id_ for id_, _ in pool]
    english = [seller(id_, "en", pair.en) for id_, pair in pool]
    asked = [need(id_, pair.vi, "vi") for id_, pair in pool]
    full, bare = Matcher.fit([*taught, *without(vocabulary, test)], categories), Matcher.fit()
    tried = [
        ("everything", full),
        ("without the lexicon", bare),
        ("without characters", full.with_weights(Weights(character=0.0))),
        ("without items", full.with_weights(Weights(item=0.0))),
        ("without documents", full.with_weights(Weights(document=0.0))),
    ]
    if encoder is not None:
        tried += [
            ("with the language model", full.with_encoder(encoder)),
            ("the same without the lexicon", bare.with_encoder(encoder)),
        ]
    for part, matcher in tried:
        found = first_ten(matcher, asked, english)
        show("labels vi→en", part, {"R@10": hits(found, ids), "R@1": hits(found, ids, 1)})


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
    for part, changes in off.items():
        show("awards of 2022", part, _figures(matcher.with_weights(Weights(**changes)), pool, needs))
    if encoder is not None:
        chosen = set(random.Random(0).sample(sorted(pool), min(SUPPLIERS, len(pool))))
        few = {name: won for name, won in pool.items() if name in chosen}
        theirs = [(text, at, winners & chosen) for text, at, winners in needs if winners & chosen]
        for part, one in (("everything", matcher), ("with the language model", matcher.with_encoder(encoder))):
            show(f"awards of 2022, {len(few)} suppliers", part, _figures(one, few, theirs))


def _figures(matcher, pool, needs) -> dict[str, float]:
    queries = [need(f"{number:05d}", text, "en") for number, (text, _, _) in enumerate(needs)]
    profiles = [seller(name, "en", *won) for name, won in pool.items()]
    found = award_figures(first_ten(matcher, queries, profiles), needs, pool)
    return {name: value for name, value in found.items() if name != "newcomers"}


if __name__ == "__main__":
    ablation()
