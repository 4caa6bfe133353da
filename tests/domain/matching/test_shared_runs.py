import pytest

from matchmaker.domain.matching.shared_runs import LONGEST_RUN, shared_run


@pytest.mark.parametrize(
    ("term", "need", "offer", "run"),
    [
        ("giấy", "Tìm cốc giấy (150 ml), giao tại Huế", "Cốc giấy: 150 ml", "cốc giấy"),
        ("pillows", "In-flight blankets, pillows and towels wanted", "In-flight blankets, pillows and towels: 280 g",
         "in-flight blankets, pillows and towels"),
        ("pet", "blankets of recycled PET yarn", "Yarn: recycled PET yarn, dyed", "recycled PET yarn"),
        ("tôm", "Mua tôm và cá", "Bán tôm và mực", "tôm"),
        ("bã mía", "Khay bã mía. Giao ở Huế", "Khay bã mía. Giao ở Vinh", "khay bã mía"),
        ("tre", "giỏ tre, rổ", "giỏ tre rổ", "giỏ tre"),
        ("tea", "Black tea : leaves", "Black tea : leaves", "black tea"),
        ("tea", "Black tea – leaves", "Black tea – leaves", "black tea"),
    ],
)  # fmt: skip
def test_a_run_holds_the_words_that_both_texts_have_around_a_term(term, need, offer, run):
    assert shared_run(term, need, offer) == (run, run)


def test_each_text_keeps_its_own_capitals():
    assert shared_run("chè", "Mua chè Shan tuyết", "Chè shan tuyết cổ thụ") == ("chè Shan tuyết", "chè shan tuyết")


@pytest.mark.parametrize("offer", ["Trays of bamboo", "Khay tre"])
def test_a_term_that_is_no_word_of_a_text_has_no_run(offer):
    assert shared_run("tray", "One tray wanted", offer) is None


def test_a_run_longer_than_a_line_takes_is_none():
    text = "khay chia ngăn " + "rất " * LONGEST_RUN + "dài"
    assert shared_run("khay", text, text) is None
