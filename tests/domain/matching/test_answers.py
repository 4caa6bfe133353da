"""Nothing that is learned from may know the answer, or what came after it."""

from dataclasses import fields, replace

import pytest

from matchmaker.domain.matching import learning
from matchmaker.domain.matching.answers import PairAnswer, answered_needs, frozen
from matchmaker.domain.matching.profiles import Item, Profile, Side
from matchmaker.domain.matching.search import profile_of
from tests.domain.matching.conftest import buyer, exhibitor

GOODS = ("gạch ốp lát", "gỗ cao su", "cà phê", "hạt điều", "bao bì giấy", "máy in")
WISHES = ("tiles", "rubber wood", "coffee", "cashew nuts", "paper packaging", "printer")
# What is on a profile before anybody answers. A new field has to be put here, or be taken off by `frozen`.
KNOWN_BEFORE = {
    *("id", "side", "company_id", "lang", "offers", "needs", "categories", "stage", "certificates"),
    *("certificates_asked", "country", "parent_country", "markets", "markets_wished", "languages", "size"),
    "sizes_wished",
}
LEFT_BEHIND = {
    "vetoes": ("e0",),
    "competitors": ("e0",),
    "excluded_countries": ("VN",),
    "free_slots": 1,
    "capacity_left": 0,
    "published_rank": 9,
}


def answer(asker, other, grade=4, at="2026-03-01", **values):
    return PairAnswer(
        **{"asker": asker, "other": other, "text": "tiles", "grade": grade, "at": at, "seen_at": "2026-01-01", **values}
    )


def people(*profiles):
    return {profile.id: profile for profile in profiles}


def test_every_field_is_either_known_before_or_taken_off():
    assert {field.name for field in fields(Profile)} == KNOWN_BEFORE | LEFT_BEHIND.keys()
    bare = exhibitor("e", "gỗ")
    assert frozen(replace(bare, **LEFT_BEHIND)) == bare


def test_answers_are_grouped_by_asker_and_text_and_the_newest_word_counts():
    known = people(buyer("b", "tiles"), exhibitor("e0", "gạch"), exhibitor("e1", "gỗ"))
    needs = answered_needs(
        [answer("b", "e0", 1), answer("b", "e0", 3, "2026-03-05"), answer("b", "e1", 0, "2026-03-02")], known
    )
    assert [(need.query.text, dict(need.grades), need.at) for need in needs] == [
        ("tiles", {"e0": 3, "e1": 0}, "2026-03-05")
    ]
    assert needs[0].query.side_wanted is Side.EXHIBITOR


@pytest.mark.parametrize(
    "left_out",
    [{"seen_at": "2026-03-02"}, {"text": " "}, {"other": "gone"}, {"asker": "gone"}],
    ids=["a profile changed after the answer", "nothing was quoted", "other left", "asker left"],
)
def test_an_answer_whose_profiles_are_not_as_they_were_teaches_nothing(left_out):
    known = people(buyer("b", "tiles"), exhibitor("e0", "gạch"))
    assert answered_needs([answer("b", "e0")], known)
    assert answered_needs([replace(answer("b", "e0"), **left_out)], known) == []


def test_an_asker_brings_no_veto_into_its_question():
    asker = replace(buyer("b", "tiles"), **LEFT_BEHIND)
    (need,) = answered_needs([answer("b", "e0")], people(asker, exhibitor("e0", "gạch")))
    asked = profile_of(need.query)
    assert [getattr(asked, name) for name in LEFT_BEHIND] == [getattr(buyer("x"), name) for name in LEFT_BEHIND]


@pytest.fixture
def features_of(matcher, monkeypatch):
    """Learn, and return every table of features and grades that the regression was given."""
    seen = []
    learned_weights = learning.learned_weights

    def spy(features, grades, needs, default):
        seen.append((features.tolist(), grades.tolist()))
        return learned_weights(features, grades, needs, default)

    monkeypatch.setattr(learning, "learned_weights", spy)

    def run(answers, profiles):
        seen.clear()
        everyone = [frozen(profile) for profile in profiles]
        learning.learn_from_answers(matcher, answered_needs(answers, people(*everyone)), everyone)
        return list(seen)

    return run


SELLERS = [exhibitor(f"e{n}", text, stage="manufacture" if n % 2 else "retail") for n, text in enumerate(GOODS)]
ASKERS = [replace(buyer(f"b{n:02d}", WISHES[n % 6]), stage="retail") for n in range(60)]


def answers(best=4, worst=0):
    """Sixty needs in order of time; each says yes to the one that fits and no to its neighbour."""
    return [
        answer(f"b{n:02d}", f"e{place}", grade, f"2026-03-{n // 24 + 1:02d}T{n % 24:02d}", text=WISHES[n % 6])
        for n in range(60)
        for place, grade in ((n % 6, best), ((n + 1) % 6, worst))
    ]


def test_the_features_of_a_pair_do_not_know_its_own_outcome(features_of):
    told, turned = features_of(answers(), [*SELLERS, *ASKERS]), features_of(answers(0, 4), [*SELLERS, *ASKERS])
    assert told
    assert told[0][0] == turned[0][0]
    assert told[0][1] != turned[0][1]


def test_what_an_outcome_leaves_on_the_profiles_changes_no_feature(features_of):
    marked = [replace(profile, **LEFT_BEHIND) for profile in (*SELLERS, *ASKERS)]
    assert features_of(answers(), marked) == features_of(answers(), [*SELLERS, *ASKERS])


def test_an_offer_that_repeats_the_need_its_company_was_chosen_for_changes_no_feature(features_of):
    plain = features_of(answers(), [*SELLERS, *ASKERS])
    won = [
        replace(seller, offers=(*seller.offers, Item(id="won", text=WISHES[n].upper())))
        for n, seller in enumerate(SELLERS)
    ]
    assert features_of(answers(), [*won, *ASKERS])[0] == plain[0]


def test_what_is_judged_is_learned_from_earlier_answers_alone(features_of):
    first = features_of(answers(), [*SELLERS, *ASKERS])[0]
    later = [one if one.at < "2026-03-03" else replace(one, grade=4 - one.grade) for one in answers()]
    again = features_of(later, [*SELLERS, *ASKERS])[0]
    assert first == again
    assert len(first[1]) == 2 * 48
