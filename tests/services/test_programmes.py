"""Fairs get in by their own organizers alone, rates have a source, and the figures are the fairs' own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.roll_up import MEETINGS
from matchmaker.models import Company, FairRate, FairStaff, HistoryEntry, Meeting, ProgrammeFair
from matchmaker.services import fairs, programme_results, programmes, reports
from matchmaker.services.fair_setup import RatePlan
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.programmes import ProgrammePlan
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=4)
VND = RatePlan(currency="VND", rate=Decimal("0.00004"), fixed_on=date(2026, 11, 18), source="Vietcombank")


@pytest.fixture
def officer(factory):
    return factory.account()


@pytest.fixture
def new_fair(factory, officer):
    """Make a fair that the officer organizes, unless someone else does."""

    def new_fair(slug, *, by=officer, **values):
        row = factory.fair(slug=slug, phase=Phase.FOLLOW_UP, **values)
        factory.add(FairStaff(fair_id=row.id, account_id=by.id, role="organizer"))
        return row

    return new_fair


@pytest.fixture
def make(session, officer):
    """Put a programme together."""

    def make(*slugs, **values):
        plan = {"slug": "scp", "name_vi": "SXTD", "name_en": "SCP", "report_currency": "USD", "fairs": slugs, **values}
        return programmes.create(session, plan=ProgrammePlan(**plan), by=officer.id, now=AFTER)

    return make


@pytest.fixture
def deal(session, factory):
    """Hold a meeting of two companies at a fair, with a contract of one side's word."""

    def deal(fair, value, *, currency="USD", companies=(None, None)):
        seller = factory.participant(fair, company=companies[0])
        factory.offer(seller, category_code="food")
        buyer = factory.participant(fair, role=Role.BUYER, company=companies[1])
        slot, *_ = factory.slots(fair, 1)
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id)
        (me,) = fairs.memberships(session, fair_id=fair.id, account_id=seller.account.id)
        money = Money(amount=Decimal(value), currency=currency)
        said = Said(outcome=Outcome.AGREEMENT, value=money, horizon=Horizon.TWELVE_MONTHS)
        facts = fairs.by_slug(session, slug=fair.slug)
        record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)
        return seller.company, buyer.company

    return deal


def test_a_programme_of_one_fair_says_what_the_fairs_own_report_says(session, factory, new_fair, make, deal):
    factory.category("food")
    deal(new_fair("spring"), "1500.55")
    programme = make("spring")

    figures = programme_results.results_of(session, programme=programme, now=AFTER).figures
    report = reports.results_of(session, fair=fairs.by_slug(session, slug="spring"), now=AFTER).report

    assert figures.whole.headline.value == report.headline.value == Money(amount=Decimal("1500.55"), currency="USD")
    assert figures.whole.companies["all"] == report.companies.all.number == 2
    assert list(figures.years) == [2026]


def test_a_company_at_two_fairs_is_one_and_dong_become_dollars(session, factory, officer, new_fair, make, deal):
    factory.category("food")
    both = deal(new_fair("spring", opens_on=date(2025, 11, 18), closes_on=date(2026, 11, 20)), 1000)
    deal(new_fair("autumn", report_currency="VND"), 25_000_000, currency="VND", companies=both)
    programme = make("spring", "autumn")

    before = programme_results.results_of(session, programme=programme, now=AFTER)
    assert [(edition.fair.slug, currency) for edition, currency in before.left_out] == [("autumn", "VND")]
    assert before.figures.whole.headline.value.amount == 1000

    programmes.fix_rate(session, programme=programme, plan=VND, by=officer.id, now=AFTER)
    after = programme_results.results_of(session, programme=programme, now=AFTER)
    assert after.left_out == []
    assert after.figures.whole.headline.value == Money(amount=Decimal(2000), currency="USD")
    assert after.figures.whole.companies["all"] == 2
    assert (after.figures.whole.pairs, after.figures.whole.meetings["held"]) == (1, 2)
    assert {year: one.headline.value.amount for year, one in after.figures.years.items()} == {2025: 1000, 2026: 1000}


