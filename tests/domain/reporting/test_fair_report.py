"""The report counts companies, meetings, pairs and deals apart, and names the rows behind each figure."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.deals.deal import Deal
from matchmaker.domain.deals.flags import FlagCode
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.reports import Horizon, OutcomeReport, Side
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.rates import FixedRates
from matchmaker.domain.reporting.fair_report import Version, build_fair_report
from matchmaker.domain.reporting.figures import Count, Share
from matchmaker.domain.reporting.funnel import FunnelStep, Step
from matchmaker.domain.reporting.meetings import Mix
from matchmaker.domain.reporting.rows import CompanyRow, FairRows, MeetingFate, MeetingRow, RequestRow, SuggestionRow
from matchmaker.domain.reporting.values import ValueSpread

RATES = FixedRates(report_currency="USD")
CLOSING = datetime(2023, 11, 10, 10, 0, tzinfo=UTC)


def usd(amount):
    return Money(amount=Decimal(amount), currency="USD")


def count(key, *ids):
    return Count(key=key, ids=ids)


def meeting(meeting_id, fate, **changes):
    fields = {
        "meeting_id": meeting_id,
        "seller_id": "s1",
        "buyer_id": "b1",
        "seller_country": "VN",
        "buyer_country": "FR",
        "happens_on": date(2023, 11, 8),
        "fate": fate,
        "has_outcome": False,
        "request_id": f"request-of-{meeting_id}",
    }
    return MeetingRow(**{**fields, **changes})


def deal(deal_id, amount, **changes):
    report = OutcomeReport(
        report_id=f"report-of-{deal_id}",
        deal_id=deal_id,
        stated_by=Side.SELLER,
        outcome=Outcome.MOU,
        stated_at=CLOSING - timedelta(days=1),
        value=usd(amount),
        horizon=Horizon.TWELVE_MONTHS,
    )
    fields = {
        "deal_id": deal_id,
        "seller_id": "s1",
        "buyer_id": "b1",
        "seller_country": "VN",
        "buyer_country": "FR",
        "happened_on": date(2023, 11, 8),
        "held_meeting_ids": ("m1",),
        "reports": (report,),
    }
    return Deal(**{**fields, **changes})


def report_of(rows, **options):
    fields = {"rates": RATES, "home_country": "VN", "version": Version.CLOSING, "as_of": CLOSING}
    return build_fair_report(rows, **{**fields, **options})


MEETINGS = (
    meeting("m1", MeetingFate.HELD, has_outcome=True),
    meeting("m2", MeetingFate.HELD, has_outcome=True, happens_on=date(2023, 11, 9)),
    meeting("m3", MeetingFate.HELD, seller_id="b1", buyer_id="s1", is_online=True),
    meeting("m4", MeetingFate.HELD, buyer_id="b2", buyer_country="VN", is_walk_in=True, request_id=None),
    meeting("m5", MeetingFate.CANCELLED, buyer_id="b2"),
    meeting("m6", MeetingFate.NO_SHOW_SELLER, seller_id="s2"),
    meeting("m7", MeetingFate.NO_SHOW_BUYER, request_id=None),
    meeting("m8", MeetingFate.NO_SHOW_BOTH),
    meeting("m9", MeetingFate.PENDING),
    meeting("n1", MeetingFate.HELD, seller_id="s2", seller_country="JP", buyer_country="FR"),
)


def test_meetings_are_counted_by_what_became_of_them():
    counts = report_of(FairRows(meetings=MEETINGS)).meetings
    assert counts.scheduled == count("meetings.scheduled", "m1", "m2", "m3", "m5", "m6", "m7", "m8", "m9", "n1")
    assert counts.held == count("meetings.held", "m1", "m2", "m3", "m4", "n1")
    assert counts.held_as_scheduled == count("meetings.held_as_scheduled", "m1", "m2", "m3", "n1")
    assert counts.walk_in == count("meetings.walk_in", "m4")
    assert counts.cancelled == count("meetings.cancelled", "m5")
    assert counts.no_show == count("meetings.no_show", "m6", "m7", "m8")
    assert counts.no_show_seller == count("meetings.no_show_seller", "m6", "m8")
    assert counts.no_show_buyer == count("meetings.no_show_buyer", "m7", "m8")
    assert counts.pending == count("meetings.pending", "m9")
    assert counts.online == count("meetings.online", "m3")


def test_a_pair_that_met_three_times_in_either_role_is_one_pair():
    counts = report_of(FairRows(meetings=MEETINGS)).meetings
    assert counts.pairs == count("pairs.held", "b1|s1", "b1|s2", "b2|s1")


def test_held_meetings_are_split_by_mix_and_day():
    counts = report_of(FairRows(meetings=MEETINGS)).meetings
    assert counts.by_mix == {
        Mix.DOMESTIC: count("meetings.mix.domestic", "m4"),
        Mix.CROSS_BORDER: count("meetings.mix.cross_border", "m1", "m2", "m3"),
        Mix.FOREIGN: count("meetings.mix.foreign", "n1"),
    }
    assert counts.by_day == {
        "2023-11-08": count("meetings.day.2023-11-08", "m1", "m3", "m4", "n1"),
        "2023-11-09": count("meetings.day.2023-11-09", "m2"),
    }


def test_rates_name_their_part_and_their_whole():
    counts = report_of(FairRows(meetings=MEETINGS)).meetings
    assert counts.reporting_rate == Share(part=count("meetings.with_outcome", "m1", "m2"), whole=counts.held)
    assert counts.reporting_rate.ratio == Decimal("0.4000")
    assert counts.attendance_rate.ratio == Decimal("0.4444")


def test_companies_are_counted_by_registration_and_owner_and_those_left_out_are_named():
    companies = (
        CompanyRow(company_id="s1", country="VN", is_seller=True, is_buyer=False),
        CompanyRow(company_id="s2", country="JP", is_seller=True, is_buyer=False),
        CompanyRow(company_id="s3", country="VN", is_seller=True, is_buyer=True, parent_country="KR"),
        CompanyRow(company_id="b1", country="FR", is_seller=False, is_buyer=True, parent_country="FR"),
        CompanyRow(company_id="b2", country="VN", is_seller=False, is_buyer=True, parent_country="VN"),
    )
    counts = report_of(FairRows(companies=companies, meetings=MEETINGS)).companies
    assert counts.all == count("companies.all", "b1", "b2", "s1", "s2", "s3")
    assert counts.sellers == count("companies.sellers", "s1", "s2", "s3")
    assert counts.buyers == count("companies.buyers", "b1", "b2", "s3")
    assert counts.domestic == count("companies.domestic", "b2", "s1", "s3")
    assert counts.foreign == count("companies.foreign", "b1", "s2")
    assert counts.foreign_owned == count("companies.foreign_owned", "s3")
    assert counts.without_meeting == count("companies.without_meeting", "s3")
    assert counts.foreign_share.ratio == Decimal("0.4000")
    assert counts.by_country == {
        "FR": count("companies.country.FR", "b1"),
        "JP": count("companies.country.JP", "s2"),
        "VN": count("companies.country.VN", "b2", "s1", "s3"),
    }


def test_the_funnel_shows_at_each_step_who_came_from_outside():
    rows = FairRows(
        suggestions=tuple(SuggestionRow(suggestion_id=f"g{n}", seller_id="s1", buyer_id="b1") for n in (1, 2, 3, 4)),
        requests=(
            RequestRow(request_id="r1", seller_id="s1", buyer_id="b1", is_accepted=True, is_from_suggestion=True),
            RequestRow(request_id="r2", seller_id="s1", buyer_id="b1", is_accepted=True, is_from_suggestion=False),
            RequestRow(request_id="r3", seller_id="s1", buyer_id="b1", is_accepted=False, is_from_suggestion=True),
        ),
        meetings=(
            meeting("m1", MeetingFate.HELD, has_outcome=True),
            meeting("m2", MeetingFate.CANCELLED),
            meeting("m3", MeetingFate.CANCELLED, request_id=None),
            meeting("m4", MeetingFate.HELD, is_walk_in=True, request_id=None),
        ),
        deals=(deal("d1", 100),),
    )
    none = Decimal("0.0000")

    def step(name, kept, ids, outside=()):
        return FunnelStep(
            step=name,
            all=count(f"funnel.{name}", *ids),
            from_outside=count(f"funnel.{name}.from_outside", *outside),
            kept=kept,
        )

    assert report_of(rows).funnel == (
        step(Step.SUGGESTED, None, ("g1", "g2", "g3", "g4")),
        step(Step.REQUESTED, Decimal("0.5000"), ("r1", "r2", "r3"), ("r2",)),
        step(Step.ACCEPTED, Decimal("0.6667"), ("r1", "r2")),
        step(Step.SCHEDULED, none + 1, ("m1", "m2", "m3"), ("m3",)),
        step(Step.HELD, Decimal("0.3333"), ("m1", "m4"), ("m4",)),
        step(Step.OUTCOME, Decimal("0.5000"), ("m1",)),
        step(Step.DEAL, none + 1, ("d1",)),
        step(Step.REALISED, none, ()),
    )


@pytest.mark.parametrize(
    ("amounts", "median", "middle", "maximum", "top", "share"),
    [
        ([], None, (), None, (), None),
        ([7], usd(7), ("d00",), usd(7), ("d00",), Decimal("1.0000")),
        ([10, 20, 30, "40.01"], usd(25), ("d01", "d02"), usd("40.01"), ("d03",), Decimal("0.4001")),
        ([5, 1, 3], usd(3), ("d02",), usd(5), ("d00",), Decimal("0.5556")),
        ([100, 90, 80, 70, 6, 5, 4, 3, 2, 1], usd("5.5"), ("d04", "d05"), usd(100), ("d00",), Decimal("0.2770")),
        ([100, 90, *[1] * 9], usd(1), ("d05",), usd(100), ("d00", "d01"), Decimal("0.9548")),
    ],
)
def test_the_spread_shows_what_a_sum_hides(amounts, median, middle, maximum, top, share):
    rows = FairRows(
        meetings=MEETINGS, deals=tuple(deal(f"d{number:02}", amount) for number, amount in enumerate(amounts))
    )
    assert report_of(rows).spread == ValueSpread(
        valued=count("deals.valued", *(f"d{number:02}" for number in range(len(amounts)))),
        middle=count("deals.middle", *middle),
        median=median,
        largest=count("deals.largest", *top[:1]),
        maximum=maximum,
        top_tenth=count("deals.top_tenth", *top),
        top_tenth_share=share,
        per_held_meeting=Money.total((usd(amount) for amount in amounts), currency="USD").divided_by(5),
    )


def test_pairs_behind_deals_are_counted_apart_from_deals():
    rows = FairRows(deals=(deal("d1", 1), deal("d2", 2), deal("d3", 3, seller_id="s2")))
    report = report_of(rows)
    assert report.headline.deal_ids == ("d1", "d2", "d3")
    assert report.deal_pairs == count("pairs.deals", "b1|s1", "b1|s2")


def test_tables_of_values_are_the_headline_split():
    report = report_of(FairRows(deals=(deal("d1", 1), deal("d2", 2, sector="textiles"))))
    assert {key: figure.deal_ids for key, figure in report.by_stage_and_evidence.items()} == {
        ("mou", "one_sided"): ("d1", "d2")
    }
    assert {key: figure.deal_ids for key, figure in report.by_stage_evidence_horizon.items()} == {
        ("mou", "one_sided", "12m"): ("d1", "d2")
    }
    assert {key: figure.value for key, figure in report.by_dimension[Dimension.SECTOR].items()} == {
        "textiles": usd(2),
        "unknown": usd(1),
    }
    assert report.originals == {"USD": usd(3)}
    assert [flag.code for flag in report.flags] == [FlagCode.LARGE_SHARE, FlagCode.LARGE_SHARE]


def test_an_empty_fair_has_a_report_of_noughts():
    report = report_of(FairRows())
    assert report.headline.value == usd(0)
    assert report.meetings.reporting_rate.ratio is None
    assert report.spread.per_held_meeting is None
    assert [step.kept for step in report.funnel] == [None] * 8


def test_a_version_knows_only_what_was_stated_by_then():
    late = replace(deal("d1", 1).reports[0], report_id="late", stated_at=CLOSING + timedelta(days=5), value=usd(50))
    rows = FairRows(deals=(replace(deal("d1", 1), reports=(late, *deal("d1", 1).reports)),))
    month_later = report_of(rows, version=Version.DAY_30, as_of=CLOSING + timedelta(days=30))
    assert [report_of(rows).headline.value, month_later.headline.value] == [usd(1), usd(50)]


fates = st.builds(meeting, st.uuids().map(str), st.sampled_from(MeetingFate), is_walk_in=st.booleans())


@given(meetings=st.lists(fates, max_size=12, unique_by=lambda row: row.meeting_id), seed=st.integers())
def test_the_order_of_rows_never_changes_a_report(meetings, seed):
    chance = random.Random(seed)
    deals = [deal(f"d{number}", number + 1) for number in range(4)]
    rows = FairRows(meetings=tuple(meetings), deals=tuple(deals))
    mixed = FairRows(
        meetings=tuple(chance.sample(meetings, len(meetings))), deals=tuple(chance.sample(deals, len(deals)))
    )
    assert report_of(rows) == report_of(mixed)


@given(meetings=st.lists(fates, max_size=12, unique_by=lambda row: row.meeting_id))
def test_the_counts_of_meetings_add_up(meetings):
    counts = report_of(FairRows(meetings=tuple(meetings))).meetings
    assert counts.held.number == counts.held_as_scheduled.number + counts.walk_in.number
    planned = [row for row in meetings if not row.is_walk_in]
    assert counts.scheduled.number == len(planned)
    assert sum(each.number for each in counts.by_mix.values()) == counts.held.number
    assert sum(each.number for each in counts.by_day.values()) == counts.held.number
