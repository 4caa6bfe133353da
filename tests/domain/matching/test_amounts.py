import pytest

from matchmaker.domain.matching.profiles import Item, Profile, Side


def _quantity(matcher, offers, needs, *, is_turned=False):
    """Whether the quantity adds to the score (True), takes from it (False), or says nothing; all parts must add up."""
    sells, buys = ("needs", "offers") if is_turned else ("offers", "needs")
    said = [
        tuple(Item(id=str(n), text=text, lang="en", **({amount: value} if value else {})) for n, (text, value) in pairs)
        for amount, pairs in (("moq", list(enumerate(offers))), ("quantity", list(enumerate(needs))))
    ]
    seller = Profile(id="e", side=Side.EXHIBITOR, **{sells: said[is_turned]})
    purchaser = Profile(id="b", side=Side.BUYER, **{buys: said[not is_turned]})
    pair = matcher.match([seller], [purchaser]).pairs["e", "b"]
    assert abs(sum(part.value for part in pair.contributions) - pair.score) < 1e-12
    told = [part for part in pair.contributions if part.code == "quantity" and part.value]
    return {part.value > 0 for part in told}


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(
    ("offers", "needs", "expected"),
    [
        ([("plywood", 500)], [("plywood", 500)], {True}),
        ([("plywood", 500)], [("plywood", 499)], {False}),
        ([("plywood", 500)], [("plywood", None)], set()),
        # A large need for another thing does not excuse a small one for the thing quoted.
        ([("ceramic tiles", 1000)], [("printer", 90_000), ("ceramic tiles", 10)], {False}),
        # Nor does a small minimum order of another thing.
        ([("printer", 1), ("ceramic tiles", 1000)], [("ceramic tiles", 10)], {False}),
        ([("printer", 90_000), ("ceramic tiles", 10)], [("ceramic tiles", 10)], {True}),
        # What is quoted names no amount, so nothing is known, whatever else is said.
        ([("printer", 1), ("ceramic tiles", None)], [("ceramic tiles", 10)], set()),
    ],
)
def test_the_quantity_of_the_quoted_need_must_reach_the_smallest_order_of_the_quoted_offer(
    matcher, offers, needs, expected, is_turned
):
    assert _quantity(matcher, offers, needs, is_turned=is_turned) == expected


@pytest.mark.parametrize(
    ("offered", "wanted", "expected"),
    [
        ((500, "pcs"), (500, "cái"), {True}),
        ((300, "kg"), (2, "tấn"), {True}),
        ((2, "tonnes"), (300, "kg"), {False}),
        # A box is no kilogram, so nothing is known.
        ((300, "hộp"), (2, "tấn"), set()),
        ((500, ""), (499, "kg"), {False}),
    ],
)
def test_amounts_are_compared_in_one_unit_or_not_at_all(matcher, offered, wanted, expected):
    offer = Item(id="1", text="plywood", lang="en", moq=offered[0], unit=offered[1])
    need = Item(id="1", text="plywood", lang="en", quantity=wanted[0], unit=wanted[1])
    pair = matcher.match(
        [Profile(id="e", side=Side.EXHIBITOR, offers=(offer,))], [Profile(id="b", side=Side.BUYER, needs=(need,))]
    ).pairs["e", "b"]
    assert {part.value > 0 for part in pair.contributions if part.code == "quantity" and part.value} == expected