def test_the_roll_up_is_the_sum_of_the_fairs_own_reports(session, factory, new_fair, make, deal):
    factory.category("food")
    made = {slug: new_fair(slug) for slug in ("spring", "summer", "autumn")}
    both = deal(made["spring"], "1500.55")
    deal(made["summer"], "20.45", companies=both)
    deal(made["autumn"], 3_000_000)
    walked_in = factory.participant(made["autumn"]), factory.participant(made["autumn"], role=Role.BUYER)
    factory.meeting(*walked_in, state="held")
    own = [reports.results_of(session, fair=fairs.by_slug(session, slug=slug), now=AFTER).report for slug in made]

    whole = programme_results.results_of(session, programme=make(*made), now=AFTER).figures.whole

    assert whole.meetings == {name: sum(getattr(one.meetings, name).number for one in own) for name in MEETINGS}
    assert (whole.meetings["held"], whole.meetings["walk_in"]) == (4, 1)
    assert whole.with_outcome == sum(one.meetings.with_outcome.number for one in own) == 3
    assert whole.headline.count == sum(one.headline.count for one in own) == 3
    assert whole.headline.value == Money.total((one.headline.value for one in own), currency="USD")
    assert whole.headline.naive == Money.total((one.headline.naive for one in own), currency="USD")
    assert whole.realised.value == Money.total((one.realised.value for one in own), currency="USD")
    assert (whole.pairs, whole.deal_pairs) == (3, 2)


@pytest.fixture
def kept(session):
    """Keep the figures of every fair that has changed, and return the fairs by their addresses."""

    def kept():
        found = programme_results.changed(session, now=AFTER)
        for fair in found:
            counted = programme_results.counted(session, fair=fair, now=AFTER)
            programme_results.keep(session, counted=counted, now=AFTER)
        return sorted(fair.slug for fair in found)

    return kept


def test_figures_are_kept_until_something_they_rest_on_changes(session, factory, officer, new_fair, make, deal, kept):
    factory.category("food")
    made = {slug: new_fair(slug) for slug in ("spring", "autumn")}
    seller, buyer = deal(made["spring"], "1500.55")
    programme = make(*made)

    def whole():
        return programme_results.results_of(session, programme=programme, now=AFTER).figures.whole

    counted = whole()
    assert kept() == ["autumn", "spring"]
    assert kept() == []
    assert whole() == counted

    for change in (
        lambda: deal(made["autumn"], 20, companies=(seller, buyer)),
        lambda: factory.participant(made["autumn"]),
        lambda: setattr(
            session.scalars(select(Meeting).where(Meeting.fair_id == made["autumn"].id)).one(), "state", "no_show"
        ),
        lambda: setattr(session.get(Company, buyer.id), "country", "JP"),
        lambda: factory.add(
            FairRate(fair_id=made["autumn"].id, currency="EUR", rate=1, fixed_on=made["autumn"].opens_on, source="x")
        ),
    ):
        change()
        session.flush()
        fresh = whole()
        assert "autumn" in kept()
        assert whole() == fresh


def test_nobody_takes_in_a_fair_that_is_someone_elses(session, factory, new_fair, officer, make):
    new_fair("mine")
    new_fair("theirs", by=factory.account())
    with pytest.raises(Refused, match="unknown_fair"):
        make("mine", "theirs")
    programme = make("mine")
    values = {"year": 2026, "branch": None, "by": officer.id, "now": AFTER}
    with pytest.raises(Refused, match="unknown_fair"):
        programmes.put_fair(session, programme=programme, slug="theirs", **values)
    assert [edition.fair.slug for edition in programmes.editions(session, programme_id=programme.id)] == ["mine"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"slug": "new"}, "bad_slug"),
        ({"slug": "Big One"}, "bad_slug"),
        ({"name_vi": "", "name_en": ""}, "no_name"),
        ({"report_currency": "XXX"}, "unknown_currency"),
        ({"fairs": ()}, "no_fair"),
    ],
)
def test_a_programme_needs_an_address_a_name_a_currency_and_a_fair(new_fair, make, values, code):
    new_fair("mine")
    with pytest.raises(Refused, match=code):
        make("mine", **values)


