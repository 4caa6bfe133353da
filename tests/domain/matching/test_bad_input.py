"""Whatever one company writes, it is matched or left aside, and everyone else keeps what they had."""

import pytest

from matchmaker.domain.matching.matcher import Matcher
from matchmaker.domain.matching.profiles import Item, Profile, Side
from tests.domain.matching.conftest import buyer, exhibitor

SELLERS = [
    exhibitor("tiles", "gạch ốp lát", country="VN"),
    exhibitor("wood", "gỗ cao su", country="VN"),
    exhibitor("kept away", "cà phê rang xay", vetoes=["b"]),
]
WANTING = buyer("b", "ceramic tiles", country="JP")
TEXTS = {
    "nothing": (),
    "blanks": ("   ", "\n\t"),
    "100 KB of one phrase": ("gạch ốp lát " * 8_500,),
    "100 KB without a space": ("x" * 100_000,),
    "mixed scripts": ("gạch タイル плитка بلاط 瓷砖 tiles",),
    "no accents": ("gach op lat",),
    "emoji": ("🧱🧱🧱 👍🏽 🇻🇳",),
    "stop words": ("và của những các", "looking for the"),
    "signs": ("%s %(x)d {} <b> \\ \0 ' \" ; --",),
    "numbers": ("1234567890 0000 3.14",),
    "one letter": ("a", "ă"),
}


def _with(texts, matcher):
    return matcher.match([*SELLERS, exhibitor("odd", *texts)], [WANTING])


@pytest.mark.parametrize("texts", TEXTS.values(), ids=list(TEXTS))
def test_an_odd_profile_harms_nobody(matcher, texts):
    run = _with(texts, matcher)
    assert run.coverage.blocked == {"vetoed": 1}
    assert "kept away" not in {listed.id for listed in run.lists["b"]}
    order = [listed.id for listed in run.lists["b"] if listed.id != "odd"]
    assert order == ["tiles", "wood"]
    for pair in run.pairs.values():
        assert sum(part.value for part in pair.contributions) == pytest.approx(pair.score, abs=1e-9)
        assert 0 < pair.score < 1


@pytest.mark.parametrize("name", ["blanks", "emoji", "stop words", "nothing"])
def test_a_profile_that_says_nothing_readable_never_comes_before_one_that_fits(matcher, name):
    assert _with(TEXTS[name], matcher).lists["b"][0].id == "tiles"


def test_a_text_without_accents_or_among_other_scripts_still_finds_its_partner(matcher):
    for name in ("no accents", "mixed scripts"):
        run = matcher.match([SELLERS[1], exhibitor("odd", *TEXTS[name])], [WANTING])
        assert run.lists["b"][0].id == "odd", name


def test_saying_one_thing_ten_thousand_times_is_saying_it_once(matcher):
    many = Profile(
        id="odd", side=Side.EXHIBITOR, offers=[Item(id=str(n), text="gạch ốp lát men bóng") for n in range(10_000)]
    )
    once = exhibitor("odd", "gạch ốp lát men bóng")
    scores = [matcher.match([SELLERS[1], one], [WANTING]).pairs["odd", "b"].score for one in (many, once)]
    assert scores[0] == scores[1]


@pytest.mark.parametrize("texts", TEXTS.values(), ids=list(TEXTS))
def test_without_a_lexicon_nothing_breaks_either(texts):
    run = _with(texts, Matcher.fit())
    assert (run.has_lexicon, run.coverage.blocked) == (False, {"vetoed": 1})


def test_the_two_sides_are_treated_alike(matcher):
    """Who sells and who buys may change places at the fair; the score of what fits does not."""

    def scores(seller_side):
        other = seller_side.other
        sellers = [
            Profile(id=f"s{n}", side=seller_side, offers=(Item(id="0", text=text),), stage=stage, country="VN")
            for n, (text, stage) in enumerate((("gạch ốp lát", "manufacture"), ("cà phê", "retail")))
        ]
        buyers = [
            Profile(id=f"b{n}", side=other, needs=(Item(id="0", text=text),), stage="retail", country="JP")
            for n, text in enumerate(("ceramic tiles", "coffee"))
        ]
        fair = (sellers, buyers) if seller_side is Side.EXHIBITOR else (buyers, sellers)
        return {frozenset(pair): scored.score for pair, scored in matcher.match(*fair).pairs.items()}

    assert scores(Side.BUYER) == pytest.approx(scores(Side.EXHIBITOR))
