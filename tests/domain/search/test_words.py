import unicodedata

import pytest

from matchmaker.domain.search.trade_terms import category_words, in_other_language
from matchmaker.domain.search.words import BREAK, MOST_ASKED, MOST_WORDS, document_of, query_of, spelled_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gỗ tràm", ["go", "tram"]),
        (unicodedata.normalize("NFD", "Gỗ tràm"), ["go", "tram"]),
        ("hoà HÒA hoa", ["hoa", "hoa", "hoa"]),
        ("Đồ gốm (CNC-5 trục)", ["do", "gom", "cnc", "5", "truc"]),
        ('"NEAR/5" OR name:x* %_\\', ["near", "5", "or", "name", "x"]),
        ("go\u200btram \u202eabc", ["gotram", "abc"]),
        ("चाय 茶", ["चाय", "茶"]),
        (f"go{BREAK}tram", ["go", "tram"]),
        ("— … 🙂", []),
    ],
)
def test_words_are_folded_and_without_signs(text, words):
    assert words_of(text) == words


def test_spelled_words_keep_marks_and_have_their_tone_in_one_place():
    assert spelled_words("hoà") == spelled_words("hòa")
    assert spelled_words("hoà") != spelled_words("hoa")


def test_no_phrase_runs_from_one_text_into_the_next():
    document = document_of(names=["Mai"], items=["Gỗ", "tràm"], categories=[], abouts=[])
    assert document.items == ("go", BREAK, "tram")


def test_a_flood_of_words_is_cut():
    document = document_of(names=[], items=["gỗ " * 50_000], categories=[], abouts=[])
    assert len(document.items) == MOST_WORDS
    assert len(document.spelled) == MOST_WORDS


def test_a_query_has_its_marks_only_where_some_were_typed():
    assert query_of("go tram").spelled == ()
    assert query_of("gỗ tràm").spelled == tuple(spelled_words("gỗ tràm"))


def test_a_query_of_many_words_is_cut_and_one_of_none_is_none():
    assert len(query_of("a " * 100).words) == MOST_ASKED
    assert query_of("%% ** ()") is None


def test_trade_terms_are_known_in_both_languages():
    assert "mật ong" in in_other_language("HONEY")
    assert "honey" in in_other_language("mat ong")
    assert in_other_language("no such thing") == ()


def test_a_category_is_also_called_by_its_synonyms_and_what_is_above_it():
    called = category_words()["food-dairy-honey"]
    assert {"Sữa và mật ong", "wild honey", "Food, drinks and in-flight catering"} <= set(called)
