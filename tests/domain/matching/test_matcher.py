import pickle
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.domain.matching.blockers import blocker_of
from matchmaker.domain.matching.factors import Weights
from matchmaker.domain.matching.matcher import Matcher, Options
from matchmaker.domain.matching.profiles import Category, Item, Side
from matchmaker.domain.matching.results import Basis
from tests.domain.matching.conftest import LABELS, buyer, exhibitor

TEXTS = [label for pair in LABELS for label in pair] + ["", "và", "😀", "gach op lat", "タイル", "looking for"]
FIELDS = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([None, "manufacture", "retail"]),
        "country": st.sampled_from([None, "VN", "US"]),
        "excluded_countries": st.sampled_from([(), ("US",)]),
        "company_id": st.sampled_from([None, "acme"]),
        "categories": st.sampled_from([(), ("coffee",), ("nuts",)]),
        "free_slots": st.sampled_from([None, 1, 2]),
        "capacity_left": st.sampled_from([None, 0, 2]),
    }
)
SPEECHES = st.lists(st.sampled_from(TEXTS), max_size=3)


@st.composite
def fairs(draw):
    sellers = [exhibitor(f"e{n}", *draw(SPEECHES), needs=(), **draw(FIELDS)) for n in range(draw(st.integers(0, 4)))]
    return sellers, [buyer(f"b{n}", *draw(SPEECHES), **draw(FIELDS)) for n in range(draw(st.integers(0, 4)))]


quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(fairs())
def test_contributions_sum_and_blockers_win_whatever_is_written(matcher, fair):
    run = matcher.match(*fair)
    profiles = {profile.id: profile for side in fair for profile in side}
    for (one, other), pair in run.pairs.items():
        assert blocker_of(profiles[one], profiles[other]) is None
        assert sum(part.value for part in pair.contributions) == pytest.approx(pair.score, abs=1e-9)
        for reasons in pair.reasons.values():
            assert sum(reason.contribution for reason in reasons) == pytest.approx(pair.score, abs=1e-9)


@quick
@given(fairs(), st.randoms(use_true_random=False))
def test_the_order_of_profiles_changes_nothing(matcher, fair, rnd: random.Random):
    shuffled = [rnd.sample(side, len(side)) for side in fair]
    assert matcher.match(*shuffled) == matcher.match(*fair)


@quick
@given(fairs())
def test_an_unrelated_company_never_changes_who_is_blocked(matcher, fair):
    before = matcher.match(*fair).coverage.blocked
    stranger = exhibitor("stranger", "phần mềm kế toán")
    more = matcher.match([*fair[0], stranger], fair[1]).coverage.blocked
    extra = sum(1 for other in fair[1] if blocker_of(stranger, other) is not None)
    assert sum(more.values()) == sum(before.values()) + extra


def test_a_company_on_both_sides_never_meets_itself(matcher):
    run = matcher.match([exhibitor("e", "gỗ", company_id="acme")], [buyer("b", "gỗ", company_id="acme")])
    assert (run.pairs, run.coverage.without_list, run.coverage.blocked) == ({}, ("b", "e"), {"same_company": 1})


def test_the_best_pair_is_quoted_word_for_word_with_its_links(matcher):
    need, offer = "Looking for Wall TILES!", "Gạch ốp lát men bóng — loại 1"
    run = matcher.match([exhibitor("e", "máy in", offer)], [buyer("b", "coffee", need)])
    best = run.pairs[("e", "b")].best_pair
    assert (best.need, best.offer) == (need, offer)
    assert best.terms[0].source == "tiles"
    assert "gạch" in best.terms[0].target


def test_amounts_are_those_of_the_pair_that_is_quoted(matcher):
    seller = replace(
        exhibitor("e"),
        offers=[
            Item(id="1", text="gạch ốp lát", lang="vi", text_other="wall tiles", moq=1000, unit="m²"),
            Item(id="2", text="cà phê rang xay", lang="vi", moq=5),
        ],
    )
    wanting = replace(
        buyer("b"),
        needs=[
            Item(id="1", text="ceramic tiles", lang="en", quantity=1500, unit="m²"),
            Item(id="2", text="printer", lang="en", quantity=90_000),
        ],
    )
    pair = matcher.match([seller], [wanting]).pairs["e", "b"]
    told = {reason.code: dict(reason.params) for reason in pair.reasons[Side.BUYER]}
    assert told["quantity_fits"] == {
        "quantity": 1500,
        "minimum_order": 1000,
        "quantity_unit": "m²",
        "minimum_unit": "m²",
    }
    assert dict(pair.best_pair.offer_versions) == {"vi": "gạch ốp lát", "en": "wall tiles"}
    assert (dict(pair.best_pair.need_versions), pair.best_pair.buyer) == ({}, Side.BUYER)


