"""The list of companies as a file: safe in a spreadsheet, and the same companies when it is imported again."""

import csv
import io
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.spreadsheets.companies import read_companies
from matchmaker.models import Base, FairPerson, HistoryEntry
from matchmaker.services.company_uploads import LIMITS

EXPORT = "/fairs/expo/organizer/companies/export"
IMPORT = "/fairs/expo/organizer/import"
COMPANY_TABLES = ("company", "representative", "participation", "offer", "need", "fair_person", "account")


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def officer(client, factory, fair, session):
    def officer():
        account = factory.organizer(fair)
        session.commit()
        return client.sign_in_as(account)

    return officer


@pytest.fixture
def companies(factory, fair):
    """Companies with everything that could be lost on the way out and in again."""
    one = factory.participant(fair, name="Gốm Mai", name_key="gom mai", tax_code="0101234567", city="Hà Nội")
    one.company.languages, one.representative.languages = ["vi"], ["vi", "ja"]
    one.company.facets = {"website": "https://gom-mai.example.test", "sectors": ["Gốm", "Thủ công"]}
    one.company.about_vi, one.booth = "Ceramics since 2015.\nSecond line, with marks:\t;", "A 12"
    one.representative.phone, one.representative.title_en = "+84 912 345 678", "Giám đốc"
    factory.offer(one, None, text_vi="Bát | đĩa\ngốm", position=1)
    factory.offer(one, '=HYPERLINK("x")', position=2)
    factory.offer(one, "+1 free", text_vi="-1 miễn phí", position=3)
    both = factory.participant(fair, name='@Kaze, "Foods"', name_key="@kaze foods", country="JP")
    buying = factory.participation(fair, both.company, role=Role.BUYER, badge_code="B99")
    factory.offer(both, "Tea")
    factory.need(buying, "Trays")
    factory.add(FairPerson(participation_id=buying.id, representative_id=both.representative.id))
    factory.participant(fair, role=Role.BUYER, name="Almira", name_key="almira", signs_in=True)
    factory.participation(fair, factory.company(name="Refused Ltd"), status=ParticipationStatus.REFUSED)
    return one, both


def taken_out(client, kind, lang="en"):
    answer = client.post_token(f"{EXPORT}?lang={lang}", kind=kind)
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer.data


def stored(session):
    session.rollback()
    counts = {
        name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in COMPANY_TABLES
    }
    rows = {
        name: sorted(
            str(sorted((key, str(value)) for key, value in row.items() if key != "status_at"))
            for row in session.execute(select(Base.metadata.tables[name])).mappings()
        )
        for name in COMPANY_TABLES
    }
    session.rollback()
    return counts, rows


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_goes_out_and_comes_in_again_changes_nothing(officer, session, companies, kind, lang):
    client = officer()
    before = stored(session)
    content = taken_out(client, kind, lang)
    answer = client.submit(IMPORT, file=(BytesIO(content), f"list.{kind}"))
    assert answer.status_code == 302
    review = client.page(answer.location)
    assert "to correct" not in review.main.get_text().replace("To correct", "")
    client.submit(answer.location, action="/run")
    done = client.page(answer.location)
    assert done.find(id="what-changed") is not None
    assert stored(session) == before


def test_nothing_in_the_files_is_a_formula(officer, companies):
    client = officer()
    sheet = load_workbook(BytesIO(taken_out(client, "xlsx"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(str(cell.value).startswith("@Kaze") for cell in cells)
    rows = list(csv.reader(io.StringIO(taken_out(client, "csv").decode("utf-8-sig"))))
    starts = {cell[:1] for row in rows for cell in row if cell}
    assert starts.isdisjoint(set("=+-@\t\r＝＋－＠"))


def test_only_companies_of_the_fair_that_are_not_refused_go_out(officer, factory, companies):
    factory.participant(factory.fair(slug="other"), name="Secret Ltd")
    read = read_companies(data=taken_out(officer(), "xlsx"), limits=LIMITS)
    assert [row.name for row in read.rows] == ['@Kaze, "Foods"', "Almira", "Gốm Mai"]
    assert read.errors == ()


def test_it_is_recorded_and_no_get_gives_it(officer, session, fair, companies):
    client = officer()
    taken_out(client, "csv")
    session.rollback()
    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.action == "companies_exported")).one()
    assert (entry.facts["companies"], entry.facts["file_kind"]) == (3, "csv")
    session.rollback()
    assert client.get(EXPORT).status_code == 405
    assert client.post_token(EXPORT, kind="exe").status_code == 404


def test_participants_and_other_organizers_do_not_get_it(client, factory, session, companies):
    person, stranger = companies[0].account, factory.organizer(factory.fair(slug="other"))
    session.commit()
    for account in (person, stranger):
        client.sign_in_as(account)
        assert client.post_token(EXPORT, kind="csv").status_code == 404
