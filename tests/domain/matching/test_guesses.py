"""Categories suggested for a text: phrases written by hand, with what a person would file them under."""

import csv
from pathlib import Path

import pytest

from matchmaker.domain.matching.guesses import CategoryGuesser
from matchmaker.domain.matching.labels import SectorTerm
from matchmaker.domain.matching.profiles import Category
from matchmaker.services.category_guesses import guessed_categories

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "category_guesses.csv"
TREE = [
    Category(code="food", name_vi="Thực phẩm", name_en="Food", synonyms_vi=("đồ ăn",), synonyms_en=("foodstuff",)),
    Category(code="coffee", parent="food", name_vi="Cà phê và chè", name_en="Coffee and tea"),
    Category(code="sauce", parent="food", name_vi="Nước chấm", name_en="Sauces", synonyms_vi=("hòa quyện",)),
    Category(code="toys", name_vi="Đồ chơi", name_en="Toys"),
]
TERMS = [SectorTerm(vi="hạt arabica", en="coffee bean", sector="food")]


@pytest.fixture(scope="module")
def golden():
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], set(row["categories"].split("|"))) for row in csv.DictReader(lines)]


@pytest.fixture(scope="module")
def guesser():
    return CategoryGuesser(TREE, TERMS)


def codes(guesser, *texts):
    return [guess.code for guess in guesser.guess(*texts)]


def test_what_a_person_would_choose_is_nearly_always_among_the_three(golden):
    found = [(text, wanted, guessed_categories(text)) for text, wanted in golden]
    missed = [text for text, wanted, guessed in found if not wanted & set(guessed)]
    first = sum(bool(wanted & set(guessed[:1])) for _text, wanted, guessed in found)
    assert len(found) >= 70
    assert len(missed) <= 0.05 * len(found), missed
    assert first >= 0.88 * len(found)


def test_there_are_never_more_than_three_and_none_without_a_reason(golden):
    assert all(len(guessed_categories(text)) <= 3 for text, _wanted in golden)
    assert [guessed_categories(text) for text in ("", "   ", "1234", "!?", "và của the of", "qwzx")] == [[]] * 6


def test_accents_may_be_left_out_and_tones_stand_on_either_vowel(guesser):
    assert codes(guesser, "cà phê")[0] == codes(guesser, "ca phe")[0] == codes(guesser, "CÀ PHÊ")[0] == "coffee"
    assert codes(guesser, "hoà quyện") == codes(guesser, "hòa quyện") == ["sauce"]


def test_what_can_not_be_chosen_is_stood_for_by_the_nearest_above_it(guesser):
    assert [guess.code for guess in guesser.guess("cà phê", among={"food", "toys"})] == ["food"]
    assert guesser.guess("cà phê", among={"toys"}) == []
    assert guesser.guess("cà phê", among={"food", "coffee"})[0].code == "coffee"


def test_a_term_of_the_vocabulary_carries_over_to_the_other_language(guesser):
    assert codes(guesser, "hạt arabica")[0] == "coffee"


def test_a_narrow_category_comes_before_its_whole_sector(guesser):
    assert codes(guesser, "foodstuff") == ["food"]
    assert codes(guesser, "food: coffee")[0] == "coffee"


def test_both_languages_of_an_item_count(guesser):
    assert set(codes(guesser, "đồ chơi", "coffee")) >= {"toys", "coffee"}


def test_the_same_text_always_gives_the_same_guesses(golden):
    texts = [text for text, _wanted in golden[:10]]
    assert [guessed_categories(text) for text in texts] == [guessed_categories(text) for text in texts]
