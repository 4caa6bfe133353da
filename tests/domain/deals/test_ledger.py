"""Totals count every deal once, however the rows come and however they are split."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.deals.deal import Deal, Direction, Reach, direction_of, partner_country_of, reach_of, settle
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.ledger import Dimension, Figure, NaiveSum, build_ledger
from matchmaker.domain.deals.reports import Attribution, Horizon, OutcomeReport, Side, YearAmount
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.rates import FixedRates, Rate

NOON = datetime(2023, 11, 8, 5, 0, tzinfo=UTC)
RATES = FixedRates(
    report_currency="USD",
    rates=(
        Rate(currency="EUR", rate=Decimal("1.10"), quoted_on=date(2023, 11, 1), source="central bank"),
        Rate(currency="VND", rate=Decimal("0.0000412"), quoted_on=date(2023, 11, 1), source="central bank"),
    ),
)


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


def says(side, amount, currency="USD", hours=0, **changes):
    value = None if amount is None else Money(amount=Decimal(amount), currency=currency)
    fields = {
        "report_id": f"{side}-{hours}",
        "deal_id": "d1",
        "stated_by": side,
        "outcome": Outcome.QUOTATION,
        "stated_at": NOON + timedelta(hours=hours),
        "value": value,
        "horizon": Horizon.IMMEDIATE if value else None,
        "evidence": Evidence.REGISTER if side is Side.ORGANIZER else Evidence.STATED,
    }
    return OutcomeReport(**{**fields, **changes})


def deal(deal_id, *reports, **changes):
    fields = {
        "deal_id": deal_id,
        "seller_id": f"seller-of-{deal_id}",
        "buyer_id": f"buyer-of-{deal_id}",
        "seller_country": "VN",
        "buyer_country": "FR",
        "happened_on": date(2023, 11, 8),
        "held_meeting_ids": (f"meeting-of-{deal_id}",),
        "reports": reports,
    }
    return Deal(**{**fields, **changes})


def ledger_of(*deals, **options):
    return build_ledger(deals, rates=RATES, home_country="VN", **options)


def test_a_deal_both_sides_report_counts_once_beside_the_naive_sum():
    ledger = ledger_of(
        deal("a", says(Side.SELLER, 100), says(Side.BUYER, 90)),
        deal("b", says(Side.SELLER, 50), says(Side.BUYER, 10)),
        deal("c", says(Side.BUYER, 30)),
    )
    assert ledger.headline == Figure(value=usd(135), naive=usd(280), deal_ids=("a", "b", "c"))
    assert ledger.headline.count == 3
    assert ledger.naive == NaiveSum(seller=usd(150), buyer=usd(130), seller_report_count=2, buyer_report_count=3)
    assert ledger.naive.total == usd(280)


def test_an_empty_ledger_is_nought_and_not_an_error():
    ledger = ledger_of()
    assert ledger.headline == ledger.realised == Figure(value=usd(0), naive=usd(0), deal_ids=())
    assert (ledger.split(Dimension.STAGE), ledger.originals(), ledger.by_year(), ledger.valued) == ({}, {}, {}, ())


def test_no_fit_and_follow_up_are_counted_and_carry_nothing():
    ledger = ledger_of(
        deal("a", says(Side.SELLER, None, outcome=Outcome.NO_INTEREST)),
        deal("b", says(Side.SELLER, None, outcome=Outcome.FOLLOW_UP)),
        deal("c"),
    )
    assert ledger.headline.deal_ids == ()
    assert ledger.counted_only == {Outcome.FOLLOW_UP: ("b",), Outcome.NO_INTEREST: ("a",)}
    assert ledger.silent_ids == ("c",)


def test_a_corrected_report_counts_with_its_newest_entry():
    ledger = ledger_of(deal("a", says(Side.SELLER, 500, hours=2), says(Side.SELLER, 5, hours=1)))
    assert ledger.headline.value == usd(500)


def test_a_memorandum_that_becomes_a_contract_is_counted_as_the_contract_alone():
    signed = says(Side.SELLER, 80, hours=2, outcome=Outcome.AGREEMENT)
    ledger = ledger_of(deal("a", says(Side.SELLER, 100, hours=1, outcome=Outcome.MOU), signed))
    assert ledger.split(Dimension.STAGE) == {
        (Outcome.AGREEMENT,): Figure(value=usd(80), naive=usd(80), deal_ids=("a",))
    }


def test_a_realised_value_stands_apart_and_leaves_the_headline_as_it_was():
    paid = says(Side.SELLER, 70, hours=9, outcome=Outcome.REALISED, evidence=Evidence.INVOICE)
    ledger = ledger_of(deal("a", says(Side.SELLER, 100, outcome=Outcome.ORDER), paid))
    assert ledger.headline.value == usd(100)
    assert ledger.realised == Figure(value=usd(70), naive=usd(70), deal_ids=("a",))


def test_a_deal_that_only_reports_what_was_delivered_is_not_in_the_headline():
    ledger = ledger_of(deal("a", says(Side.BUYER, 70, outcome=Outcome.REALISED)))
    assert (ledger.headline.deal_ids, ledger.realised.deal_ids, ledger.silent_ids) == ((), ("a",), ())


def test_a_value_whose_meeting_turns_out_not_held_counts_nowhere():
    ledger = ledger_of(deal("a", says(Side.SELLER, 100), held_meeting_ids=()))
    assert (ledger.headline.value, ledger.refused_ids) == (usd(0), ("a",))


def test_a_registered_contract_needs_no_meeting_and_has_its_own_line():
    register = says(Side.ORGANIZER, "281626.00", outcome=Outcome.AGREEMENT)
    ledger = ledger_of(
        deal("a", register, held_meeting_ids=()), deal("b", says(Side.SELLER, 5, outcome=Outcome.AGREEMENT))
    )
    assert ledger.split(Dimension.STAGE, Dimension.EVIDENCE) == {
        ("agreement", "one_sided"): Figure(value=usd(5), naive=usd(5), deal_ids=("b",)),
        ("agreement", "register"): Figure(value=usd("281626.00"), naive=usd(0), deal_ids=("a",)),
    }


def test_originals_add_each_currency_by_itself_and_each_deal_once():
    ledger = ledger_of(
        deal("a", says(Side.SELLER, 100, "EUR"), says(Side.BUYER, 90, "EUR")),
        deal("b", says(Side.SELLER, 5_000_000, "VND")),
        deal("c", says(Side.SELLER, 100, "EUR"), says(Side.BUYER, 110)),
        deal("d", says(Side.SELLER, None)),
    )
    assert ledger.originals() == {
        "EUR": Money(amount=Decimal(95), currency="EUR"),
        "USD": usd(110),
        "VND": Money(amount=Decimal(5_000_000), currency="VND"),
    }
    assert {key: figure.deal_ids for key, figure in ledger.split(Dimension.CURRENCY).items()} == {
        ("EUR",): ("a",),
        ("USD",): ("c",),
        ("VND",): ("b",),
        ("unknown",): ("d",),
    }


def test_years_are_added_over_deals():
    years = (YearAmount(year=2024, amount=Decimal(40)), YearAmount(year=2025, amount=Decimal(60)))
    spread = {"horizon": Horizon.MULTI_YEAR, "per_year": years}
    ledger = ledger_of(
        deal("a", says(Side.SELLER, 100, **spread)),
        deal("b", says(Side.SELLER, 100, "EUR", **spread)),
        deal("c", says(Side.SELLER, 30, horizon=Horizon.MULTI_YEAR)),
        deal("d", says(Side.SELLER, 5000)),
    )
    assert {year: (figure.value, figure.deal_ids) for year, figure in ledger.by_year().items()} == {
        "2024": (usd(84), ("a", "b")),
        "2025": (usd(126), ("a", "b")),
        "unknown": (usd(30), ("c",)),
    }
    whole = ledger.split(Dimension.HORIZON)[Horizon.MULTI_YEAR,].value
    assert Money.total((figure.value for figure in ledger.by_year().values()), currency="USD") == whole


def test_an_earlier_version_can_be_drawn_up_again():
    later = says(Side.SELLER, 900, hours=48)
    entry = deal("a", says(Side.SELLER, 100), later)
    assert [ledger_of(entry, as_of=NOON).headline.value, ledger_of(entry).headline.value] == [usd(100), usd(900)]


@pytest.mark.parametrize(
    ("seller", "buyer", "direction", "reach", "partner"),
    [
        ("VN", "VN", Direction.DOMESTIC, Reach.DOMESTIC, "VN"),
        ("VN", "FR", Direction.EXPORT, Reach.INTERNATIONAL, "FR"),
        ("JP", "VN", Direction.IMPORT, Reach.INTERNATIONAL, "JP"),
        ("JP", "FR", Direction.THIRD_COUNTRY, Reach.INTERNATIONAL, "FR"),
        ("FR", "FR", Direction.THIRD_COUNTRY, Reach.INTERNATIONAL, "FR"),
    ],
)
def test_a_deal_has_one_direction_seen_from_the_country_of_the_fair(seller, buyer, direction, reach, partner):
    entry = deal("a", seller_country=seller, buyer_country=buyer)
    assert direction_of(entry, home_country="VN") == direction
    assert reach_of(entry, home_country="VN") == reach
    assert partner_country_of(entry, home_country="VN") == partner


@pytest.mark.parametrize(
    ("reports", "is_reopened"),
    [
        ([says(Side.SELLER, 100)], False),
        ([says(Side.SELLER, 100), says(Side.BUYER, 100, hours=1)], False),
        ([says(Side.SELLER, 100), says(Side.BUYER, 90, hours=1), says(Side.SELLER, 110, hours=2)], True),
        ([says(Side.SELLER, 100), says(Side.BUYER, 90, hours=1), says(Side.SELLER, 100, hours=2)], False),
        ([says(Side.SELLER, 100), says(Side.BUYER, 90, hours=1), says(Side.SELLER, 90, hours=2)], False),
        ([says(Side.SELLER, 100), says(Side.SELLER, 200, hours=1), says(Side.BUYER, 90, hours=2)], False),
        ([says(Side.BUYER, 100), says(Side.SELLER, 90, hours=1), says(Side.BUYER, 120, hours=2)], True),
    ],
)
def test_a_change_after_the_other_side_spoke_reopens_a_deal(reports, is_reopened):
    assert settle(deal("a", *reports), rates=RATES).is_reopened is is_reopened


def test_the_newest_answer_to_the_attribution_question_counts():
    entry = deal(
        "a",
        says(Side.SELLER, 100, attribution=Attribution.NO),
        says(Side.BUYER, 100, hours=3, attribution=Attribution.LATER),
        says(Side.SELLER, 100, hours=5),
    )
    assert settle(entry, rates=RATES).attribution is Attribution.LATER
    assert settle(entry, rates=RATES, as_of=NOON).attribution is Attribution.NO


amounts = st.integers(min_value=1, max_value=10**11)


@st.composite
def entries(draw, number):
    side = draw(st.sampled_from(list(Side)))
    outcome = draw(st.sampled_from(list(Outcome)))
    has_value = outcome not in {Outcome.NO_INTEREST, Outcome.FOLLOW_UP} and draw(st.booleans())
    return says(
        side,
        draw(amounts) if has_value else None,
        draw(st.sampled_from(["USD", "EUR", "VND"])),
        hours=draw(st.integers(0, 3)),
        report_id=f"{number}-{draw(st.integers(0, 10**6))}",
        outcome=outcome,
        horizon=draw(st.sampled_from([Horizon.IMMEDIATE, Horizon.TWELVE_MONTHS])) if has_value else None,
    )


@st.composite
def deals(draw, number):
    reports = draw(st.lists(entries(number), max_size=5, unique_by=lambda entry: entry.report_id))
    return deal(
        f"d{number:02}",
        *reports,
        seller_country=draw(st.sampled_from(["VN", "JP"])),
        buyer_country=draw(st.sampled_from(["VN", "FR"])),
        sector=draw(st.sampled_from([None, "packaging", "textiles"])),
        happened_on=date(2023, 11, draw(st.sampled_from([8, 9, 10]))),
        held_meeting_ids=draw(st.sampled_from([(), ("m1",), ("m1", "m2")])),
    )


many_deals = st.integers(0, 7).flatmap(lambda size: st.tuples(*(deals(number) for number in range(size))))


@given(rows=many_deals)
def test_removing_one_deal_changes_the_total_by_exactly_its_reconciled_value(rows):
    whole = ledger_of(*rows)
    counted = {entry.deal.deal_id: entry.reconciled.value or usd(0) for entry in whole.deals}
    for gone in rows:
        rest = ledger_of(*(row for row in rows if row != gone))
        assert rest.headline.value + counted.get(gone.deal_id, usd(0)) == whole.headline.value


@given(rows=many_deals, seed=st.integers())
def test_neither_the_order_of_deals_nor_that_of_reports_matters(rows, seed):
    chance = random.Random(seed)
    shuffled = [
        deal(
            row.deal_id,
            *chance.sample(row.reports, len(row.reports)),
            seller_country=row.seller_country,
            buyer_country=row.buyer_country,
            sector=row.sector,
            happened_on=row.happened_on,
            held_meeting_ids=row.held_meeting_ids,
        )
        for row in chance.sample(rows, len(rows))
    ]
    one, other = ledger_of(*rows), ledger_of(*shuffled)
    assert (one.headline, one.realised, one.naive, one.valued) == (
        other.headline,
        other.realised,
        other.naive,
        other.valued,
    )
    assert one.split(*Dimension) == other.split(*Dimension)
    assert one.originals() == other.originals()


@given(rows=many_deals, dimensions=st.lists(st.sampled_from(list(Dimension)), min_size=1, max_size=3))
def test_splitting_by_any_dimensions_sums_to_the_whole(rows, dimensions):
    ledger = ledger_of(*rows)
    cells = ledger.split(*dimensions).values()
    assert (
        Figure(
            value=Money.total((cell.value for cell in cells), currency="USD"),
            naive=Money.total((cell.naive for cell in cells), currency="USD"),
            deal_ids=tuple(sorted(deal_id for cell in cells for deal_id in cell.deal_ids)),
        )
        == ledger.headline
    )


@given(rows=many_deals)
def test_the_headline_never_exceeds_the_naive_sum_and_the_register(rows):
    ledger = ledger_of(*rows)
    register = Money.total(
        (figure.value for (level,), figure in ledger.split(Dimension.EVIDENCE).items() if level == "register"),
        currency="USD",
    )
    assert ledger.headline.naive == ledger.naive.total
    assert ledger.headline.value <= ledger.naive.total + register


@given(rows=many_deals)
def test_every_deal_has_a_place_and_none_is_in_the_headline_twice(rows):
    ledger = ledger_of(*rows)
    places = [
        *ledger.headline.deal_ids,
        *ledger.refused_ids,
        *ledger.silent_ids,
        *(deal_id for ids in ledger.counted_only.values() for deal_id in ids),
    ]
    assert len(set(places)) == len(places)
    assert {*places, *ledger.realised.deal_ids} == {row.deal_id for row in rows}
