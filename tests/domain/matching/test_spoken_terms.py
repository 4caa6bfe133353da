from matchmaker.domain.matching.explanation import BestPair
from matchmaker.domain.matching.spoken_terms import spoken_terms

NEED = {"vi": "Cần mua hộp mây tre đan, 500 cái mỗi tháng", "en": "Rattan boxes wanted, 500 pcs a month"}
OFFER = {
    "vi": "Hàng mây tre đan: hộp; năng lực 900 cái mỗi tháng",
    "en": "Rattan ware: boxes; capacity 900 pcs a month",
}
CALLED = {"mây tre đan": ("bamboo ware", "rattan")}


def pair(**versions):
    return BestPair(need=NEED["vi"], offer=OFFER["vi"], terms=(), buyer="buyer", **versions)


def shared(*names):
    return [{"source": name, "target": name, "weight": 0.1} for name in names]


def told(*names, **versions):
    return spoken_terms(shared(*names), pair(**versions), translate=lambda name: CALLED.get(name, ()))


def test_each_language_names_a_term_as_its_own_text_does():
    [term] = told("mây tre đan", need_versions=NEED, offer_versions=OFFER)
    assert (term["source"], term["spoken"]) == ("mây tre đan", {"en": ["rattan", "rattan"]})


def test_a_term_that_the_other_language_does_not_have_is_not_spoken_there():
    [term] = told("mây tre đan", need_versions=NEED, offer_versions={**OFFER, "en": "Bags"})
    assert term["spoken"] == {"en": None}


def test_texts_in_one_language_are_told_as_they_are():
    [term] = told("mây tre đan")
    assert "spoken" not in term


def test_measures_and_parts_of_a_longer_term_say_nothing():
    assert [term["source"] for term in told("tháng", "tre đan", "mây tre đan")] == ["mây tre đan"]


def test_words_that_stand_apart_in_the_texts_are_left_out():
    assert told("mây hộp") == []


def test_a_term_is_told_with_the_words_around_it_that_both_texts_have():
    need = "Cần mua cốc giấy phủ gốc nước (tái chế như giấy), 500 cái mỗi tháng"
    offer = "Cốc giấy phủ gốc nước: tái chế như giấy; năng lực 900 cái mỗi tháng"
    told = spoken_terms(
        shared("giấy", "nước"), BestPair(need=need, offer=offer, terms=(), buyer="buyer"), translate=lambda _name: ()
    )
    assert [(term["source"], term["target"]) for term in told] == [
        ("cốc giấy phủ gốc nước", "cốc giấy phủ gốc nước")
    ] * 2
