import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.matching.families import MARK
from matchmaker.domain.matching.lexicon import BilingualLexicon, units
from matchmaker.domain.matching.profiles import LabelPair
from matchmaker.domain.matching.text import Text, normalise
from tests.domain.matching.conftest import LABELS

PAIRS = [LabelPair(vi=vi, en=en) for vi, en in LABELS]


def _concepts(lexicon, text, lang="vi"):
    row = lexicon.transform([normalise(Text(text, lang))]).toarray()[0]
    stems = [n for n, name in enumerate(lexicon.concepts_) if not name.startswith(MARK) and row[n] > 0]
    return {lexicon.concepts_[n] for n in sorted(stems, key=lambda n: -row[n])[:2]}


def _likeness(lexicon, text, other):
    return float((lexicon.transform([normalise(text)]) @ lexicon.transform([normalise(other)]).T).toarray()[0, 0])


def test_units_never_start_or_end_in_a_stop_word():
    assert list(units(normalise(Text("gỗ và ván ép", "vi")))) == ["gỗ", "gỗ _ ván", "ván", "ván ép", "ép"]


def test_it_translates_a_phrase_it_was_taught():
    assert _concepts(BilingualLexicon().fit(PAIRS), "gỗ cao su") == {"rubb", "wood"}


def test_a_text_without_accents_means_the_same():
    lexicon = BilingualLexicon().fit(PAIRS)
    assert _concepts(lexicon, "go cao su") == _concepts(lexicon, "gỗ cao su")


def test_unknown_words_stay_silent():
    assert BilingualLexicon().fit(PAIRS).transform([normalise(Text("thủy tinh", "vi"))]).nnz == 0


def test_it_tells_which_words_speak_for_a_concept():
    lexicon = BilingualLexicon().fit(PAIRS)
    linked = lexicon.links(normalise(Text("ván ép xuất khẩu", "vi")))
    assert linked[lexicon.concept_number_["plywood"]] == "ván ép"


def test_a_text_is_about_the_words_that_its_columns_were_linked_by():
    lexicon = BilingualLexicon().fit(PAIRS)
    text = normalise(Text("plywood", "en"))
    row = lexicon.transform([text])
    assert row.nnz > 1
    assert {lexicon.links(text)[column] for column in row.indices} == {"plywood"}


def test_a_compound_and_its_parts_are_alike_though_no_label_has_the_compound():
    labels = [("chống nước", "water proof"), ("chống cháy", "fire proof"), ("ống gió", "wind pipe")]
    labels += [("chống bụi", "dust proof"), ("tua bin gió", "wind turbine"), ("đồng hồ gió", "wind gauge")]
    lexicon = BilingualLexicon().fit([LabelPair(vi=vi, en=en) for vi, en in labels])
    said = Text("chống gió", "vi")
    assert _likeness(lexicon, said, Text("windproof", "en")) > 0.3
    assert _likeness(lexicon, said, Text("windproof", "en")) > _likeness(lexicon, said, Text("turbine", "en"))


def test_texts_meet_in_vietnamese_where_english_words_differ():
    labels = [("xe đạp trẻ em", "children's bicycle"), ("xe đạp điện", "electric bike"), ("xe đạp đua", "race bike")]
    lexicon = BilingualLexicon().fit([LabelPair(vi=vi, en=en) for vi, en in [*labels, ("xe đạp gấp", "folding cycle")]])
    assert _likeness(lexicon, Text("bicycle", "en"), Text("bike", "en")) > 0.1


@settings(deadline=None)
@given(st.permutations(PAIRS))
def test_the_order_of_the_labels_teaches_nothing(pairs):
    text = [normalise(Text("bao bì giấy", "vi"))]
    first, second = BilingualLexicon().fit(PAIRS).transform(text), BilingualLexicon().fit(pairs).transform(text)
    assert (first != second).nnz == 0


def test_nothing_learned_is_a_lexicon_that_says_nothing_and_survives_pickling():
    empty = pickle.loads(pickle.dumps(BilingualLexicon().fit([])))  # noqa: S301  # Our own bytes.
    assert empty.transform([normalise(Text("gỗ", "vi"))]).shape == (1, 0)