def test_an_address_is_taken_once(new_fair, make):
    new_fair("mine")
    make("mine")
    with pytest.raises(Refused, match="slug_taken"):
        make("mine")


def test_who_organizes_no_fair_makes_no_programme(session, factory):
    plan = ProgrammePlan(slug="scp", name_vi="A", name_en="A", report_currency="USD", fairs=("mine",))
    with pytest.raises(NotFound):
        programmes.create(session, plan=plan, by=factory.account().id, now=AFTER)


def test_a_fair_counts_for_another_year_as_a_chain_and_the_last_one_stays(session, factory, officer, new_fair, make):
    factory.category("textiles")
    new_fair("one")
    new_fair("two")
    programme = make("one", "two")
    said = {"by": officer.id, "now": AFTER}

    programmes.put_fair(session, programme=programme, slug="one", year=2023, branch="textiles", **said)
    listed = [(one.fair.slug, one.year, one.branch) for one in programmes.editions(session, programme_id=programme.id)]
    assert listed == [("one", 2023, "textiles"), ("two", 2026, None)]

    with pytest.raises(Refused, match="unknown_branch"):
        programmes.put_fair(session, programme=programme, slug="one", year=2023, branch="nothing", **said)
    with pytest.raises(Refused, match="bad_year"):
        programmes.put_fair(session, programme=programme, slug="one", year=23, branch=None, **said)

    programmes.take_fair_out(session, programme=programme, slug="one", **said)
    with pytest.raises(NotFound):
        programmes.take_fair_out(session, programme=programme, slug="one", **said)
    with pytest.raises(Refused, match="last_fair"):
        programmes.take_fair_out(session, programme=programme, slug="two", **said)
    assert session.scalars(select(ProgrammeFair.year)).all() == [2026]


def test_each_change_of_a_rate_is_on_record_and_one_in_use_stays(session, officer, new_fair, make):
    new_fair("autumn", report_currency="VND")
    programme = make("autumn")
    said = {"programme": programme, "by": officer.id, "now": AFTER}

    programmes.fix_rate(session, plan=VND, **said)
    changed = RatePlan(currency="VND", rate=Decimal("0.00005"), fixed_on=VND.fixed_on, source="SBV")
    programmes.fix_rate(session, plan=changed, **said)
    euro = RatePlan(currency="EUR", rate=Decimal("1.1"), fixed_on=VND.fixed_on, source="ECB")
    programmes.fix_rate(session, plan=euro, **said)
    programmes.drop_rate(session, currency="EUR", **said)

    rows = session.scalars(select(HistoryEntry.facts).where(HistoryEntry.action == "programme_rate_fixed"))
    assert {(facts["currency"], facts["before"], facts["after"]) for facts in rows} == {
        ("VND", None, "0.00004"),
        ("VND", "0.0000400000", "0.00005"),
        ("EUR", None, "1.1"),
    }
    with pytest.raises(Refused, match="rate_in_use"):
        programmes.drop_rate(session, currency="VND", **said)
    with pytest.raises(Refused, match="own_currency"):
        programmes.fix_rate(
            session, plan=RatePlan(currency="USD", rate=Decimal(1), fixed_on=VND.fixed_on, source="x"), **said
        )
    with pytest.raises(Refused, match="no_source"):
        programmes.fix_rate(
            session, plan=RatePlan(currency="EUR", rate=Decimal(1), fixed_on=VND.fixed_on, source=" "), **said
        )
