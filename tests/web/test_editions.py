"""A fair beside its earlier editions: what was kept at closing, and who may say which one came before."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.models import FairStaff
from matchmaker.services import editions, fair_copy, fairs, report_versions
from matchmaker.services.fair_setup import FairPlan
from matchmaker.services.outcomes import Said, record_outcome
from tests.factories import OPENING
from tests.query_count import count_queries

AFTER = OPENING + timedelta(hours=4)
EDITIONS = "/fairs/tea-days-26/organizer/report/editions"
YEAR = timedelta(days=364)


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def officer(factory):
    return factory.account()


@pytest.fixture
def editions_of(session, factory, officer):
    """Two editions of a fair, the older in another currency; each is given as its row and its facts."""

    def edition(year, **values):
        opens_on = date(2026, 11, 18) - YEAR * (26 - year)
        closes_on = opens_on + timedelta(days=2)
        slug = f"tea-days-{year}"
        row = factory.fair(slug=slug, phase=Phase.FOLLOW_UP, opens_on=opens_on, closes_on=closes_on, **values)
        factory.add(FairStaff(fair_id=row.id, account_id=officer.id, role="organizer"))
        for slot in factory.slots(row, 3):
            slot.day, slot.starts_at, slot.ends_at = (
                one - YEAR * (26 - year) for one in (slot.day, slot.starts_at, slot.ends_at)
            )
        session.flush()
        return row, fairs.by_slug(session, slug=slug)

    return edition(25, report_currency="EUR"), edition(26)


@pytest.fixture
def deal(session, factory):
    places = count()

    def deal(edition, amount, *, now, outcome=Outcome.MOU):
        row, facts = edition
        slots = fairs.slots(session, fair_id=row.id)
        seller, buyer = factory.participant(row), factory.participant(row, role=Role.BUYER, country="JP")
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=slots[next(places) % len(slots)].id)
        (me,) = fairs.memberships(session, fair_id=row.id, account_id=seller.account.id)
        value = Money(amount=Decimal(amount), currency=facts.report_currency)
        said = Said(outcome=outcome, value=value, horizon=Horizon.TWELVE_MONTHS)
        record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=now)

    return deal


@pytest.fixture
def office(session, client, officer):
    def office():
        key = officer.id
        session.commit()
        return client.sign_in_as(key)

    return office


def cells(page, caption):
    table = next(one for one in page.select("table.data") if one.find("caption").get_text() == caption)
    return {
        row.find("th").get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in table.select("tbody tr")
    }


def test_a_fair_stands_beside_what_its_earlier_edition_kept_at_closing(editions_of, deal, office, session, officer):
    before, this = editions_of
    deal(before, 1000, now=AFTER - YEAR)
    report_versions.freeze_due(session, fair=before[1], version="closing", now=AFTER - YEAR + timedelta(days=5))
    deal(this, 700, now=AFTER)
    organizer = office()

    answer = organizer.submit(f"{EDITIONS}/earlier", earlier="tea-days-25")
    page = organizer.page(EDITIONS)

    assert answer.status_code == 302
    found = cells(page, "At closing")
    assert found["Value of all deals"] == ["USD 700.00", "EUR 1,000.00"]
    assert (found["Meetings held"], found["Meetings with an outcome"]) == (["1", "1"], ["100%", "100%"])
    assert found["As of"] == ["18 Nov 2026, 13:00", "22 Nov 2025, 00:00"]
    assert cells(page, "Known since then")["Delivered or paid"] == ["USD 0.00", "EUR 0.00"]
    assert "Values stand in each edition’s own report currency." in page.get_text()
    assert "kept no version at closing stands here as it is known now" in page.get_text()


def test_what_is_said_later_changes_only_what_is_known_since_then(editions_of, deal, office, session, officer):
    before, this = editions_of
    deal(before, 1000, now=AFTER - YEAR)
    report_versions.freeze_due(session, fair=before[1], version="closing", now=AFTER - YEAR + timedelta(days=5))
    deal(before, 500, now=AFTER - timedelta(days=1))
    report_versions.freeze_by_hand(session, fair=before[1], note="a year later", by=officer.id, now=AFTER)
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)

    page = office().page(EDITIONS)

    assert cells(page, "At closing")["Value of all deals"] == ["USD 0.00", "EUR 1,000.00"]
    assert cells(page, "Known since then")["Value of all deals"] == ["USD 0.00", "EUR 1,500.00"]


def test_only_a_fair_of_ones_own_that_opened_before_can_be_the_earlier_edition(editions_of, office, factory, session):
    factory.fair(slug="of-others", opens_on=date(2024, 1, 1), closes_on=date(2024, 1, 2))
    organizer = office()

    for slug in ("of-others", "tea-days-26", "nonsense"):
        answer = organizer.submit(f"{EDITIONS}/earlier", earlier=slug)
        assert answer.status_code == 422
        assert "Choose a fair that you organize" in answer.get_data(as_text=True)
    offered = organizer.page(f"{EDITIONS}/earlier").select("select[name=earlier] option")
    assert [one["value"] for one in offered] == ["", "tea-days-25"]
    assert "No earlier edition yet" in organizer.page(EDITIONS).get_text()


def test_a_reader_sees_the_comparison_and_cannot_change_it(editions_of, session, factory, client):
    before, this = editions_of
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)
    reader = factory.account()
    factory.add(FairStaff(fair_id=this[0].id, account_id=reader.id, role="reader"))
    key = reader.id
    session.commit()
    client.sign_in_as(key)

    page = client.page(EDITIONS)

    assert cells(page, "At closing")["Companies"] == ["0", "0"]
    assert page.select("a[href$='/editions/earlier']") == []
    assert client.get(f"{EDITIONS}/earlier").status_code == 404


def test_an_edition_can_be_taken_back(editions_of, office, session):
    before, this = editions_of
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)

    organizer = office()
    organizer.submit(f"{EDITIONS}/earlier", earlier="")

    assert "No earlier edition yet" in organizer.page(EDITIONS).get_text()


def test_editions_whose_days_were_moved_past_each_other_are_walked_once(editions_of, session):
    before, this = editions_of
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)
    editions.put(session, fair=before[1], before=this[1], by=None, now=AFTER)

    assert [one.slug for one in editions.earlier(session, fair=this[1])] == ["tea-days-25"]


def test_a_copied_fair_follows_the_one_it_was_copied_from(editions_of, session, officer):
    plan = FairPlan(
        slug="tea-days-27",
        name_vi="Ngày trà",
        name_en="Tea days",
        city_vi="Hà Nội",
        city_en="Hanoi",
        country="VN",
        opens_on=date(2027, 11, 17),
        closes_on=date(2027, 11, 19),
        time_zone="Asia/Ho_Chi_Minh",
        report_currency="USD",
    )
    new = fair_copy.create_with_organizer(
        session, plan=plan, copy_from="tea-days-26", by=officer.id, now=datetime(2027, 1, 4, tzinfo=UTC)
    )

    assert [one.slug for one in editions.earlier(session, fair=new)] == ["tea-days-26"]


def test_its_statements_stay_few_with_a_live_report_and_kept_ones(editions_of, deal, office, session):
    before, this = editions_of
    deal(before, 1000, now=AFTER - YEAR)
    report_versions.freeze_due(session, fair=before[1], version="closing", now=AFTER - YEAR + timedelta(days=5))
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)
    organizer = office()

    with count_queries(session.get_bind()) as asked:
        organizer.get(EDITIONS)

    assert len(asked) <= 12


def links(page, caption):
    table = next(one for one in page.select("table.data") if one.find("caption").get_text() == caption)
    return {
        row.find("th").get_text(strip=True): [cell.a and cell.a["href"] for cell in row.select("td")]
        for row in table.select("tbody tr")
    }


def test_each_figure_leads_its_organizer_to_the_rows_it_was_made_of(editions_of, deal, office, session, officer):
    before, this = editions_of
    deal(before, 1000, now=AFTER - YEAR)
    report_versions.freeze_due(session, fair=before[1], version="closing", now=AFTER - YEAR + timedelta(days=5))
    deal(before, 500, now=AFTER - timedelta(days=1))
    report_versions.freeze_by_hand(session, fair=before[1], note="a year later", by=officer.id, now=AFTER)
    deal(this, 700, now=AFTER)
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)
    organizer = office()

    page = organizer.page(EDITIONS)

    (now, then), (_now, later) = (links(page, one)["Value of all deals"] for one in ("At closing", "Known since then"))
    heads = [organizer.page(one).select_one(".page-head").get_text() for one in (now, then, later)]
    assert ["USD 700.00" in heads[0], "EUR 1,000.00" in heads[1], "EUR 1,500.00" in heads[2]] == [True] * 3
    assert all(one and organizer.get(one).status_code == 200 for one in links(page, "At closing")["Companies"])


def test_who_may_not_read_an_edition_is_led_to_its_public_results_if_there_are_any(
    editions_of, session, factory, client, officer
):
    before, this = editions_of
    kept = report_versions.freeze_by_hand(session, fair=before[1], note="", by=officer.id, now=AFTER)
    editions.put(session, fair=this[1], before=before[1], by=None, now=AFTER)
    reader = factory.account()
    factory.add(FairStaff(fair_id=this[0].id, account_id=reader.id, role="reader"))
    key = reader.id
    session.commit()
    client.sign_in_as(key)
    own = "/fairs/tea-days-26/organizer/report/meetings?of=held"

    assert links(client.page(EDITIONS), "At closing")["Meetings held"] == [own, None]

    report_versions.publish(session, fair=before[1], version_id=kept.id, by=None, now=AFTER)
    session.commit()
    assert links(client.page(EDITIONS), "At closing")["Meetings held"] == [own, "/fairs/tea-days-25/report"]
