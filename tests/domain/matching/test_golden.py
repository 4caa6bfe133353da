"""Cases written by hand, in both languages, on the product's own vocabulary; nobody weakens them to get green."""

import json
from pathlib import Path

import pytest

from matchmaker.domain.matching.labels import read_categories, read_vocabulary
from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.records import profile_from

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
DATA = Path(__file__).resolve().parents[3] / "matchmaker" / "data"
CASES = [
    case for path in sorted(GOLDEN.glob("matching_*.json")) for case in json.loads(path.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def own_matcher():
    lines = {
        name: (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines() for name in ("categories", "vocabulary")
    }
    return Matcher.fit(read_vocabulary(lines["vocabulary"]), read_categories(lines["categories"]))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_right_partner_comes_first_for_the_right_reason(own_matcher, case):
    buyer = profile_from(case["buyer"])
    run = own_matcher.match([profile_from(record) for record in case["exhibitors"]], [buyer])
    first = run.lists[buyer.id][0].id
    pair = run.pairs[(first, buyer.id)]
    helping = {reason.code for reason in pair.reasons[Side.BUYER] if reason.contribution > 0}
    assert (first, [pair.best_pair.need, pair.best_pair.offer]) == (case["first"], case["quoted"])
    assert helping >= set(case.get("reasons", []))
    assert run.coverage.blocked == case.get("blocked", {})