def test_the_pair_knows_who_wrote_the_need(matcher):
    seller = replace(exhibitor("e"), needs=[Item(id="1", text="paper packaging")])
    run = matcher.match([seller], [replace(buyer("b"), offers=[Item(id="1", text="bao bì giấy")])])
    best = run.pairs["e", "b"].best_pair
    assert (best.need, best.offer, best.buyer) == ("paper packaging", "bao bì giấy", Side.EXHIBITOR)


def test_a_silent_side_is_unknown_not_refused(matcher):
    run = matcher.match([exhibitor("e", "gỗ"), exhibitor("silent")], [buyer("b", "wood")])
    silent = run.pairs[("silent", "b")]
    assert (silent.basis, silent.exhibitor_view.is_known, silent.gaps[Side.EXHIBITOR]) == (
        Basis.FEW_DETAILS,
        False,
        "offers",
    )
    assert 0 < silent.score < run.pairs[("e", "b")].score
    assert "wish_unknown" in {reason.code for reason in silent.reasons[Side.BUYER]}


def test_without_texts_the_categories_decide(matcher):
    run = matcher.match(
        [exhibitor("near", categories=["coffee"]), exhibitor("far", categories=["build"])],
        [buyer("b", categories=["roasted"])],
    )
    near, far = run.pairs[("near", "b")], run.pairs[("far", "b")]
    assert (near.basis, far.basis, near.score > far.score) == (Basis.STRUCTURED, Basis.STRUCTURED, True)
    paths = [reason.params for reason in near.reasons[Side.BUYER] if reason.code == "shared_category"]
    assert paths[0] == {"path": ("food", "coffee")}


def test_with_nothing_known_the_newest_come_first(matcher):
    sellers = [exhibitor(f"e{n}", published_rank=n) for n in range(4)]
    run = Matcher(lexicon=matcher.lexicon_, tree=matcher.tree_, has_lexicon=True, options=Options(capacity=2)).match(
        sellers, [buyer("b")]
    )
    assert [listed.id for listed in run.lists["b"]] == ["e3", "e2"]


def test_a_reason_belongs_to_the_reader_or_to_the_partner(matcher):
    run = matcher.match([exhibitor("e", "cà phê")], [buyer("b", "coffee")])
    reasons = run.pairs[("e", "b")].reasons
    mine = {(reason.code, reason.contribution) for reason in reasons[Side.BUYER] if reason.side == "mine"}
    theirs = {(reason.code, reason.contribution) for reason in reasons[Side.EXHIBITOR] if reason.side == "theirs"}
    assert mine == theirs
    assert mine


def test_a_stuffed_profile_does_not_outrank_an_honest_one(matcher):
    honest = exhibitor("honest", "gạch ốp lát men bóng xuất khẩu", lang="vi")
    stuffed = [
        exhibitor("repeats", "gạch ốp lát " * 8_000, lang="vi"),
        exhibitor("everything", " ".join(vi for vi, _ in LABELS) * 700, lang="vi"),
    ]
    run = matcher.match([honest, *stuffed], [buyer("b", "gạch ốp lát", lang="vi")])
    assert run.lists["b"][0].id == "honest"


def test_rematch_of_an_unchanged_profile_gives_its_scores_again(matcher):
    sellers = [exhibitor("e1", "cà phê"), exhibitor("e2", "gỗ cao su", stage="manufacture")]
    buyers = [buyer("b1", "coffee beans"), buyer("b2", "rubber wood", stage="distribution")]
    run = matcher.match(sellers, buyers)
    again = pickle.loads(pickle.dumps(matcher)).rematch(sellers[1])  # noqa: S301  # Our own bytes.
    assert {pair.buyer_id: pair.score for pair in again.pairs} == pytest.approx(
        {other: run.pairs[("e2", other)].score for other in ("b1", "b2")}
    )


def test_rematch_obeys_blockers_and_needs_a_run(matcher):
    matcher.match([exhibitor("e", "gỗ")], [buyer("b", "wood")])
    assert matcher.rematch(exhibitor("new", "gỗ", vetoes=["b"])).pairs == ()
    with pytest.raises(ValueError, match="call match first"):
        matcher.with_weights(Weights()).rematch(exhibitor("new", "gỗ"))


