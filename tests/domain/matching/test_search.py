import pytest

from matchmaker.domain.matching.profiles import Side
from matchmaker.domain.matching.search import Query
from tests.domain.matching.conftest import buyer, exhibitor

SELLERS = [
    exhibitor("tiles", "gạch ốp lát", lang="vi"),
    exhibitor("wood", "rubber wood boards"),
    exhibitor("coffee", "cà phê"),
]


def _ids(ranked):
    return [place.id for place in ranked]


@pytest.mark.parametrize(
    ("text", "first"),
    [("ceramic tiles", "tiles"), ("gach op lat", "tiles"), ("gỗ cao su", "wood"), ("roasted coffee", "coffee")],
)
def test_a_need_finds_the_seller_in_either_language(matcher, text, first):
    query = Query(id="q", text=text, side_wanted=Side.EXHIBITOR)
    assert _ids(matcher.rank([query], SELLERS)[0])[0] == first


def test_an_offer_finds_the_buyers_who_need_it(matcher):
    query = Query(id="q", text="ván ép", side_wanted=Side.BUYER)
    ranked = matcher.rank([query], [buyer("b1", "coffee"), buyer("b2", "plywood"), *SELLERS])[0]
    assert _ids(ranked) == ["b2", "b1"]
    assert (ranked[0].best_pair.need, ranked[0].best_pair.offer) == ("plywood", "ván ép")


def test_excluded_profiles_and_the_askers_own_company_never_appear(matcher):
    asker = buyer("me", company_id="acme")
    sellers = [*SELLERS, exhibitor("own", "gạch ốp lát", company_id="acme")]
    query = Query(id="q", text="gạch", side_wanted=Side.EXHIBITOR, asker=asker, exclude=["wood"])
    assert sorted(_ids(matcher.rank([query], sellers)[0])) == ["coffee", "tiles"]


def test_a_full_timetable_hides_nobody_from_a_search(matcher):
    query = Query(id="q", text="gạch", side_wanted=Side.EXHIBITOR)
    assert _ids(matcher.rank([query], [exhibitor("full", "gạch", capacity_left=0)])[0]) == ["full"]


def test_contributions_sum_to_each_score_and_top_is_kept(matcher):
    ranked = matcher.rank([Query(id="q", text="tiles", side_wanted=Side.EXHIBITOR)], SELLERS, top=2)[0]
    assert len(ranked) == 2
    for place in ranked:
        assert sum(place.contributions.values()) == pytest.approx(place.score, abs=1e-12)


def test_answers_stand_in_the_order_of_the_queries_and_nobody_wanted_is_an_empty_answer(matcher):
    queries = [
        Query(id="1", text="tiles", side_wanted=Side.EXHIBITOR),
        Query(id="2", text="tiles", side_wanted=Side.BUYER),
        Query(id="3", text="", side_wanted=Side.EXHIBITOR),
    ]
    assert [len(ranked) for ranked in matcher.rank(queries, SELLERS)] == [3, 0, 3]


def test_one_rare_word_in_common_outweighs_what_every_tender_says(matcher):
    said = ["pumps", "boilers", "lifts", "cranes", "desks", "servers", "lamps", "buses", "uniforms", "valves", "ovens"]
    others = [exhibitor(word, f"supply, delivery, installation and commissioning of {word}") for word in said]
    query = Query(id="q", text="supply, delivery, installation and commissioning of lasers", side_wanted=Side.EXHIBITOR)
    ranked = matcher.rank([query], [*others, exhibitor("laser", "lasers and lenses in a workshop of ours")])[0]
    assert _ids(ranked)[0] == "laser"
