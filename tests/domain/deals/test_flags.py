"""The four things an organizer is asked to look at before publishing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from matchmaker.domain.deals.deal import Deal
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.flags import Flag, FlagCode, raise_flags
from matchmaker.domain.deals.ledger import build_ledger
from matchmaker.domain.deals.reports import Horizon, OutcomeReport, Side
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.money.rates import FixedRates

RATES = FixedRates(report_currency="USD")
NOON = datetime(2023, 11, 8, 5, 0, tzinfo=UTC)


def money(amount, currency="USD"):
    return Money(amount=Decimal(amount), currency=currency)


def deal(deal_id, amount, *, currency="USD", evidence=Evidence.STATED, seller=None, held=True, side=Side.SELLER):
    """A deal of its own pair with one report, unless the seller or another side is named."""
    report = OutcomeReport(
        report_id=f"report-of-{deal_id}",
        deal_id=deal_id,
        stated_by=side,
        outcome=Outcome.AGREEMENT,
        stated_at=NOON,
        value=money(amount, currency),
        horizon=Horizon.IMMEDIATE,
        evidence=evidence,
    )
    return Deal(
        deal_id=deal_id,
        seller_id=seller or f"seller-of-{deal_id}",
        buyer_id=f"buyer-of-{deal_id}",
        seller_country="VN",
        buyer_country="FR",
        happened_on=date(2023, 11, 8),
        held_meeting_ids=("m1",) if held else (),
        reports=(report,),
    )


def flags_of(*deals, rates=RATES, **options):
    ledger = build_ledger(deals, rates=rates, home_country="VN")
    return raise_flags(ledger, deals=deals, rates=rates, **options)


EVEN = [deal(f"e{number}", 1000 + number) for number in range(12)]


def test_even_deals_raise_no_flag():
    assert flags_of(*EVEN) == ()


def test_a_deal_above_a_tenth_of_the_total_is_flagged():
    assert flags_of(*EVEN, deal("big", 1341)) == (
        Flag(code=FlagCode.LARGE_SHARE, deal_ids=("big",), value=money(1341)),
    )


def test_a_deal_of_exactly_a_tenth_is_not_flagged():
    tenth = [deal(f"t{number}", 100 + number) for number in (-4, -3, -2, -1, 0, 1, 2, 3, 4)]
    assert flags_of(*tenth, deal("last", 100)) == tuple(
        Flag(code=FlagCode.LARGE_SHARE, deal_ids=(f"t{number}",), value=money(100 + number)) for number in (1, 2, 3, 4)
    )


@pytest.mark.parametrize(
    ("amount", "evidence", "side", "is_flagged"),
    [
        ("1000000.00", Evidence.STATED, Side.SELLER, False),
        ("1000000.01", Evidence.STATED, Side.SELLER, True),
        ("1000000.01", Evidence.ORDER_NUMBER, Side.SELLER, True),
        ("1000000.01", Evidence.DOCUMENT, Side.SELLER, False),
        ("1000000.01", Evidence.REGISTER, Side.ORGANIZER, False),
    ],
)
def test_more_than_a_million_dollars_without_a_file_is_flagged(amount, evidence, side, is_flagged):
    codes = [flag.code for flag in flags_of(deal("a", amount, evidence=evidence, side=side))]
    assert (FlagCode.LARGE_WITHOUT_FILE in codes) is is_flagged


def test_a_fair_without_a_dollar_rate_names_its_limit_in_its_own_currency():
    rates = FixedRates(report_currency="EUR")
    rows = [deal("a", 501, currency="EUR")]
    with pytest.raises(MissingRate):
        flags_of(*rows, rates=rates)
    flagged = flags_of(*rows, rates=rates, large_value=money(500, "EUR"))
    assert [flag.code for flag in flagged] == [FlagCode.LARGE_SHARE, FlagCode.LARGE_WITHOUT_FILE]


def test_the_same_amount_in_three_deals_of_one_company_is_flagged():
    copies = [deal(f"c{number}", 777, seller="copyist") for number in (1, 2, 3)]
    assert flags_of(*EVEN, *copies) == (
        Flag(code=FlagCode.SAME_AMOUNT, deal_ids=("c1", "c2", "c3"), value=money(777), company_id="copyist"),
    )


def test_the_same_amount_twice_or_by_several_companies_is_chance():
    twice = [deal(f"c{number}", 777, seller="copyist") for number in (1, 2)]
    others = [deal(f"o{number}", 777) for number in (1, 2, 3)]
    assert flags_of(*EVEN, *twice, *others) == ()


def test_the_same_amount_twice_with_one_partner_looks_like_one_deal_entered_twice():
    first = deal("c1", 777, seller="maker")
    again = replace(deal("c2", 777, seller="maker"), buyer_id=first.buyer_id)
    assert flags_of(*EVEN, first, again) == (
        Flag(code=FlagCode.SAME_AMOUNT, deal_ids=("c1", "c2"), value=money(777), company_id="maker"),
    )


def test_when_both_sides_repeat_an_amount_each_of_them_is_named():
    def both_say(deal_id):
        entry = replace(deal(deal_id, 777), seller_id="maker", buyer_id="buyer")
        return replace(entry, reports=(*entry.reports, *deal(deal_id, 777, side=Side.BUYER).reports))

    assert [(flag.company_id, flag.deal_ids) for flag in flags_of(*EVEN, both_say("c1"), both_say("c2"))] == [
        ("buyer", ("c1", "c2")),
        ("maker", ("c1", "c2")),
    ]


def test_the_register_and_reports_without_a_figure_repeat_nothing():
    awards = [
        deal(f"a{number}", 777, seller="winner", side=Side.ORGANIZER, evidence=Evidence.REGISTER)
        for number in (1, 2, 3)
    ]
    bare = [
        replace(entry, reports=tuple(replace(report, value=None, horizon=None) for report in entry.reports))
        for entry in (deal(f"b{number}", 1, seller="quiet") for number in (1, 2, 3))
    ]
    assert flags_of(*EVEN, *awards, *bare) == ()


def test_a_value_without_a_held_meeting_is_flagged():
    assert flags_of(*EVEN, deal("ghost", 1000, held=False)) == (
        Flag(code=FlagCode.VALUE_WITHOUT_MEETING, deal_ids=("ghost",)),
    )


def by_one_person(one, author="the-same-person"):
    return replace(one, reports=tuple(replace(report, author=author) for report in one.reports))


class TestOneAuthor:
    def test_a_person_who_speaks_for_their_own_company_is_no_news(self):
        own = [by_one_person(deal(f"o{number}", 500 + number, seller="s")) for number in range(3)]
        assert flags_of(*EVEN, *own) == ()

    def test_a_person_who_states_values_for_three_companies_is(self):
        helped = [by_one_person(deal(f"h{number}", 500 + number)) for number in range(3)]
        (flag,) = flags_of(*EVEN, *helped)
        assert (flag.code, flag.deal_ids) == (FlagCode.ONE_AUTHOR, ("h0", "h1", "h2"))

    def test_a_person_who_speaks_for_both_sides_of_one_deal_is(self):
        one = deal("both", 500)
        told = replace(one.reports[0], report_id="theirs", stated_by=Side.BUYER)
        (flag,) = flags_of(*EVEN, by_one_person(replace(one, reports=(*one.reports, told))))
        assert (flag.code, flag.deal_ids) == (FlagCode.ONE_AUTHOR, ("both",))

    def test_entries_without_a_known_author_raise_nothing(self):
        assert (
            flags_of(*EVEN, *(by_one_person(deal(f"n{number}", 500 + number), author="") for number in range(3))) == ()
        )


def test_a_value_that_staff_typed_as_a_sides_word_is_named():
    typed = [replace(one, reports=tuple(replace(report, author="host") for report in one.reports)) for one in EVEN[:2]]
    (first, second) = flags_of(*typed, *EVEN[2:], staff=frozenset({"host"}))
    assert (first.code, first.deal_ids, first.value) == (FlagCode.ENTERED_BY_STAFF, ("e0",), money(1000))
    assert second.deal_ids == ("e1",)
    assert flags_of(*typed, *EVEN[2:]) == ()
