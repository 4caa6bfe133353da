"""The words for what the matcher and the scheduler say in codes."""

import pytest
from flask_babel import force_locale

from matchmaker.domain.matching.blockers import Blocker
from matchmaker.domain.matching.explanation import REASON_CODES, gap
from matchmaker.domain.matching.factors import Factor
from matchmaker.domain.matching.profiles import Item, Profile, Side
from matchmaker.domain.matching.results import Basis
from matchmaker.domain.scheduling import HelpKind, ReasonCode
from matchmaker.web import misses, reasons

LONGEST = 60
LANGUAGES = ("vi", "en")
SIDES = ("mine", "theirs")
CATEGORIES = {"short": "Trà và cà phê", "long": "Máy móc, thiết bị và phụ tùng cho ngành chế biến thực phẩm"}
# The widest facts there are: long names, many of them, great numbers.
WIDE = {
    "terms": [{"source": "gỗ công nghiệp", "target": "engineered wood"}, {"source": "MDF", "target": "MDF"}],
    "path": ("root", "long"),
    "seller_stage": "raw_material",
    "buyer_stage": "distribution",
    "met": ("GLOBALG.A.P.", "ISO 22000", "FSSC 22000", "HALAL"),
    "missing": ("GLOBALG.A.P.", "ISO 22000", "FSSC 22000", "HALAL"),
    "markets": ("AE", "GB", "US", "VC"),
    "quantity": 2_500_000.0,
    "minimum_order": 1_000_000.0,
    "quantity_unit": "sản phẩm",
    "minimum_unit": "sản phẩm",
    "languages": ("vi", "en", "zh", "ko"),
    "slots": 48,
}
# The least the matcher gives: nothing at all, which is what a profile of few words leads to.
BARE = {}
LISTS = ("categories", "certificates", "markets", "languages")


@pytest.fixture(params=LANGUAGES)
def language(app, request):
    with app.test_request_context(), force_locale(request.param):
        yield request.param


def reason(code, side, params, contribution=0.2):
    return {"code": code, "side": side, "params": params, "contribution": contribution}


def worded(code, role, side, params):
    told = reasons.why({role: [reason(code, side, params)]}, role=role, categories=CATEGORIES)
    return [*told.for_you, *told.for_them, *told.against]


def test_every_reason_of_the_matcher_has_words_or_is_left_out_on_purpose(language):
    for code in REASON_CODES:
        for role in Side:
            for side in SIDES:
                sentences = worded(code, role, side, WIDE)
                assert len(sentences) == (code not in reasons.UNSPOKEN), (code, role, side)


def test_a_reason_is_one_short_line_whatever_its_facts(language):
    for code in set(REASON_CODES) - reasons.UNSPOKEN:
        for role in Side:
            for side in SIDES:
                for params in (WIDE, BARE):
                    for sentence in worded(code, role, side, params):
                        assert 0 < len(sentence) < LONGEST, sentence
                        assert sentence == " ".join(sentence.split()), f"a gap in {sentence!r}"
                        assert not sentence.endswith((":", "→")), sentence


@pytest.mark.parametrize(
    ("wanted", "least", "said"),
    [
        ((4800.0, "bottles"), (300.0, "chai"), "Cần 4.800 chai, đặt tối thiểu 300 chai"),
        ((2.0, "tấn"), (300.0, "kg"), "Cần 2 tấn, đặt tối thiểu 300 kg"),
        ((4800.0, ""), (300.0, ""), "Cần 4.800, đặt tối thiểu 300"),
    ],
)
def test_quantities_are_said_with_their_units(app, wanted, least, said):
    facts = {"quantity": wanted[0], "quantity_unit": wanted[1], "minimum_order": least[0], "minimum_unit": least[1]}
    with app.test_request_context(), force_locale("vi"):
        assert worded("quantity_fits", "buyer", "mine", facts) == [said]


