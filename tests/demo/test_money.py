"""The golden figures, worked out a second time from the rows by a few lines that share nothing with the generator."""

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

CENT = Decimal("0.01")
LADDER = ["no_interest", "follow_up", "quotation", "mou", "agreement", "order"]


def cents(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_dollars(fair, amount, currency):
    return cents(amount * next(one.rate for one in fair.fair.rates if one.currency == currency))


def amounts_by_deal(fair):
    """Each side's standing report is its newest; an older one of the same deal no longer speaks."""
    newest = defaultdict(dict)
    for one in sorted(fair.outcomes, key=lambda one: one.stated_at):
        if one.deal_code:
            newest[one.deal_code][one.side.value] = one
    return {
        deal: {side: to_dollars(fair, one.amount, one.currency) for side, one in sides.items() if one.amount}
        for deal, sides in newest.items()
    }


def reconcile(sides):
    values = sorted(sides.values())
    if len(values) == 1:
        return "one_sided", values[0]
    low, high = values
    if high - low <= Decimal("0.20") * high:
        return "two_sided", cents((low + high) / 2)
    return "disputed", low


@pytest.fixture(scope="module")
def ledger(golden):
    return {deal: reconcile(sides) for deal, sides in amounts_by_deal(golden).items()}


@pytest.fixture(scope="module")
def stage_of_deal(golden):
    stages = defaultdict(list)
    for one in golden.outcomes:
        if one.deal_code:
            stages[one.deal_code].append(LADDER.index(one.stage))
    return {deal: LADDER[max(ranks)] for deal, ranks in stages.items()}


def test_the_reconciled_total_is_exact(ledger):
    assert sum(value for _, value in ledger.values()) == Decimal("20030000.00")


def test_each_stage_has_its_total(ledger, stage_of_deal):
    totals = defaultdict(Decimal)
    for deal, (_, value) in ledger.items():
        totals[stage_of_deal[deal]] += value
    assert totals == {
        "quotation": Decimal("6670000.00"),
        "mou": Decimal("9060000.00"),
        "agreement": Decimal("3880000.00"),
        "order": Decimal("420000.00"),
    }


def test_the_naive_sum_counts_most_deals_twice(golden):
    said = Counter()
    for one in golden.outcomes:
        if one.amount:
            said[one.side.value] += to_dollars(golden, one.amount, one.currency)
    assert said == {"exhibitor": Decimal("18700000.00"), "buyer": Decimal("14900000.00")}
    assert said.total() == Decimal("33600000.00")


def test_evidence_is_two_sided_one_sided_and_disputed_as_documented(ledger):
    assert Counter(label for label, _ in ledger.values()) == {"two_sided": 96, "one_sided": 71, "disputed": 14}


def test_removing_a_deal_lowers_the_total_by_its_value(golden, ledger):
    for dropped in list(ledger)[::30]:
        left = sum(reconcile(sides)[1] for deal, sides in amounts_by_deal(golden).items() if deal != dropped)
        assert Decimal("20030000.00") - left == ledger[dropped][1]


def test_198_value_bearing_meetings_make_181_deals(golden, held, stage_of_deal):
    assert Counter(stage_of_deal.values()) == {"quotation": 115, "mou": 44, "agreement": 14, "order": 8}
    assert {one.code for one in golden.deals} == set(stage_of_deal)
    meetings = [code for one in golden.deals for code in one.meeting_codes]
    assert len(meetings) == len(set(meetings)) == 198
    assert set(meetings) <= {one.code for one in held}
    assert Counter(len(one.meeting_codes) for one in golden.deals) == {1: 164, 2: 17}
    assert len({(one.exhibitor_code, one.buyer_code) for one in golden.deals}) == 181


def test_the_outcomes_of_522_meetings_are_as_documented(golden, held):
    best = {}
    for one in golden.outcomes:
        best[one.meeting_code] = max(best.get(one.meeting_code, 0), LADDER.index(one.stage))
    assert Counter(LADDER[rank] for rank in best.values()) == {
        "no_interest": 98,
        "follow_up": 226,
        "quotation": 132,
        "mou": 44,
        "agreement": 14,
        "order": 8,
    }
    assert set(best) == {one.code for one in held}


def test_a_deals_meetings_are_its_own_pairs_and_in_order(golden):
    meetings = {one.code: one for one in golden.meetings}
    for deal in golden.deals:
        of_deal = [meetings[code] for code in deal.meeting_codes]
        assert {(one.exhibitor_code, one.buyer_code) for one in of_deal} == {(deal.exhibitor_code, deal.buyer_code)}
        assert [one.slot for one in of_deal] == sorted({one.slot for one in of_deal})


def test_every_report_is_made_once_a_side_after_its_meeting(golden):
    slots = {one.number: one for one in golden.fair.slots}
    meetings = {one.code: one for one in golden.meetings}
    assert max(Counter((one.meeting_code, one.side) for one in golden.outcomes).values()) == 1
    for one in golden.outcomes:
        meeting = meetings[one.meeting_code]
        person = meeting.exhibitor_representative_code if one.side == "exhibitor" else meeting.buyer_representative_code
        assert one.representative_code == person
        assert one.stated_at > slots[meeting.slot].ends_at


def test_only_value_bearing_reports_carry_amounts_with_currency_and_horizon(golden):
    deals = {one.code: one for one in golden.deals}
    for one in golden.outcomes:
        has_value = one.amount is not None
        assert has_value is (one.currency is not None) is (one.horizon is not None)
        assert one.stage.bears_value is (one.deal_code is not None)
        if has_value:
            assert one.amount > 0
            assert one.stage.bears_value
            assert one.currency == deals[one.deal_code].currency
            assert one.horizon != "multi_year" or sum(part for _, part in one.years) == one.amount


def test_currencies_have_their_shares_and_whole_units(golden, companies):
    share = Counter(one.currency for one in golden.deals)
    assert share == {"USD": 110, "VND": 44, "EUR": 18, "JPY": 9}
    homes = {"VND": {"VN"}, "EUR": {"FR", "DE"}, "JPY": {"JP"}}
    for deal in golden.deals:
        sides = {companies[deal.exhibitor_code].country, companies[deal.buyer_code].country}
        assert deal.currency == "USD" or sides & homes[deal.currency]
        assert deal.currency != "VND" or sides == {"VN"}
    units = {"USD": CENT, "EUR": CENT, "VND": Decimal(1000), "JPY": Decimal(1)}
    assert [one.code for one in golden.outcomes if one.amount and one.amount % units[one.currency]] == []


def test_no_single_deal_is_a_tenth_of_the_total(ledger):
    assert max(value for _, value in ledger.values()) < Decimal("2003000.00")


def test_direction_follows_from_the_countries_of_registration(golden, companies):
    words = {("VN", "VN"): "domestic", ("VN", "F"): "export", ("F", "VN"): "import", ("F", "F"): "third_country"}
    for deal in golden.deals:
        sides = tuple(
            "VN" if companies[code].country == "VN" else "F" for code in (deal.exhibitor_code, deal.buyer_code)
        )
        assert deal.direction == words[sides]


@pytest.mark.parametrize(
    ("months", "replies", "percent", "realised"),
    [(6, 74, 41, Decimal("1300000.00")), (12, 63, 35, Decimal("2600000.00"))],
)
def test_follow_up_waves_reply_and_realise_as_documented(golden, months, replies, percent, realised):
    answers = [one for one in golden.follow_ups if one.months == months]
    assert len(answers) == len({one.deal_code for one in answers}) == replies
    assert round(100 * replies / len(golden.deals)) == percent
    assert sum(to_dollars(golden, one.realised, one.currency) for one in answers) == realised


def test_realised_sums_never_fall_nor_exceed_the_deal(golden, ledger):
    latest = {}
    for one in sorted(golden.follow_ups, key=lambda one: one.months):
        dollars = to_dollars(golden, one.realised, one.currency)
        assert latest.get(one.deal_code, Decimal(0)) <= dollars <= ledger[one.deal_code][1]
        latest[one.deal_code] = dollars
    assert sum(latest.values()) == Decimal("2600000.00")
