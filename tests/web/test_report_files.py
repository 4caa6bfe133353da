"""The report as files, opened by other programs than the one that wrote them."""

import io
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pypdf
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.deals.reports import Horizon
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.fairs import Phase, Role
from matchmaker.domain.money.amount import Money
from matchmaker.models import FairStaff, Meeting
from matchmaker.services import fairs
from matchmaker.services.outcomes import Said, record_outcome
from matchmaker.web import paper
from tests.factories import OPENING

AFTER = OPENING + timedelta(hours=4)
REPORT = "/fairs/tea-days/organizer/report"
FORMULA = '=HYPERLINK("http://x","<b>Trà</b>")'


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="tea-days", phase=Phase.FOLLOW_UP)


@pytest.fixture
def desk(session, factory, fair, client):
    """A fair with two deals, and whoever reads its report signed in by role."""
    slots = iter(factory.slots(fair, 4))
    facts = fairs.by_slug(session, slug=fair.slug)
    for name, value in ((FORMULA, 1_500_000), ("Nghệ Thuật Ấm Trà", "250000.50")):
        seller = factory.participant(fair, name=name)
        buyer = factory.participant(fair, role=Role.BUYER, country="JP")
        meeting = factory.meeting(seller, buyer, state="scheduled", slot_id=next(slots).id)
        (me,) = fairs.memberships(session, fair_id=fair.id, account_id=seller.account.id)
        said = Said(
            outcome=Outcome.AGREEMENT,
            value=Money(amount=Decimal(value), currency="USD"),
            horizon=Horizon.TWELVE_MONTHS,
        )
        record_outcome(session, fair=facts, me=me, meeting_id=meeting.id, said=said, now=AFTER)

    def as_role(role):
        account = factory.account()
        factory.add(FairStaff(fair_id=fair.id, account_id=account.id, role=role))
        key = account.id
        session.commit()
        client.sign_in_as(key)
        return client

    return as_role


def text_of(answer):
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize(
    ("lang", "total", "title", "held"),
    [
        ("en", "USD 1,750,000.50", "Deal report", "Meetings held 2 of 2 scheduled"),
        ("vi", "1.750.000,50 USD", "Báo cáo giao dịch", "Cuộc đã gặp 2 trên 2 đã xếp lịch"),
    ],
)
def test_the_pdf_has_the_figures_of_the_page_in_both_languages(desk, lang, total, title, held):
    text = text_of(desk("organizer").get(f"{REPORT}.pdf?lang={lang}"))

    assert title in text
    assert total in text
    assert held in text


def test_the_pdf_names_its_day_on_each_page_and_lists_every_deal_of_the_total(desk):
    answer = desk("organizer").get(f"{REPORT}.pdf?lang=en")
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages]

    assert all("As of 18 Nov 2026, 13:00, values in USD." in page for page in pages)
    assert [re.search(r"\d+/\d+", page)[0] for page in pages][-1] == f"{len(pages)}/{len(pages)}"
    assert "Annex: the 2 deals of the total" in pages[-1]
    assert "250,000.50" in pages[-1]
    assert "All deals USD 1,750,000.50" in pages[-1]
    assert "The reporting rate is the share of held meetings" in " ".join(pages)


def test_a_pdf_of_very_many_deals_says_what_it_leaves_to_the_workbook(desk, monkeypatch):
    monkeypatch.setattr("matchmaker.web.reports.deal_lines.MOST_ON_PAPER", 1)

    text = text_of(desk("organizer").get(f"{REPORT}.pdf?lang=en"))

    assert "1 smaller deal, worth USD 250,000.50, is in the workbook" in text
    assert "Nghệ Thuật Ấm Trà" not in text


def test_marks_of_a_name_are_text_in_the_pdf(desk):
    text = text_of(desk("organizer").get(f"{REPORT}.pdf?lang=en"))

    assert FORMULA in text.replace(" ", "")


def test_the_same_report_is_the_same_pdf_to_the_byte(desk):
    organizer = desk("organizer")

    assert organizer.get(f"{REPORT}.pdf").data == organizer.get(f"{REPORT}.pdf").data


@pytest.mark.parametrize("end", [".xlsx", ".csv", "-summary.csv"])
def test_the_same_rows_are_the_same_file_to_the_byte_whenever_it_is_made(desk, end, monkeypatch):
    organizer = desk("organizer")
    first = organizer.get(f"{REPORT}{end}").data
    # What a workbook bears of its own hour is in full seconds, and openpyxl asks the machine's clock for it.
    monkeypatch.setattr("openpyxl.writer.excel.datetime", _Later)
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(minutes=5))

    assert organizer.get(f"{REPORT}{end}").data == first


class _Later:
    """A module ``datetime`` whose now is years ahead."""

    timezone = timezone

    class datetime(datetime):  # noqa: N801 - it stands in for a class of that name.
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 5, 6, 7, 8, 9, tzinfo=tz)


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.test/a.css",
        "http://localhost/fairs/tea-days",
        "file:///etc/passwd",
        "http://localhost/static/../config.py",
        "http://localhost/static/%2e%2e/config.py",
    ],
)
def test_a_pdf_reads_nothing_but_static_files(app, address):
    with app.test_request_context("/"), pytest.raises(ValueError, match="only files of this site"):
        paper.static_file(address)


