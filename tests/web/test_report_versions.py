"""Versions of a report: kept by day and by hand, readable as they were, and one of them public."""

import hashlib
import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.domain.reporting.lines import lines_of
from matchmaker.jobs import keep_reports
from matchmaker.models import FairStaff, ReportVersion
from matchmaker.services import fairs, report_versions
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.services.report_archive import results_from, text_of
from matchmaker.services.reports import due_on, results_of
from matchmaker.web.reports import listing
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=8)
REPORT = "/fairs/tea-days/organizer/report"
RESULTS = "/fairs/tea-days/report"


@pytest.fixture(autouse=True)
def time_to(monkeypatch):
    def time_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    time_to(AFTER)
    return time_to


@pytest.fixture
def fair(factory):
    return factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)


@pytest.fixture
def facts(session, fair):
    return fairs.by_slug(session, slug=fair.slug)


@pytest.fixture
def deal(session, factory, fair, facts):
    slots = iter(factory.slots(fair, 12))

    def deal(value, *, outcome=Outcome.AGREEMENT, country="JP", now=AFTER):
        seller = factory.participant(fair, name="Trà Xanh Nghĩa Lộ")
        buyer = factory.participant(fair, role=Role.BUYER, country=country)
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=next(slots).id)
        (me,) = fairs.memberships(session, fair_id=fair.id, account_id=seller.account.id)
        said = Said(
            outcome=outcome,
            value=Money(amount=Decimal(value), currency="USD"),
            horizon=Horizon.TWELVE_MONTHS,
        )
        record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=now)

    return deal


@pytest.fixture
def organizer(session, factory, fair, client):
    account = factory.organizer(fair).id

    def organizer():
        session.commit()
        return client.sign_in_as(account)

    return organizer


def text_of_page(page):
    return " ".join(page.get_text(" ").split())


def test_what_is_kept_gives_the_same_report_and_the_same_text_again(session, facts, deal):
    deal(1000)
    deal(2500, outcome=Outcome.MOU)
    results = results_of(session, fair=facts, now=AFTER)

    text = text_of(results)
    again = results_from(text)

    assert text == text_of(results_of(session, fair=facts, now=AFTER))
    assert again.report == results.report
    assert again.seal == results.seal
    assert text_of(again) == text
    kept = json.loads(text)["figures"]
    assert {line.key: line.count for line in lines_of(results.report)} == {key: kept[key]["count"] for key in kept}


def test_a_version_is_kept_at_the_end_of_its_day_and_only_once(session, facts, deal):
    deal(1000)
    session.commit()
    days = due_on(facts)
    closing = AFTER.replace(hour=20) + (days[Version.CLOSING] - AFTER.date())

    done = [keep_reports.run(closing - timedelta(days=1)), keep_reports.run(closing), keep_reports.run(closing)]
    later = keep_reports.run(closing + timedelta(days=30)), keep_reports.run(closing + timedelta(days=3000))

    assert (done, later) == ([0, 1, 0], (1, 0))
    assert [one.kind for one in report_versions.listed(session, fair_id=facts.id)] == ["day_30", "closing"]


def test_a_version_stays_as_it_was_with_its_rows(session, facts, deal, organizer):
    deal(1000)
    organizer().submit(f"{REPORT}/versions", note="For the board", action="/versions")
    deal(5000, now=AFTER)
    client = organizer()
    link = client.page(f"{REPORT}/versions").find("a", string="Kept by hand")["href"]

    page = client.page(link)
    rows = [tag["href"] for tag in page.select("table.data a[href*='report/deals']")]

    assert "USD 1,000.00" in text_of_page(page)
    assert "USD 6,000.00" in text_of_page(client.page(REPORT))
    assert rows
    assert all("version=" in address for address in rows)
    assert "1 deal, worth USD 1,000.00." in text_of_page(client.page(rows[0]))
    assert client.get(re.sub(r"report\?", "report.csv?", link)).get_data(as_text=True).count("Nghĩa Lộ") == 1


def test_a_version_is_read_on_in_the_other_language_and_page_by_page(session, factory, facts, deal, organizer):
    deal(1000)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For the board", action="/versions")
    (kept,) = report_versions.listed(session, fair_id=facts.id)

    for address in (f"{REPORT}?version={kept.id}", f"{REPORT}/deals?version={kept.id}&page=1&lang=en"):
        page = client.page(address)
        (link,) = {link["href"] for link in page.select("a[hreflang=vi]")}
        assert client.page(link).html["lang"] == "vi"
        assert link.count(str(kept.id)) == 1


def test_the_second_page_of_a_versions_rows_is_that_versions(session, facts, deal, organizer, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 1)
    deal(1000)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For the board", action="/versions")
    (kept,) = report_versions.listed(session, fair_id=facts.id)

    link = client.page(f"{REPORT}/companies?version={kept.id}").find("a", rel="next")["href"]

    assert link == f"{REPORT}/companies?version={kept.id}&page=2"
    assert "Page 2 of 2" in text_of_page(client.page(link))


def test_the_way_to_the_report_leads_to_the_version_only_below_it(session, facts, deal, organizer):
    deal(1000)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For the board", action="/versions")
    (kept,) = report_versions.listed(session, fair_id=facts.id)
    addresses = (REPORT, f"{REPORT}?version={kept.id}", REPORT)

    ways = [client.page(address).select("nav a.item[aria-current=page]") for address in addresses]

    assert [{way["href"] for way in found} for found in ways] == [{one} for one in addresses]