def test_a_what_if_run_has_another_version_and_other_scores(matcher):
    fair = ([exhibitor("e", "gỗ", stage="manufacture")], [buyer("b", "wood", stage="retail")])
    now, then = matcher.match(*fair), matcher.with_weights(Weights(stage=0.0)).match(*fair)
    assert now.version != then.version
    assert now.pairs[("e", "b")].score > then.pairs[("e", "b")].score


def test_without_a_lexicon_it_says_so_and_still_matches():
    run = Matcher.fit().match([exhibitor("e", "laptop")], [buyer("b", "laptop")])
    assert (run.has_lexicon, [listed.id for listed in run.lists["b"]]) == (False, ["e"])


def test_a_fair_sets_the_length_of_its_lists(matcher):
    sellers = [exhibitor(f"e{n}", "coffee") for n in range(5)]
    buyers = [buyer(f"b{n}", "coffee") for n in range(5)]
    longest = {
        length: max(
            len(listed) for listed in matcher.for_fair(list_length=length).match(sellers, buyers).lists.values()
        )
        for length in (1, 2, 4)
    }
    assert longest == {1: 1, 2: 2, 4: 4}


def test_a_fairs_own_categories_hang_in_the_tree_and_change_none_of_it(matcher):
    own = [Category(code="green", parent="coffee"), Category(code="coffee", parent="build")]
    tree = matcher.for_fair(list_length=10, categories=own).tree_
    assert (tree.path("green"), tree.path("coffee")) == (("food", "coffee", "green"), ("food", "coffee"))
    assert matcher.tree_.path("green") == ("green",)
    assert matcher.for_fair(list_length=10).version() == matcher.version()


def test_a_newcomer_that_was_admitted_is_met_as_a_full_run_would_meet_it(matcher):
    texts = ("cà phê", "gỗ cao su", "gạch ốp lát", "hạt điều", "bao bì giấy", "máy in")
    wishes = ("coffee beans", "rubber wood", "tiles", "cashew nuts", "paper packaging", "printer")
    sellers = [exhibitor(f"e{n}", text, stage="manufacture") for n, text in enumerate(texts * 5)]
    buyers = [buyer(f"b{n}", text, stage="retail") for n, text in enumerate(wishes * 5)]
    newcomer, caller = exhibitor("new", "cà phê rang xay", markets=["JP"]), buyer("b0", "roasted coffee", country="JP")
    whole = matcher.with_weights(Weights())
    run = whole.match([*sellers, newcomer], [caller, *buyers[1:]])
    grown = matcher.with_weights(Weights())
    grown.match(sellers, buyers)
    for profile in (newcomer, caller):
        grown.admit(profile)
    assert grown.standing_.changed([*sellers, newcomer, caller, *buyers[1:]]) == []
    again = {pair.exhibitor_id: pair.score for pair in grown.rematch(caller).pairs}
    expected = {one: pair.score for (one, other), pair in run.pairs.items() if other == "b0"}
    assert expected
    assert max(again, key=again.get) == "new" == max(expected, key=expected.get)
    # Words and averages stay those of the run before, so scores agree closely and not to the last digit.
    assert {one: again[one] for one in expected} == pytest.approx(expected, abs=0.06)


def test_admitting_one_leaves_the_figures_of_all_others_as_they_were(matcher):
    sellers = [exhibitor(f"e{n}", text) for n, text in enumerate(("cà phê", "gỗ cao su", "gạch", "hạt điều"))]
    buyers = [buyer(f"b{n}", text) for n, text in enumerate(("coffee", "wood", "tile", "nuts"))]
    own = matcher.with_weights(Weights())
    own.match(sellers, buyers)
    before = {pair.exhibitor_id: pair.score for pair in own.rematch(buyers[0]).pairs}
    own.admit(exhibitor("e2", "bao bì giấy"))
    after = {pair.exhibitor_id: pair.score for pair in own.rematch(buyers[0]).pairs}
    assert {one: after[one] for one in ("e0", "e1", "e3")} == pytest.approx(
        {one: before[one] for one in ("e0", "e1", "e3")}
    )
    with pytest.raises(ValueError, match="call match first"):
        matcher.with_weights(Weights()).admit(sellers[0])