def test_without_the_engine_the_page_offers_to_print(desk, monkeypatch):
    organizer = desk("organizer")
    monkeypatch.setattr("matchmaker.web.reports.page.can_print", lambda: False)
    monkeypatch.setattr("matchmaker.web.reports.files.can_print", lambda: False)

    page = organizer.page(REPORT)

    assert page.find("button", attrs={"data-print": True}) is not None
    assert page.find("a", href=f"{REPORT}.pdf") is None
    assert organizer.get(f"{REPORT}.pdf").headers["Location"] == REPORT


def test_the_workbook_adds_up_and_runs_nothing(desk):
    answer = desk("organizer").get(f"{REPORT}.xlsx?lang=en")
    book = load_workbook(io.BytesIO(answer.data))
    figures = {(row[0], row[1]): row for row in book["Figures"].iter_rows(values_only=True)}
    header, *deals = book["Deals"].iter_rows(values_only=True)

    assert book.sheetnames == ["Figures", "Deals", "Meetings", "How we count"]
    assert figures["All deals", "Report at closing"][2:4] == (2, 1750000.5)
    assert sum(Decimal(str(row[header.index("Value (USD)")])) for row in deals) == Decimal("1750000.50")
    assert [row[1] for row in deals] == [FORMULA, "Nghệ Thuật Ấm Trà"]
    assert {cell.data_type for row in book["Deals"] for cell in row if isinstance(cell.value, str)} == {"s"}
    assert book["Meetings"].max_row == 1 + 2
    days = [cell for row in book["Meetings"].iter_rows(min_row=2, min_col=5, max_col=5) for cell in row]
    assert {(cell.is_date, cell.number_format) for cell in days} == {(True, "mm-dd-yy")}


def test_a_meeting_of_three_is_one_line_of_its_pair_that_names_the_third_company(desk, session, factory, fair):
    third = factory.participant(fair, role=Role.BUYER, name="Bao Bì Xanh")
    session.scalars(select(Meeting).order_by(Meeting.slot_id)).first().third_id = third.id
    organizer = desk("organizer")
    book = load_workbook(io.BytesIO(organizer.get(f"{REPORT}.xlsx?lang=en").data))
    header, *lines = book["Meetings"].iter_rows(values_only=True)
    assert sorted(row[header.index("Third company")] or "" for row in lines) == ["", "Bao Bì Xanh"]
    listed = organizer.page("/fairs/tea-days/organizer/report/meetings?of=held&lang=en").get_text(" ")
    assert "+ Bao Bì Xanh" in " ".join(listed.split())


def test_every_file_names_the_ledgers_last_seal(desk):
    organizer = desk("organizer")
    seal = organizer.page(REPORT).find("code").get_text()

    assert len(seal) == 64
    assert seal in text_of(organizer.get(f"{REPORT}.pdf")).replace(" ", "")
    assert seal in organizer.get(f"{REPORT}-summary.csv").get_data(as_text=True)
    book = load_workbook(io.BytesIO(organizer.get(f"{REPORT}.xlsx?lang=en").data))
    assert any(row[0] == "Entries of the ledger" and seal in row[1] for row in book["Figures"].values)


@pytest.mark.parametrize("of", ["all", "foreign", "without_meeting", "nonsense"])
def test_each_count_of_companies_leads_to_them(desk, of):
    organizer = desk("organizer")
    link = organizer.page(REPORT).find("a", href=f"{REPORT}/companies?of={of}")
    page = organizer.page(f"{REPORT}/companies?of={of}")

    shown = len(page.select("ul.rows li"))
    assert shown == {"all": 4, "foreign": 2, "without_meeting": 0, "nonsense": 4}[of]
    assert link is None or link.get_text() == str(shown)


def test_a_reader_sees_figures_and_rows_but_no_person(desk, session, fair):
    reader = desk("reader")

    for end in ("", "/deals", "/meetings", "/companies"):
        page = reader.page(REPORT + end)
        assert page.select("a[href*='/organizer/companies/']") == []
        assert "Person" not in page.find("main").get_text()
    assert len(reader.page(f"{REPORT}/deals").select("table.data tbody tr")) == 2
    for end in (".pdf", ".xlsx", ".csv", "-summary.csv"):
        assert reader.get(REPORT + end).status_code == 200


def test_a_reader_reads_nothing_else(desk, app):
    """Every address of the fair that is not for everyone, opened and posted to by a reader."""
    reader = desk("reader")
    token = reader.token()
    zero = "00000000-0000-4000-8000-000000000000"
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", "")
        if access not in {"organizer", "participant", "registered", "concerned"}:
            continue
        values = {name: zero if f"<uuid:{name}>" in rule.rule else "1" for name in rule.arguments}
        with app.test_request_context("/"):
            address = app.url_for(rule.endpoint, **(values | {"slug": "tea-days"}))
        for method in rule.methods & {"GET", "POST"}:
            answer = reader.get(address) if method == "GET" else reader.post(address, data={"csrf_token": token})
            assert answer.status_code == 404, (method, address)


def test_a_reader_of_another_fair_finds_nothing(desk, factory, session, client, fair):
    other = factory.account()
    factory.add(FairStaff(fair_id=factory.fair(slug="elsewhere").id, account_id=other.id, role="reader"))
    key = other.id
    desk("organizer")
    client.sign_in_as(key)

    for end in ("", ".pdf", ".xlsx", ".csv", "-summary.csv", "/deals", "/meetings", "/companies"):
        assert client.get(REPORT + end).status_code == 404