def test_quantities_in_units_that_cannot_be_compared_are_not_said(app):
    facts = {"quantity": 4800.0, "quantity_unit": "chai", "minimum_order": 300.0, "minimum_unit": "thùng"}
    with app.test_request_context(), force_locale("vi"):
        assert worded("quantity_fits", "buyer", "mine", facts) == worded("quantity_fits", "buyer", "mine", BARE)


def test_reasons_stand_with_the_side_they_speak_for_strongest_first(app):
    told = [
        reason("shared_market", "mine", {"markets": ["JP"]}, 0.1),
        reason("text_fits", "mine", {"terms": [{"source": "gỗ", "target": "wood"}]}, 0.4),
        reason("size_fits", "theirs", {}, 0.2),
        reason("no_shared_language", "theirs", {}, -0.3),
        reason("text_far", "theirs", {}, -0.9),
    ]
    with app.test_request_context(), force_locale("en"):
        found = reasons.why({"buyer": told}, role="buyer", categories={})
    assert (found.for_you, found.for_them, found.against) == (
        ["They offer: gỗ → wood", "A market in common: Japan"],
        ["You have the size they look for"],
        ["No language in common: an interpreter helps"],
    )


@pytest.mark.parametrize(
    ("need", "offer", "offered", "needed"),
    [
        ("trays", "tray", "tray", "trays"),
        ("gom su", "gốm sứ", "gốm sứ", "gom su"),
        ("gỗ", "wood", "gỗ → wood", "gỗ → wood"),
    ],
)
def test_one_word_in_two_forms_is_no_link_between_languages(app, need, offer, offered, needed):
    facts = {"terms": [{"source": need, "target": offer}]}
    with app.test_request_context(), force_locale("en"):
        assert worded("text_fits", "buyer", "mine", facts) == [f"They offer: {offered}"]
        assert worded("text_fits", "exhibitor", "mine", facts) == [f"They need: {needed}"]


@pytest.mark.parametrize(("spoken", "sentences"), [(["rattan", "rattan"], ["They offer: rattan"]), (None, [])])
def test_terms_are_told_in_the_language_of_the_page_or_not_at_all(app, spoken, sentences):
    facts = {"terms": [{"source": "mây", "target": "mây", "spoken": {"en": spoken}}]}
    with app.test_request_context(), force_locale("en"):
        assert worded("text_fits", "buyer", "mine", facts) == sentences
    with app.test_request_context(), force_locale("vi"):
        assert len(worded("text_fits", "buyer", "mine", facts)) == 1


def test_a_language_is_written_small_within_a_vietnamese_sentence(app):
    facts = {"languages": ["en", "vi"]}
    with app.test_request_context(), force_locale("vi"):
        assert worded("shared_language", "buyer", "mine", facts) == ["Cùng nói tiếng Anh, tiếng Việt"]


def test_two_of_one_stage_are_no_neighbours(app):
    facts = {"seller_stage": "manufacture", "buyer_stage": "manufacture"}
    with app.test_request_context(), force_locale("en"):
        assert worded("stage_fits", "buyer", "mine", facts) == ["The same stage of the chain: manufacture"]


def test_a_certificate_is_called_by_its_name(app):
    facts = {"met": ["ISO9001", "OKCOMPOST"], "missing": []}
    with app.test_request_context(), force_locale("en"):
        assert worded("shared_certificate", "buyer", "mine", facts) == [
            "They hold ISO 9001, OK compost, which you ask for"
        ]


def test_what_holds_for_both_sides_is_said_once(app):
    told = [reason("shared_language", side, {"languages": ["vi"]}) for side in ("mine", "theirs")]
    with app.test_request_context(), force_locale("en"):
        found = reasons.why({"buyer": told}, role="buyer", categories={})
    assert (found.for_you, found.for_them) == (["You share a language: Vietnamese"], [])


