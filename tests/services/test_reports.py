import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from matchmaker.domain.deals.deal import Direction, Reach
from matchmaker.domain.deals.evidence import EvidenceLevel
from matchmaker.domain.deals.flags import FlagCode
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.domain.reporting.funnel import Step
from matchmaker.domain.spreadsheets.companies import read_companies
from matchmaker.domain.spreadsheets.outcomes import read_outcomes
from matchmaker.services import fairs, reports
from matchmaker.services.company_import import import_rows
from matchmaker.services.contracts import import_contracts
from matchmaker.services.outcomes import Absent, Said, record_missed, record_outcome
from matchmaker.services.report_deals import DealFilter, deal_rows
from matchmaker.services.reports import meeting_rows, results_of, version_at
from tests.factories import OPENING

DATA = Path(os.environ.get("MATCHMAKER_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL_FAIR = DATA / "fairs" / "public-buyers-2023"
AFTER = OPENING + timedelta(hours=3)
TOTAL = Money(amount=Decimal("1212084071.28"), currency="SGD")


@pytest.fixture
def usd():
    def usd(amount):
        return Money(amount=Decimal(amount), currency="USD")

    return usd


@pytest.fixture
def hall(session, factory):
    """A fair with two sellers and two buyers, one of them foreign, and what they say of their meetings."""
    return Hall(session, factory)


class Hall:
    def __init__(self, session, factory):
        self.session, self.factory = session, factory
        self.row = factory.fair(phase=Phase.FOLLOW_UP)
        factory.rate(self.row, "EUR", "1.10")
        factory.category("food", name_vi="Thực phẩm", name_en="Food")
        factory.category("food-tea", parent_code="food")
        self.slots = factory.slots(self.row, 4)
        self.fair = fairs.by_slug(session, slug=self.row.slug)
        self.sellers = [factory.participant(self.row) for _ in range(2)]
        self.buyers = [
            factory.participant(self.row, role=Role.BUYER),
            factory.participant(self.row, role=Role.BUYER, country="JP"),
        ]
        factory.offer(self.sellers[0], category_code="food-tea")

    def me(self, participation):
        (me,) = fairs.memberships(self.session, fair_id=self.fair.id, account_id=participation.account.id)
        return me

    def meeting(self, seller, buyer, *, slot=0, **values):
        place = {"state": "scheduled", "slot_id": self.slots[slot].id, "origin": "suggestion", **values}
        return self.factory.meeting(self.sellers[seller], self.buyers[buyer], **place)

    def say(self, participation, meeting, outcome, value=None, *, deal="", now=AFTER):
        horizon = Horizon.TWELVE_MONTHS if value else None
        said = Said(outcome=outcome, value=value, horizon=horizon, deal=deal)
        return record_outcome(
            self.session, fair=self.fair, me=self.me(participation), meeting_id=meeting.id, said=said, now=now
        )

    def report(self, now=AFTER):
        return results_of(self.session, fair=self.fair, now=now)


def test_both_sides_reports_become_one_value_beside_the_naive_sum(hall, usd):
    meeting = hall.meeting(0, 1)
    hall.say(hall.sellers[0], meeting, Outcome.MOU, usd(100_000))
    hall.say(hall.buyers[1], meeting, Outcome.MOU, usd(90_000))

    report = hall.report().report

    assert report.headline.value == usd("95000.00")
    assert report.ledger.naive.total == usd("190000.00")
    assert list(report.by_stage_and_evidence) == [(Outcome.MOU, EvidenceLevel.TWO_SIDED)]
    assert list(report.by_dimension[Dimension.SECTOR]) == ["food"]
    assert list(report.by_dimension[Dimension.COUNTRY]) == ["JP"]


def test_a_value_in_another_currency_is_converted_at_the_fairs_own_rate(hall, usd):
    hall.say(hall.sellers[0], hall.meeting(0, 0), Outcome.ORDER, Money(amount=Decimal(1000), currency="EUR"))

    assert hall.report().report.headline.value == usd("1100.00")


def test_meetings_are_counted_by_what_became_of_them(hall):
    hall.say(hall.sellers[0], hall.meeting(0, 0), Outcome.FOLLOW_UP)
    missed = hall.meeting(0, 1, slot=1)
    record_missed(
        hall.session, fair=hall.fair, me=hall.me(hall.sellers[0]), meeting_id=missed.id, absent=Absent.THEM, now=AFTER
    )
    hall.meeting(1, 0, slot=1)
    hall.meeting(1, 1, slot=2, state="cancelled")
    hall.meeting(1, 1, state="held", slot_id=None, is_walk_in=True, origin="walk_in")
    hall.meeting(0, 1, state="declined", slot_id=None)

    counts = hall.report().report.meetings

    numbers = {
        name: getattr(counts, name).number
        for name in ("scheduled", "held", "held_as_scheduled", "walk_in", "cancelled", "no_show_buyer", "pending")
    }
    assert numbers == {
        "scheduled": 4,
        "held": 2,
        "held_as_scheduled": 1,
        "walk_in": 1,
        "cancelled": 1,
        "no_show_buyer": 1,
        "pending": 1,
    }
    assert (counts.reporting_rate.part.number, counts.reporting_rate.whole.number) == (1, 2)


def test_the_funnel_says_what_came_from_outside(hall, usd):
    hall.say(hall.sellers[0], hall.meeting(0, 0), Outcome.QUOTATION, usd(5000))
    hall.meeting(1, 1, state="held", slot_id=None, is_walk_in=True, origin="walk_in")

    steps = {step.step: (step.all.number, step.from_outside.number) for step in hall.report().report.funnel}

    assert steps == {
        Step.SUGGESTED: (0, 0),
        Step.REQUESTED: (1, 0),
        Step.ACCEPTED: (1, 0),
        Step.SCHEDULED: (1, 0),
        Step.HELD: (2, 1),
        Step.OUTCOME: (1, 0),
        Step.DEAL: (1, 0),
        Step.REALISED: (0, 0),
    }


def test_the_rows_of_every_filter_add_up_to_the_figure_they_stand_behind(hall, usd):
    hall.say(hall.sellers[0], hall.meeting(0, 0), Outcome.MOU, usd(4000))
    hall.say(hall.sellers[0], hall.meeting(0, 1, slot=1), Outcome.ORDER, usd(700))
    hall.say(hall.buyers[1], hall.meeting(1, 1, slot=2), Outcome.ORDER, usd(90))

    results = hall.report()

    def total(**wanted):
        return sum(row.counted.value.amount for row in deal_rows(results, wanted=DealFilter(**wanted)))

    assert total() == Decimal(4790) == results.report.headline.value.amount
    for dimension in (
        Dimension.STAGE,
        Dimension.EVIDENCE,
        Dimension.DAY,
        Dimension.SECTOR,
        Dimension.COUNTRY,
        Dimension.REACH,
        Dimension.DIRECTION,
        Dimension.HORIZON,
        Dimension.CURRENCY,
    ):
        figures = results.report.by_dimension[dimension]
        assert {key: total(**{str(dimension): key}) for key in figures} == {
            key: figure.value.amount for key, figure in figures.items()
        }
    assert total(stage=str(Outcome.ORDER), country="JP") == Decimal(790)
    assert total(flag=str(FlagCode.LARGE_SHARE)) == Decimal(4700)
    assert total(reach=str(Reach.DOMESTIC), direction=str(Direction.DOMESTIC)) == Decimal(4000)


def test_another_fairs_deals_are_in_no_figure(hall, factory, usd):
    elsewhere = Hall(hall.session, _Renamed(factory))
    elsewhere.say(elsewhere.sellers[0], elsewhere.meeting(0, 0), Outcome.MOU, usd(1_000))

    report = hall.report().report

    assert (report.headline.count, report.meetings.held.number, report.companies.all.number) == (0, 0, 4)


class _Renamed:
    """The factory, with categories that are there already left as they are."""

    def __init__(self, factory):
        self._factory = factory

    def __getattr__(self, name):
        return getattr(self._factory, name)

    def category(self, *_args, **_values):
        return None


@pytest.mark.parametrize(
    ("today", "version"),
    [
        (date(2026, 11, 19), Version.CLOSING),
        (date(2026, 12, 19), Version.CLOSING),
        (date(2026, 12, 20), Version.DAY_30),
        (date(2027, 5, 19), Version.DAY_30),
        (date(2027, 5, 20), Version.MONTH_6),
        (date(2027, 11, 20), Version.MONTH_12),
    ],
)
def test_a_report_is_called_by_the_version_that_is_due(hall, today, version):
    now = datetime(today.year, today.month, today.day, 3, tzinfo=UTC)

    assert version_at(hall.fair, now=now) is version


class TestTheRealFair:
    """Every contract of a public register with its real value: the largest ledger there is to test with."""

    @pytest.fixture
    def real(self, session, factory):
        if not REAL_FAIR.exists():
            pytest.skip(f"the real fair's files are not at {REAL_FAIR}; set MATCHMAKER_DATA")
        row = factory.fair(slug="public-buyers", country="SG", report_currency="SGD", time_zone="Asia/Singapore")
        companies = read_companies(data=(REAL_FAIR / "companies.csv").read_bytes())
        import_rows(session, fair_id=row.id, rows=companies.rows, by=None, now=OPENING)
        fair = fairs.by_slug(session, slug=row.slug)
        contracts = read_outcomes(data=(REAL_FAIR / "outcomes.csv").read_bytes()).rows
        done = import_contracts(session, fair=fair, rows=contracts, by=None, now=AFTER)
        return fair, contracts, done

    def test_its_total_is_the_sum_of_its_contracts_each_counted_once(self, session, real):
        fair, contracts, done = real

        report = results_of(session, fair=fair, now=AFTER).report

        assert (done.added, done.proposed, done.walk_ins, len(done.pairs)) == (477, 419, 419, 419)
        assert (report.headline.value, report.headline.count, report.deal_pairs.number) == (TOTAL, 477, 419)
        assert (report.meetings.held.number, report.meetings.walk_in.number, report.meetings.pairs.number) == (419,) * 3
        assert {key: figure.value for key, figure in report.by_stage_and_evidence.items()} == {
            (Outcome.AGREEMENT, EvidenceLevel.REGISTER): TOTAL
        }
        assert report.ledger.naive.total == Money.zero("SGD")

        again = import_contracts(session, fair=fair, rows=contracts, by=None, now=AFTER + timedelta(days=1))
        assert (again.added, again.restated, again.unchanged, again.proposed, again.walk_ins) == (0, 0, 477, 0, 0)
        assert results_of(session, fair=fair, now=AFTER + timedelta(days=1)).report.headline.value == TOTAL

    def test_removing_one_deal_changes_the_total_by_exactly_its_reconciled_value(self, session, real, monkeypatch):
        fair, _, _ = real
        whole = results_of(session, fair=fair, now=AFTER)
        before, loaded, rows = whole.report.headline, whole.loaded, deal_rows(whole)
        for row in (rows[0], rows[238], rows[-1]):
            others = tuple(deal for deal in loaded.rows.deals if deal.deal_id != row.deal_id)
            rest = replace(loaded, rows=replace(loaded.rows, deals=others))
            monkeypatch.setattr(reports, "load_fair", lambda *_, rest=rest, **__: rest)
            after = results_of(session, fair=fair, now=AFTER).report.headline
            assert (before.value - after.value, before.count - after.count) == (row.counted.value, 1)

    def test_its_meetings_can_be_listed_one_by_one(self, session, real):
        fair, _, _ = real
        results = results_of(session, fair=fair, now=AFTER)

        assert len(meeting_rows(results, ids=frozenset(results.report.meetings.held.ids))) == 419
