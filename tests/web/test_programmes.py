"""A programme's page, its files, who may open it, and what a reader may not open besides."""

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from matchmaker.extensions import db
from matchmaker.jobs import keep_figures
from matchmaker.models import FairStaff, Programme, ProgrammeFair
from matchmaker.web.transaction import SAFE_METHODS
from tests.factories import OPENING
from tests.query_count import count_queries

HERE = "/programmes/scp"


@pytest.fixture
def ground(factory, session):
    """Two fairs in one programme and one outside; an organizer and a reader of the first."""
    first = factory.fair(slug="first", name_en="First fair", opens_on=date(2025, 11, 18))
    second = factory.fair(slug="second", name_en="Second fair")
    factory.fair(slug="outside")
    factory.category("textiles", name_en="Textiles")
    factory.participant(first)
    people = {"organizer": factory.account(), "reader": factory.account(), "stranger": factory.account()}
    for role in ("organizer", "reader"):
        factory.add(FairStaff(fair_id=first.id, account_id=people[role].id, role=role))
    programme = factory.add(
        Programme(slug="scp", name_vi="Chương trình", name_en="SCP", report_currency="USD", created_at=OPENING)
    )
    factory.add(ProgrammeFair(programme_id=programme.id, fair_id=first.id, year=2025, category_code="textiles"))
    factory.add(ProgrammeFair(programme_id=programme.id, fair_id=second.id, year=2026))
    ids = {role: account.id for role, account in people.items()}
    session.commit()
    return ids


def text_of(page):
    return " ".join(page.get_text(" ").split())


def test_years_and_fairs_stand_below_each_other_and_lead_to_reports_one_may_read(client, ground):
    page = client.sign_in_as(ground["organizer"]).page(f"{HERE}?lang=en")

    years = page.find("section", {"aria-labelledby": "p-years"})
    assert [one.get_text(strip=True) for one in years.select("thead th")] == ["Figure", "2025", "2026", "Together"]
    by_figure = {row.th.get_text(): [cell.get_text() for cell in row.select("td")] for row in years.select("tbody tr")}
    assert by_figure["Fairs"] == ["1", "1", "2"]
    assert by_figure["Of these, linkage chains"] == ["1", "0", "1"]
    assert by_figure["Companies"] == ["1", "0", "1"]
    assert "Linkage chain: Textiles" in text_of(page)
    links = [link["href"] for link in page.select("section[aria-labelledby=p-fairs] tbody a")]
    assert links == ["/fairs/first/organizer/report"]


def test_a_reader_reads_the_page_and_its_files_and_is_offered_nothing_else(client, ground):
    browser = client.sign_in_as(ground["reader"])
    page = browser.page(f"{HERE}?lang=en")
    assert [link["href"] for link in page.select("main .page-head a")] == [
        "/programmes/scp/figures.csv",
        "/programmes/scp/report.xlsx",
    ]
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{HERE}/figures.csv").data.decode("utf-8-sig"))))
    companies = {row["Of what"]: row["Number"] for row in rows if row["Kind"] == row["Figure"] == "Companies"}
    assert companies["The whole programme"] == "1"
    book = load_workbook(io.BytesIO(browser.get(f"{HERE}/report.xlsx").data))
    assert book.sheetnames == ["Years", "Year by year", "Figures", "Fixed rates", "How we count"]
    assert [cell.value for cell in book["Years"][2]][:4] == ["First fair", 2025, "Textiles", 1]
    assert [cell.value for cell in book["Year by year"][4]] == ["Companies", 1, 0, 1]


def test_a_reader_opens_no_other_route_of_any_fair_or_programme(app, client, ground):
    """Of every route below a fair or a programme, a reader gets the report, the programme and what is for everyone."""
    browser = client.sign_in_as(ground["reader"])
    token = browser.token()
    opened = set()
    refused = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/fairs/<slug>", "/programmes/")):
            continue
        access = app.view_functions[rule.endpoint].access
        if access in {"anyone", "signed_in"}:
            continue
        zero = "00000000-0000-4000-8000-000000000000"
        for slug in ("scp",) if rule.rule.startswith("/programmes") else ("first", "second", "outside"):
            values = {name: zero if f"<uuid:{name}>" in rule.rule else "x" for name in rule.arguments}
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(rule.endpoint, {**values, "slug": slug}, method=None)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                answer = (
                    browser.get(address)
                    if method in SAFE_METHODS
                    else browser.post(address, data={"csrf_token": token})
                )
                if answer.status_code in {403, 404}:
                    refused += 1
                else:
                    opened.add((slug, access, method))
    assert opened == {("first", "reader", "GET"), ("scp", "programme_reader", "GET")}
    assert refused > 200


