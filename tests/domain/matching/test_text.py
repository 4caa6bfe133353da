import pytest

from matchmaker.domain.matching.text import MAX_TOKENS, Text, normalise
from matchmaker.domain.matching.words import fold, stem, unify


@pytest.mark.parametrize(
    ("written", "unified"),
    [
        ("Hoà", "hòa"),
        ("hòa", "hòa"),
        ("thuý", "thúy"),
        ("quý", "quý"),
        ("qúy", "quý"),
        ("hoàn", "hoàn"),
        ("KHOẺ", "khỏe"),
    ],
)
def test_both_spellings_of_a_tone_become_one(written, unified):
    assert unify(written) == unified


def test_it_unifies_composed_and_decomposed_letters():
    assert unify("gốm sứ") == "gốm sứ"


def test_folding_drops_all_accents_and_the_stroke_of_d():
    assert fold("Đồ gốm SỨ") == "do gom su"


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("tiles", "tile"),
        ("printing", "print"),
        ("printers", "print"),
        ("batteries", "battery"),
        ("glass", "glass"),
        ("gas", "gas"),
    ],
)
def test_stems_join_the_forms_of_a_trade_word(word, family):
    assert stem(word) == stem(family)


@pytest.mark.parametrize(
    ("value", "declared", "lang"),
    [
        ("gạch ốp lát", None, "vi"),
        ("gach op lat", None, "vi"),
        ("gach op lat", "vi", "vi"),
        ("ceramic tiles", None, "en"),
        ("ceramic tiles", "vi", "en"),
        ("gạch ốp lát", "en", "vi"),
        ("ván ép", None, "vi"),
        ("gỗ", None, "vi"),
        ("cần trục tháp", "vi", "vi"),
        ("crème brûlée maker", None, "en"),
        ("", "vi", "vi"),
        ("日本語", None, "en"),
    ],
)
def test_it_knows_the_language_of_a_field(value, declared, lang):
    assert normalise(Text(value, declared)).lang == lang


def test_phrases_of_wishing_and_stop_words_leave_no_token():
    assert normalise(Text("Chúng tôi cần mua gạch và của", "vi")).tokens == ("gạch",)
    assert normalise(Text("Cần tìm nguồn cần trục", "vi")).tokens == ("cần", "trục")
    assert normalise(Text("we are looking for tiles with the", "en")).tokens == ("tile",)


@pytest.mark.parametrize(
    "text",
    [
        "Invitation to tender for the cleaning of cars",
        "Cleaning of cars for a period of three (3) years with an option to extend for another two years",
        "ITT: cleaning of ten cars, 2-year contract, option for renewal",
        "Cleaning of cars for the initial term of twelve months with options to renew",
    ],
)
def test_how_many_and_for_how_long_are_no_words(text):
    assert {*normalise(Text(text, "en")).tokens} - {"contract"} == {"clean", "car"}


@pytest.mark.parametrize("text", ["Thư mời thầu: rửa xe trong vòng 3 năm", "Rửa xe trong thời hạn hai năm"])
def test_how_long_is_no_word_in_vietnamese_either(text):
    assert normalise(Text(text, "vi")).tokens == ("rửa", "xe")


def test_numbers_and_references_are_no_words_but_short_names_are():
    assert normalise(Text("5g modem 2020 ETT19300028", "en")).tokens == ("5g", "modem")


def test_repeating_the_same_words_loses_trust_and_normal_writing_keeps_it():
    assert normalise(Text("gạch ốp lát " * 500, "vi")).honesty < 0.01
    assert normalise(Text("gạch ốp lát men bóng", "vi")).honesty == 1.0


def test_a_huge_text_is_read_only_so_far():
    assert len(normalise(Text("tiles " * 100_000, "en")).tokens) == MAX_TOKENS
