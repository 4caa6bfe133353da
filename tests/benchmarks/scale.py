"""Time and memory of the matcher by the size of a fair, beside scikit-learn and beside the machine's own limit.

Each size runs in a process of its own, so that its peak memory is its own. Texts are made up: every item names a few
labels of the product's vocabulary. Two yardsticks stand beside the matcher, on the very item vectors that it compares:
``NearestNeighbors`` by brute force, ten best for every item of both sides, and the bare sparse product, which is what
this machine can do at best without keeping anything. Both do far less than the matcher, which scores whole profiles in
both directions by eleven factors.

A fair of more than MOST_PAIRS pairs is matched by near texts (`large.py`). Of the largest one here only blocks of both
sides are run, each against all of the other side, and the time for everybody is scaled from these; what is in memory is
not scaled, for it does not grow with the number of blocks. Sharing out the lists in the end is not in that figure.
"""

import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.neighbors import NearestNeighbors

from matchmaker.domain.matching.labels import read_categories, read_vocabulary
from matchmaker.domain.matching.large import MOST_PAIRS, LargeFair
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Item, Profile, Side

DATA = Path(__file__).resolve().parents[2] / "matchmaker" / "data"
SIZES = ((500, 1_500), (2_000, 10_000), (30_000, 200_000))
PART = 256
FEW = 64
PLACES = 10
CHANGED = 5
GIB = 1024 * 1024


def lines(name):
    return (DATA / name).read_text(encoding="utf-8-sig").splitlines()


def fitted():
    categories = read_categories(lines("categories.csv"))
    vocabulary = read_vocabulary(lines("vocabulary.csv"))
    return Matcher.fit(vocabulary, categories), vocabulary, categories


def profiles(side, count, vocabulary, categories, first=0):
    """Profiles with two items each: what exhibitors offer and buyers need."""
    found = []
    for number in range(first, first + count):
        rnd = random.Random(f"{side}{number}")
        lang = rnd.choice(["vi", "en"])
        said = tuple(
            Item(id=str(n), text=" ".join(getattr(pair, lang) for pair in rnd.sample(vocabulary, 3)), lang=lang)
            for n in range(2)
        )
        codes = (rnd.choice(categories).code,)
        texts = {"offers": said} if side is Side.EXHIBITOR else {"needs": said}
        found.append(Profile(id=f"{side}{number}", side=side, lang=lang, categories=codes, **texts))
    return found


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB


def timed(work):
    """CPU-seconds of some work, all threads together: the machine is shared, so wall time says little."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def yardsticks(said, asked, part=None):
    """CPU-seconds of scikit-learn's brute force both ways, and of the bare product in blocks; ``part`` rows only."""
    offers, needs = said.meaning.tocsr(), asked.meaning.tocsr()
    rows, columns = (offers[:part], needs) if part else (offers, needs)

    def nearest():
        for one, other in ((rows, columns),) if part else ((rows, columns), (columns, rows)):
            NearestNeighbors(n_neighbors=PLACES, algorithm="brute", metric="cosine").fit(other).kneighbors(one)

    def product():
        turned = columns.T.tocsr()
        for start in range(0, rows.shape[0], 256):
            rows[start : start + 256] @ turned

    return timed(nearest)[0], timed(product)[0]


