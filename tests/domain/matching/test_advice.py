"""Which field would help most: each number is counted from the other side, and holds when the field is filled."""

from dataclasses import replace

import pytest

from matchmaker.domain.matching.advice import WORTH, Crowd, Field, Gain, advise
from matchmaker.domain.matching.factors import Factor, TraitReader, Weights, bounded_factors
from matchmaker.domain.matching.profiles import Item, Profile, Side


def item(text="tea", **values):
    return Item(id=text, text=text, **values)


def seller(**values):
    return Profile(id="s", side=Side.EXHIBITOR, **values)


def buyers(*profiles):
    return [
        replace(Profile(id=f"b{n}", side=Side.BUYER, needs=(item(),)), **values) for n, values in enumerate(profiles)
    ]


FULL = {
    "offers": (item(categories=("food",), moq=1.0),),
    "categories": ("food",),
    "stage": "manufacture",
    "certificates": ("HACCP",),
    "markets": ("JP",),
    "languages": ("en",),
}


def test_without_any_offer_that_is_what_helps_most():
    crowd = Crowd(buyers({}, {"certificates_asked": ("HACCP",)}, {"needs": ()}))
    advice = advise(seller(), crowd)
    assert (advice.best, advice.filled, advice.total, advice.others) == (Gain(Field.OFFERS, "", 2), 0, 7, 3)


def test_a_full_profile_that_meets_everyone_gets_no_advice():
    crowd = Crowd(buyers({"country": "JP", "certificates_asked": ("HACCP",), "stage": "retail"}))
    advice = advise(seller(**FULL), crowd)
    assert (advice.best, advice.filled, advice.total) == (None, 7, 7)


@pytest.mark.parametrize(
    ("missing", "others", "gain"),
    [
        ({"stage": None}, [{"stage": "retail"}, {"stage": "retail"}, {}], Gain(Field.STAGE, "", 2)),
        ({"languages": ()}, [{"languages": ("en",)}, {}], Gain(Field.LANGUAGES, "", 1)),
        (
            {},
            [{"certificates_asked": ("HALAL", "HACCP")}, {"certificates_asked": ("HALAL",)}],
            Gain(Field.CERTIFICATES, "HALAL", 2),
        ),
        (
            {},
            [{"country": "AE"}, {"country": "AE"}, {"country": "JP"}, {"country": "DE"}],
            Gain(Field.MARKETS, "AE", 2),
        ),
        (
            {"categories": (), "offers": (item(moq=1.0),)},
            [{"categories": ("food",)}, {"categories": ("craft",)}],
            Gain(Field.CATEGORIES, "", 2),
        ),
        (
            {"offers": (item(categories=("food",)),)},
            [{"needs": (item(quantity=5.0),)}, {}],
            Gain(Field.QUANTITY, "", 1),
        ),
    ],
)
def test_each_field_counts_the_companies_it_would_newly_matter_to(missing, others, gain):
    assert advise(seller(**{**FULL, **missing}), Crowd(buyers(*others))).best == gain


def test_the_field_worth_most_wins_not_the_one_with_most_companies():
    crowd = Crowd(
        buyers(
            {"stage": "retail", "languages": ("vi",)}, {"stage": "retail", "languages": ("vi",)}, {"languages": ("vi",)}
        )
    )
    lacking = seller(**{**FULL, "stage": None, "languages": ()})
    assert advise(lacking, crowd).best == Gain(Field.STAGE, "", 2)  # 2 x .5 against 3 x .2.


def test_a_buyer_is_advised_by_what_sellers_say():
    assert advise(Profile(id="b", side=Side.BUYER), Crowd([])).best is None
    crowd = Crowd([seller(offers=(item(moq=3.0),), certificates=("HACCP",), markets=("US",))])
    assert advise(Profile(id="b", side=Side.BUYER), crowd).best == Gain(Field.NEEDS, "", 1)
    told = Profile(id="b", side=Side.BUYER, needs=(item(quantity=1.0),), country="VN", markets=("VN",))
    assert advise(told, crowd).best == Gain(Field.MARKETS, "US", 1)
    asks_nothing = replace(told, markets=("US",))
    assert advise(asks_nothing, crowd).best == Gain(Field.CERTIFICATES, "", 1)


def test_filling_in_the_advised_value_brings_exactly_as_many_as_were_promised():
    others = buyers({"country": "AE"}, {"country": "AE", "markets": ("AE", "JP")}, {"country": "DE"}, {"country": "AE"})
    one = seller(**FULL)
    gain = advise(one, Crowd(others)).best
    after = replace(one, markets=(*one.markets, gain.value))

    def met(profile):
        reader = TraitReader(stages={}, among=[profile, *others])
        table = bounded_factors(reader.read([profile]), reader.read(others), reader.flow())
        return int((table[Factor.MARKET] > 0).sum())

    assert met(after) - met(one) == gain.count == 2


def test_the_worth_of_fields_is_that_of_the_matchers_factors():
    weights = Weights()
    texts = weights.item + weights.document + weights.character
    assert dict(WORTH) == {
        Field.OFFERS: texts,
        Field.NEEDS: texts,
        Field.CATEGORIES: weights.category,
        Field.STAGE: weights.stage,
        Field.CERTIFICATES: weights.certificate,
        Field.MARKETS: weights.market,
        Field.QUANTITY: weights.quantity,
        Field.LANGUAGES: weights.language,
    }