def test_the_file_of_a_version_has_the_digest_the_page_names(session, facts, deal, organizer):
    deal(1000)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For the board", action="/versions")
    (kept,) = report_versions.listed(session, fair_id=facts.id)

    answer = client.get(f"{REPORT}/versions/{kept.id}.json")

    assert hashlib.sha256(answer.data).hexdigest() == kept.digest
    assert kept.digest in text_of_page(client.page(f"{REPORT}?version={kept.id}"))


def test_a_version_needs_a_word_on_what_it_is_for(session, facts, organizer):
    client = organizer()
    answer = client.submit(f"{REPORT}/versions", note="", action="/versions")

    assert answer.status_code == 422
    assert "Say in a few words what this version is for." in text_of_page(client.tree(answer))
    assert report_versions.listed(session, fair_id=facts.id) == []


def test_a_version_of_another_fair_is_not_found(session, factory, facts, organizer):
    other = factory.fair(slug="elsewhere")
    kept = report_versions.freeze_by_hand(
        session,
        fair=fairs.by_slug(session, slug="elsewhere"),
        note="x",
        by=factory.organizer(other).id,
        now=AFTER,
    )
    client = organizer()

    for address in (
        f"{REPORT}?version={kept.id}",
        f"{REPORT}.csv?version={kept.id}",
        f"{REPORT}/versions/{kept.id}.json",
    ):
        assert client.get(address).status_code == 404
    assert client.get(f"{REPORT}?version=nonsense").status_code == 404
    assert client.post_token(f"{REPORT}/versions/{kept.id}/publish").status_code == 404


def test_results_are_public_only_once_published_and_until_withdrawn(session, facts, deal, organizer):
    for value in (1000, 2000, 4000):
        deal(value)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For all", action="/versions")

    before = text_of_page(client.page(RESULTS))
    client.submit(f"{REPORT}/versions", action="/publish")
    shown = text_of_page(client.page(RESULTS))
    client.submit(f"{REPORT}/versions", action="/withdraw")
    after = text_of_page(client.page(RESULTS))

    assert "No results yet" in before
    assert "expected on" in before
    assert "USD 7,000.00" in shown
    assert "Nghĩa Lộ" not in shown
    assert "No results yet" in after


def test_a_row_of_few_companies_is_not_shown_nor_one_that_gives_it_away(session, facts, deal, organizer):
    for value in (100, 200, 400):
        deal(value)
    for value in (1000, 2000, 4000):
        deal(value, outcome=Outcome.MOU)
    for value in (10_000, 20_000, 40_000):
        deal(value, outcome=Outcome.QUOTATION)
    deal(77_777, outcome=Outcome.ORDER)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For all", action="/versions")
    client.submit(f"{REPORT}/versions", action="/publish")

    page = client.page(RESULTS)
    kinds = {
        row.find("th").get_text(): row.find_all("td")[-1].get_text() for row in page.find("table").select("tbody tr")
    }

    assert kinds == {
        "Quotation or sample": "USD 70,000.00",
        "MoU": "USD 7,000.00",
        "Contract": "not shown",
        "Order": "not shown",
    }
    assert "77,777" not in text_of_page(page)


def test_reach_does_not_tell_what_is_hidden_among_the_countries(session, facts, deal, organizer):
    for value in (10, 20, 30):
        deal(value, country="VN")
    for value in (1000, 2000, 4000):
        deal(value, country="US")
    deal(77_777)
    client = organizer()
    client.submit(f"{REPORT}/versions", note="For all", action="/versions")
    client.submit(f"{REPORT}/versions", action="/publish")

    page = client.page(RESULTS)
    titles = [title.get_text() for title in page.select(".rep h2")]

    assert "Domestic or international" not in titles
    assert "USD 60.00" not in text_of_page(page)


def test_one_version_at_most_is_public(session, facts, factory, fair, deal):
    deal(1000)
    by = factory.organizer(fair).id
    first, second = (
        report_versions.freeze_by_hand(session, fair=facts, note=note, by=by, now=AFTER) for note in ("one", "two")
    )

    for one in (first, second):
        report_versions.publish(session, fair=facts, version_id=one.id, by=by, now=AFTER)

    public = [row.id for row in session.query(ReportVersion).filter(ReportVersion.published_at.is_not(None))]
    assert public == [second.id]


def test_a_reader_sees_versions_and_keeps_none(session, factory, fair, client, deal, facts):
    deal(1000)
    account = factory.account()
    factory.add(FairStaff(fair_id=fair.id, account_id=account.id, role="reader"))
    kept = report_versions.freeze_by_hand(session, fair=facts, note="x", by=factory.organizer(fair).id, now=AFTER)
    key, version = account.id, kept.id
    session.commit()
    client.sign_in_as(key)

    page = client.page(f"{REPORT}/versions")

    assert page.find("main").find("form") is None
    assert "USD 1,000.00" in text_of_page(client.page(f"{REPORT}?version={version}"))
    assert client.post_token(f"{REPORT}/versions", note="y").status_code == 404


def test_a_kept_version_still_names_the_third_company_of_a_meeting(session, factory):
    fair = factory.fair(slug="fruit-days")
    seller, buyer, third = (factory.participant(fair, role=role) for role in (Role.EXHIBITOR, Role.BUYER, Role.BUYER))
    (slot,) = factory.slots(fair, 1)
    meeting = factory.meeting(seller, buyer, state="held", slot_id=slot.id, third_id=third.id)
    results = results_of(session, fair=fairs.by_slug(session, slug="fruit-days"), now=AFTER)
    kept = results_from(text_of(results)).loaded.meetings[str(meeting.id)]
    assert (kept.buyer.participation_id, kept.third.participation_id) == (buyer.id, third.id)