def whole(count, others):
    matcher, vocabulary, categories = fitted()
    sides = [
        profiles(Side.EXHIBITOR, count, vocabulary, categories),
        profiles(Side.BUYER, others, vocabulary, categories),
    ]
    before = peak()
    seconds, _ = timed(lambda: matcher.match(*sides))
    memory = peak()
    placing = [timed(lambda one=one: matcher.rematch(one))[0] for one in sides[0][:CHANGED]]
    parties = matcher.standing_.parties
    brute, product = yardsticks(parties[Side.EXHIBITOR].offers, parties[Side.BUYER].needs)
    return {
        "size": f"{count} x {others}",
        "matcher": seconds,
        "brute": brute,
        "product": product,
        "gib": memory,
        "gib_before": before,
        "one_new": sorted(placing)[CHANGED // 2],
        "scaled_from": "",
    }


def large(count, others):
    """Blocks of both sides against all of the other one, scaled to everybody; and newcomers placed among all."""
    matcher, vocabulary, categories = fitted()
    sellers = profiles(Side.EXHIBITOR, count, vocabulary, categories)
    buyers = profiles(Side.BUYER, others, vocabulary, categories)
    before = peak()
    making, fair = timed(lambda: LargeFair(matcher, sellers, buyers))
    asked = {Side.EXHIBITOR: evenly(count, PART), Side.BUYER: evenly(others, 2 * PART)}
    near = {side: timed(lambda side=side: fair.near(side, asked[side])) for side in Side}
    everyone = {Side.EXHIBITOR: count, Side.BUYER: others}
    own = {side: len(near[side][1][0]) / len(asked[side]) * everyone[side] for side in Side}
    seconds = making
    for side in Side:
        # In a whole run each asker also meets those who found it near, which for a block are drawn at random.
        more = own[side.other] / everyone[side]
        asker, candidate = with_random(near[side][1], asked[side], everyone[side.other], int(more))
        scoring = timed(lambda side=side, pairs=(asker, candidate): fair.wishes(side, *pairs))[0]
        if side is Side.EXHIBITOR:
            scoring += timed(lambda pairs=(asker, candidate): fair.allowed(*pairs))[0]
        seconds += (near[side][0] + scoring) * everyone[side] / len(asked[side])
    memory = peak()
    placing = [timed(lambda one=one: fair.place(one))[0] for one in newcomers(vocabulary, categories, count)]
    whole_parties = {side: direction.askers for side, direction in fair.directions.items()}
    rows = fair.directions[Side.EXHIBITOR].askers.offers.part(asked[Side.EXHIBITOR][:FEW])
    brute, product = yardsticks(rows, whole_parties[Side.BUYER].needs, rows.meaning.shape[0])
    share = count / FEW
    return {
        "size": f"{count} x {others}",
        "matcher": seconds,
        "brute": brute * share * 2,
        "product": product * share,
        "gib": memory,
        "gib_before": before,
        "one_new": sorted(placing)[CHANGED // 2],
        "scaled_from": f"{PART} exhibitors and {2 * PART} buyers, the yardsticks for {FEW} exhibitors",
    }


def evenly(count, wanted):
    return np.unique(np.linspace(0, count - 1, wanted).astype(np.int64))


def with_random(pairs, askers, candidates, more):
    rng = np.random.default_rng(0)
    drawn = np.repeat(askers, more), rng.integers(0, candidates, len(askers) * more)
    codes = np.unique(np.r_[pairs[0], drawn[0]] * candidates + np.r_[pairs[1], drawn[1]])
    return codes // candidates, codes % candidates


def newcomers(vocabulary, categories, first):
    return profiles(Side.EXHIBITOR, CHANGED, vocabulary, categories, first=first)


def show(found):
    times = "~" if found["scaled_from"] else ""
    print(
        f"| {found['size']} | {times}{found['matcher']:.1f} | {times}{found['matcher'] / found['brute']:.1f} "
        f"| {times}{found['matcher'] / found['product']:.1f} | {found['gib']:.2f} ({found['gib_before']:.2f} before) "
        f"| {found['one_new']:.2f} |",
        flush=True,
    )
    if found["scaled_from"]:
        print(f"\n~ was run for {found['scaled_from']}, each against all of the other side, and scaled to everybody.")


if __name__ == "__main__":
    print("| size | CPU s | x brute force | x bare product | peak GiB | one new profile, CPU s |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    if len(sys.argv) == len(SIZES[0]) + 1:
        size = (int(sys.argv[1]), int(sys.argv[2]))
        show((whole if size[0] * size[1] <= MOST_PAIRS else large)(*size))
    else:
        for one, other in SIZES:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.scale", str(one), str(other)], check=True)
