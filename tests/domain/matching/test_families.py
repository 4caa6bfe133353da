from matchmaker.domain.matching.families import WordFamilies

LABELS = [["wind", "chim"], ["wind", "mill"], ["wind", "tunnel"], ["proof", "ink"], ["proof", "bag"], ["proof", "gin"]]


def test_a_compound_of_two_known_words_is_also_both_of_them():
    assert WordFamilies(LABELS).kin("windproof") == ("windproof", "wind", "proof", "^wind", "^proo")


def test_a_part_that_few_labels_use_is_not_believed():
    assert WordFamilies(LABELS).kin("windmill") == ("windmill", "^wind")


def test_words_with_one_opening_are_of_one_family():
    families = WordFamilies([])
    assert set(families.kin("durabl")) & set(families.kin("durability")) == {"^dura"}


def test_a_short_word_has_no_opening_but_itself():
    assert WordFamilies([]).kin("oil") == ("oil",)
