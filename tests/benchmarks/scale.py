"""Time and memory of the matcher by the size of a fair, beside scikit-learn and beside the machine's own limit.

Each size runs in a process of its own, so that its peak memory is its own. Texts are made up: every item names a few
labels of the product's vocabulary. Two yardsticks stand beside the matcher, on the very item vectors that it compares:
``NearestNeighbors`` by brute force, ten best for every item of both sides, and the bare sparse product, which is what
this machine can do at best without keeping anything. Both do far less than the matcher, which scores whole profiles in
both directions by eleven factors.

Above LARGEST_RUN pairs a whole run would hold more than memory allows, so one side is measured in part, and the answer
for all of it is an extrapolation and says so.
"""

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.neighbors import NearestNeighbors

from matchmaker.domain.matching.directions import Direction
from matchmaker.domain.matching.factors import TraitReader
from matchmaker.domain.matching.labels import read_categories, read_vocabulary
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.parties import corpus, party, spoken
from matchmaker.domain.matching.profiles import Item, Profile, Side
from matchmaker.domain.matching.scoring import top_candidates
from matchmaker.domain.matching.vectors import ItemVectoriser

DATA = Path(__file__).resolve().parents[2] / "matchmaker" / "data"
SIZES = ((500, 1_500), (2_000, 10_000))
LARGE = (30_000, 200_000)
LARGEST_RUN = 25_000_000
PART = 32
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
        "is_extrapolated": False,
    }


def part_of(count, others):
    """One block of askers against everybody, and one newcomer placed among them."""
    matcher, vocabulary, categories = fitted()
    buyers = tuple(profiles(Side.BUYER, others, vocabulary, categories))
    sellers = tuple(profiles(Side.EXHIBITOR, PART, vocabulary, categories))
    before = peak()
    said = {Side.EXHIBITOR: spoken(sellers), Side.BUYER: spoken(buyers)}
    making, parties = timed(lambda: ready(matcher, said, sellers, buyers))
    direction = Direction(
        askers=parties[Side.EXHIBITOR], candidates=parties[Side.BUYER], flow=parties["flow"], tree=matcher.tree_
    )
    free = np.full((PART, others), False)
    seconds, _ = timed(lambda: top_candidates(direction, matcher.weights, free, matcher.options.retrieved))
    brute, product = yardsticks(parties[Side.EXHIBITOR].offers, parties[Side.BUYER].needs, 2 * PART)
    share = count / PART
    matcher.prepare(sellers[:1], buyers)
    placing = [timed(lambda one=one: matcher.rematch(one))[0] for one in sellers[1 : 1 + CHANGED]]
    return {
        "size": f"{count} x {others}",
        "matcher": seconds * share * 2 + making,
        "brute": brute * share * 2,
        "product": product * share,
        "gib": peak(),
        "gib_before": before,
        "one_new": sorted(placing)[CHANGED // 2],
        "is_extrapolated": True,
    }


def ready(matcher, said, sellers, buyers):
    """Both sides as the matcher compares them."""
    vectoriser = ItemVectoriser(matcher.lexicon_).fit(corpus(list(said.values())))
    reader = TraitReader(stages={}, among=[*sellers, *buyers])
    found = {side: party(said[side], reader, vectoriser) for side in Side}
    return {**found, "flow": reader.flow()}


def show(found):
    times = "~" if found["is_extrapolated"] else ""
    print(
        f"| {found['size']} | {times}{found['matcher']:.1f} | {times}{found['matcher'] / found['brute']:.1f} "
        f"| {times}{found['matcher'] / found['product']:.1f} | {found['gib']:.2f} ({found['gib_before']:.2f} before) "
        f"| {found['one_new']:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        size = (int(sys.argv[1]), int(sys.argv[2]))
        print(json.dumps((whole if size[0] * size[1] <= LARGEST_RUN else part_of)(*size)))
    else:
        print("| size | CPU s | x brute force | x bare product | peak GiB | one new profile, CPU s |")
        print("| --- | --- | --- | --- | --- | --- |")
        for one, other in (*SIZES, LARGE) if "large" in sys.argv else SIZES:
            command = [sys.executable, "-m", "tests.benchmarks.scale", str(one), str(other)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            show(json.loads(done.stdout.splitlines()[-1]))