def test_a_fact_leads_each_side_and_the_second_side_by_another_one(app):
    terms = {"terms": [{"source": "wood", "target": "wood"}]}
    told = [
        reason("profile_fits", "mine", {}, 0.5),
        reason("text_fits", "mine", terms, 0.4),
        reason("profile_fits", "theirs", {}, 0.5),
        reason("text_fits", "theirs", terms, 0.4),
        reason("size_fits", "theirs", {}, 0.1),
    ]
    with app.test_request_context(), force_locale("en"):
        found = reasons.why({"buyer": told}, role="buyer", categories={})
    assert (found.for_you, found.for_them) == (
        ["They offer: wood", "Their offers as a whole suit your needs"],
        ["You have the size they look for", "Your needs as a whole suit their offers", "You need: wood"],
    )


def test_reasons_of_the_other_page_are_not_shown(app):
    with app.test_request_context():
        found = reasons.why({"buyer": [reason("size_fits", "mine", {})]}, role="exhibitor", categories={})
    assert (found.for_you, found.for_them, found.against) == ([], [], [])


def test_a_long_category_name_makes_room_for_a_short_sentence(app):
    with app.test_request_context(), force_locale("en"):
        assert worded("shared_category", "buyer", "mine", {"path": ["root", "short"]}) == [
            "Same category: Trà và cà phê"
        ]
        assert worded("shared_category", "buyer", "mine", {"path": ["root", "long"]}) == [
            "Offer and need are in the same category"
        ]


def test_every_missing_field_has_words(language):
    item = Item(id="1", text="tea", lang="en")
    full = {"id": "p", "company_id": "c", "stage": "manufacture", **dict.fromkeys(LISTS, ("any",))}
    seen = set()
    for side, own in ((Side.EXHIBITOR, "offers"), (Side.BUYER, "needs")):
        for missing in ({own: ()}, {own: (item,)}, {"stage": None}, *({name: ()} for name in LISTS)):
            code = gap(Profile(**{**full, "side": side, own: (item,) * 3, **missing}))
            seen.add(code)
            assert 0 < len(reasons.gap({side: code}, role=side)) < LONGEST, code
    assert seen == set(reasons.GAPS)
    assert reasons.gap({"buyer": None}, role="buyer") == ""


def test_every_blocker_factor_and_basis_has_words(language):
    assert all(reasons.blocker_words(code) for code in Blocker)
    assert all(reasons.factor_words(code) for code in Factor)
    silent = {basis for basis in Basis if not reasons.label_words(basis)}
    assert silent == {Basis.LEARNED, Basis.DEFAULT}


def test_every_reason_and_help_of_the_scheduler_has_words(language):
    wide = {"capacity": 1234, "requested": 2345, "maximum": 16}
    for code in ReasonCode:
        for evidence in (wide, BARE):
            assert 0 < len(misses.miss_words(code, evidence)) <= LONGEST, code
        assert misses.miss_kind(code)
    assert all(misses.help_words(kind) for kind in HelpKind)
    assert (set(misses.REASONS), set(misses.KINDS), set(misses.HELPS)) == (
        set(ReasonCode),
        set(ReasonCode),
        set(HelpKind),
    )


def test_vietnamese_words_are_not_the_english_ones(app):
    def all_words():
        spoken = set(REASON_CODES) - reasons.UNSPOKEN
        yield from (worded(code, role, side, WIDE) for code in sorted(spoken) for role in Side for side in SIDES)
        yield from (misses.miss_words(code, BARE) for code in ReasonCode)
        yield from (misses.help_words(kind) for kind in HelpKind)
        yield from (reasons.blocker_words(code) for code in Blocker)
        yield from (reasons.factor_words(code) for code in Factor)
        yield from (words() for words in reasons.GAPS.values())

    with app.test_request_context():
        with force_locale("vi"):
            vietnamese = list(all_words())
        with force_locale("en"):
            english = list(all_words())
    assert [one for one, other in zip(vietnamese, english, strict=True) if one == other] == []


@pytest.mark.parametrize(("score", "level"), [(0.9, 5), (0.75, 5), (0.6, 4), (0.35, 3), (0.2, 2), (0.1, 1), (0.0, 1)])
def test_a_score_becomes_one_of_five_steps(score, level):
    assert reasons.fit_level(score) == level