@pytest.mark.parametrize("address", ["", "/figures.csv", "/report.xlsx", "/fairs", "/names", "/rates"])
def test_who_has_to_do_with_none_of_its_fairs_finds_no_programme(client, ground, address):
    assert client.sign_in_as(ground["stranger"]).get(HERE + address).status_code == 404


def test_the_front_page_leads_readers_to_their_programmes(client, ground):
    page = client.sign_in_as(ground["reader"]).page("/?lang=en")
    assert [link["href"] for link in page.select("section[aria-labelledby=programmes] a")] == [HERE]


def test_a_programme_is_put_together_and_kept(client, ground):
    browser = client.sign_in_as(ground["organizer"])
    wrong = browser.submit("/programmes/new", name_en="More", slug="more", report_currency="USD")
    assert wrong.status_code == 422
    made = browser.submit("/programmes/new", name_en="More", slug="more", report_currency="USD", fairs=["first"])
    assert made.location.endswith("/programmes/more/fairs")

    put = {"fair": "first", "year": "2024", "branch": "textiles"}
    assert browser.submit("/programmes/more/fairs", **put).status_code == 302
    assert "2024" in text_of(browser.page("/programmes/more/fairs?lang=en").find("table"))
    out = browser.submit("/programmes/more/fairs", action="/fairs/first/out")
    assert out.status_code == 422
    assert "keeps at least one fair" in out.get_data(as_text=True)

    rate = {"currency": "VND", "rate": "0,0000379", "fixed_on": "2026-11-18", "source": "Vietcombank"}
    assert browser.submit("/programmes/more/rates", **rate).status_code == 302
    assert "0.0000379" in text_of(browser.page("/programmes/more/rates?lang=en").find("table"))
    assert browser.submit("/programmes/more/rates", **{**rate, "rate": "0"}).status_code == 422
    assert browser.submit("/programmes/more/rates", action="/VND/drop").status_code == 302

    assert browser.submit("/programmes/more/names", name_vi="Thêm", name_en="").status_code == 302
    assert browser.page("/programmes/more?lang=en").find("h1").get_text() == "Thêm"


def test_a_fair_whose_rate_is_missing_is_named_and_left_out(client, ground, factory, session):
    third = factory.fair(slug="third", name_en="Third fair", report_currency="VND")
    programme = session.scalars(select(Programme)).one()
    factory.add(ProgrammeFair(programme_id=programme.id, fair_id=third.id, year=2026))
    session.commit()
    page = client.sign_in_as(ground["organizer"]).page(f"{HERE}?lang=en")
    assert "Third fair is left out of every figure: no rate of VND is fixed." in text_of(page)
    assert page.find("a", string="Fix the rate")["href"] == "/programmes/scp/rates"


def test_a_programme_costs_the_same_statements_however_many_fairs_it_has(
    app, client, ground, factory, session, monkeypatch
):
    monkeypatch.setattr(keep_figures, "_looked", {})
    browser = client.sign_in_as(ground["organizer"])

    def statements():
        browser.page(HERE)
        with app.app_context(), count_queries(db.engine) as sent:
            browser.page(HERE)
        return len(sent)

    programme_id = session.scalars(select(Programme.id)).one()
    session.execute(delete(ProgrammeFair).where(ProgrammeFair.year == 2026))
    session.commit()
    by_fairs = {1: statements()}
    for number in range(2, 13):
        fair = factory.fair(slug=f"fair-{number}")
        factory.participant(fair)
        factory.add(ProgrammeFair(programme_id=programme_id, fair_id=fair.id, year=2026))
        if number in {3, 12}:
            session.commit()
            by_fairs[number] = statements()
    assert len(set(by_fairs.values())) == 1
    assert by_fairs[12] <= 12

    with app.app_context():
        assert keep_figures.run(OPENING + timedelta(days=1)) == 12
    assert statements() == by_fairs[12] - 4
