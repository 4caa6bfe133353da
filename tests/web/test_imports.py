"""Importing companies on the site: every answer is a page, and nothing happens before the click."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask_babel import force_locale
from sqlalchemy import func, select

from matchmaker.domain.spreadsheets.companies import read_companies
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.template import company_template
from matchmaker.models import Company, CompanyImport, Offer, Participation, Representative
from matchmaker.services import company_import
from matchmaker.services.company_uploads import LIMITS
from matchmaker.web.import_words import sentence

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MATCHMAKER_DATA", ROOT.parent / "shared" / "data"))
PUBLIC_BUYERS = DATA / "fairs" / "public-buyers-2023" / "companies.xlsx"
GOOD = "Tên doanh nghiệp,Vai trò,Quốc gia,Chào hàng,Email\nGốm Mai,gian hàng,VN,Bát gốm | Tách trà,mai@example.test\n"
MIXED = GOOD + "Kaze Foods,somebody,JP,,ken@example.test\n,buyer,JP,,\n"


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def stranger(factory):
    """An organizer, but of another fair."""
    return factory.organizer(factory.fair(slug="other"))


@pytest.fixture
def officer(client, factory, fair, stranger, session):
    organizer = factory.organizer(fair)
    session.commit()
    return client.sign_in_as(organizer)


def hand_in(client, content, *, name="companies.csv", lang="en"):
    """Hand a file in and return the answer."""
    data = content.encode() if isinstance(content, str) else content
    page = f"/fairs/expo/organizer/import?lang={lang}"
    answer = client.submit(page, action="/organizer/import", file=(BytesIO(data), name))
    # The test client encodes a large upload into a temporary file and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


def kept(client, content, **options):
    """Hand a readable file in and return the address of the page that shows it."""
    answer = hand_in(client, content, **options)
    assert answer.status_code == 302, answer.text
    return answer.location


def count(session, kind):
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind))


def figures(page):
    return {term.get_text(): term.find_next("dd").get_text() for term in page.select("dl.facts dt")}


def main_button(page):
    return " ".join(page.select_one("main button.btn-primary").get_text().split())


def test_nothing_is_imported_before_the_click(officer, session):
    page = officer.page(kept(officer, GOOD))
    assert figures(page) == {"Rows read": "1", "Without errors": "1", "To correct": "0"}
    assert main_button(page) == "Import 1 company"
    assert (count(session, Company), count(session, CompanyImport)) == (0, 1)


def test_the_click_imports_and_says_what_it_did_and_what_comes_next(officer, session):
    address = kept(officer, GOOD)
    assert officer.submit(address, action="/run").location == address
    page = officer.page(address)
    assert figures(page) == {"Created": "1", "Updated": "0", "Unchanged": "0"}
    assert page.select_one("main a.btn-primary")["href"] == "/fairs/expo/organizer/matching"
    session.rollback()
    assert session.scalars(select(Company.name)).all() == ["Gốm Mai"]
    assert session.scalars(select(Offer.text_vi).order_by(Offer.position)).all() == ["Bát gốm", "Tách trà"]


def test_a_file_that_is_imported_whole_is_forgotten(officer, session):
    officer.submit(kept(officer, GOOD), action="/run")
    session.rollback()
    assert session.scalars(select(CompanyImport.content)).all() == [b""]


def test_the_same_file_again_changes_nothing_and_says_so(officer, session):
    officer.submit(kept(officer, GOOD), action="/run")
    address = kept(officer, GOOD)
    officer.submit(address, action="/run")
    page = officer.page(address)
    assert "Nothing has changed: 1 company was already as the file says." in page.get_text()
    assert figures(page) == {"Created": "0", "Updated": "0", "Unchanged": "1"}


def test_a_second_click_imports_nothing_more(officer, session):
    address = kept(officer, GOOD)
    token = officer.page(address).select_one("input[name=csrf_token]")["value"]
    for _ in range(2):
        assert officer.post(f"{address}/run", data={"csrf_token": token}).status_code == 302
    assert figures(officer.page(address)) == {"Created": "1", "Updated": "0", "Unchanged": "0"}
    assert count(session, Company) == 1


def test_a_file_with_errors_offers_the_good_rows_and_the_rest_to_correct(officer, session):
    address = kept(officer, MIXED)
    page = officer.page(address)
    assert figures(page) == {"Rows read": "3", "Without errors": "1", "To correct": "2"}
    lines = [[" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in page.select("tr")]
    assert ["3", "Vai trò", "somebody", "A role is exhibitor, buyer or both. Write one of them."] in lines
    assert ["4", "Tên doanh nghiệp", "empty", "The company has no name. Fill it in."] in lines
    assert main_button(page) == "Import the 1 row without errors"
    officer.submit(address, action="/run")
    done = officer.page(address)
    assert figures(done) == {"Created": "1", "Updated": "0", "Unchanged": "0"}
    answer = officer.get(done.select_one("a[href$='to-correct.xlsx']")["href"])
    rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["Tên doanh nghiệp", "Kaze Foods", None]
    assert [row[-1] for row in rows] == [
        "What to correct",
        "A role is exhibitor, buyer or both. Write one of them.",
        "The company has no name. Fill it in.",
    ]
    assert answer.headers["Content-Disposition"] == "attachment; filename=companies-to-correct.xlsx"


def test_a_formula_is_not_called_empty_and_columns_that_are_not_read_are_named(officer):
    book = openpyxl.Workbook()
    book.active.append(["Company name", "Role", "Offers", "Our remarks"])
    book.active.append(["Tea Hill", "exhibitor", "=A1", "pays late"])
    content = BytesIO()
    book.save(content)
    page = officer.page(kept(officer, content.getvalue(), name="list.xlsx"))
    line = [" ".join(cell.get_text().split()) for cell in page.select_one("tbody tr").find_all(["th", "td"])]
    assert line == ["2", "Offers", "a formula", "There is a formula here. Put its result in its place as a value."]
    assert "Not read: Our remarks." in page.get_text()


def test_an_import_that_may_hold_a_company_twice_leads_to_the_pair(officer):
    twice = GOOD + "Công ty TNHH Hoa Sen,exhibitor,VN,Lụa,\nCONG TY TNHH HOA SEN,exhibitor,JP,Tơ,\n"
    address = kept(officer, twice)
    officer.submit(address, action="/run")
    note = officer.page(address).select_one("main .note")
    assert "1 pair of companies may be one" in note.get_text()
    assert note.a["href"] == "/fairs/expo/organizer/companies/twins"


def test_a_file_with_errors_is_not_imported_without_being_asked_to(officer, session):
    address = kept(officer, MIXED)
    answer = officer.submit(address, action="/run", without_errors="")
    assert answer.status_code == 422
    assert "Some rows have errors. Import the rows without errors, or correct the file first." in answer.text
    assert count(session, Company) == 0


def test_a_crash_in_mid_import_leaves_nothing(officer, session, monkeypatch):
    rows = "".join(f"Sen {n},exhibitor,VN,Tea,s{n}@example.test\n" for n in range(30))
    address = kept(officer, "Company,Role,Country,Offers,Email\n" + rows)
    write = company_import._Writer.write

    def crash(self, row, company_id):
        if row.name == "Sen 29":
            self._session.flush()
            raise RuntimeError("the power is cut")
        return write(self, row, company_id)

    monkeypatch.setattr(company_import._Writer, "write", crash)
    assert officer.submit(address, action="/run").status_code == 500
    left = [count(session, kind) for kind in (Company, Participation, Representative, Offer)]
    assert left == [0, 0, 0, 0]
    monkeypatch.undo()
    officer.submit(address, action="/run")
    assert count(session, Company) == 30


def test_columns_with_unknown_headers_are_chosen_by_hand(officer, session):
    address = kept(officer, "Họ hàng,Kiểu,Ghi chú\nGốm Mai,exhibitor,x\n")
    page = officer.page(address)
    assert "Choose below which column says this: Company name, Role." in page.get_text()
    assert page.select_one("form[action$='/run']") is None
    answer = officer.submit(address, action="/columns", **{"column-name": "Họ hàng", "column-side": "Kiểu"})
    assert answer.location == address
    page = officer.page(address)
    assert main_button(page) == "Import 1 company"
    assert page.select_one("#column-name option[selected]")["value"] == "Họ hàng"
    assert "First value: Gốm Mai" in page.get_text()
    officer.submit(address, action="/run")
    session.rollback()
    assert session.scalars(select(Company.name)).all() == ["Gốm Mai"]


def test_a_column_that_must_be_there_is_asked_for_at_its_field(officer):
    address = kept(officer, GOOD)
    answer = officer.submit(address, action="/columns", **{"column-name": ""})
    assert answer.status_code == 422
    assert 'id="column-name-error"' in answer.text
    assert "Choose the column that says this; no company can be imported without it." in answer.text


def test_a_file_that_is_not_wanted_any_more_is_deleted(officer, session):
    answer = officer.submit(kept(officer, GOOD), action="/discard")
    assert answer.location == "/fairs/expo/organizer/import"
    assert count(session, CompanyImport) == 0


def waiting(client, slug="expo"):
    """The files that the page lists as not imported yet."""
    links = client.page(f"/fairs/{slug}/organizer/import").select("section[aria-labelledby=waiting] a")
    return [(link["href"], link.get_text()) for link in links]


def test_a_file_that_waits_for_a_decision_is_found_again(officer, stranger):
    address = kept(officer, GOOD)
    assert waiting(officer) == [(address, "companies.csv")]
    officer.submit(address, action="/run")
    assert waiting(officer) == []
    mixed = kept(officer, MIXED, name="mixed.csv")
    assert waiting(officer) == [(mixed, "mixed.csv")]
    officer.sign_in_as(stranger)
    assert waiting(officer, "other") == []


def test_the_page_says_how_the_file_was_read(officer):
    for encoding, words in (("utf-16", "CSV, UTF-16"), ("utf-8-sig", "CSV, UTF-8")):
        assert words in officer.page(kept(officer, GOOD.encode(encoding))).get_text()


def test_a_company_without_country_is_told_of_before_it_gets_the_fairs(officer):
    page = officer.page(kept(officer, "name,side\nSen,buyer\nMai,buyer\n"))
    assert "2 companies name no country and get the fair's: Vietnam." in page.get_text()


def test_texts_are_stored_clean(officer, session):
    name = "Go\u0302\u0301m\u202e M\u200bai\x07"
    officer.submit(kept(officer, f"name,side,offers\n{name},exhibitor,Tea\u2066 cups\u2069\n"), action="/run")
    session.rollback()
    assert session.scalars(select(Company.name)).all() == ["Gốm Mai"]
    assert session.scalars(select(Offer.text_en)).all() == ["Tea cups"]


def test_markup_in_a_file_is_shown_as_text(officer):
    page = officer.page(kept(officer, "name,side\n<script>alert(1)</script>,buyer\n"))
    assert page.select("main script") == []
    assert "<script>alert(1)</script>" in page.get_text()


def test_the_template_is_read_again_and_only_its_example_is_refused(officer):
    answer = officer.get("/fairs/expo/organizer/import/template.xlsx")
    page = officer.page(kept(officer, answer.data, name="template.xlsx"))
    assert figures(page) == {"Rows read": "1", "Without errors": "0", "To correct": "1"}
    assert "This is the example of the template. Delete the row." in page.get_text()


def test_no_file_is_an_error_of_the_field(officer):
    answer = officer.submit("/fairs/expo/organizer/import?lang=en", action="/organizer/import")
    assert answer.status_code == 422
    assert "Choose the file with your list of companies." in answer.text


def xlsx(*rows, change=None):
    """A workbook of these rows; ``change`` may do more to its sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(content, part, change):
    """An archive with one of its parts changed."""
    new = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            data = old.read(name)
            archive.writestr(name, change(data) if name == part else data)
    return new.getvalue()


HEAD = ("name", "side", "country")
PLAIN = xlsx(HEAD, ("Sen", "buyer", "VN"))
# What keeps a file from being read at all.
BAD_FILES = {
    ImportCode.TOO_LARGE: b"a" * (10 * 1024 * 1024 + 1),
    ImportCode.ZIP_BOMB: repacked(PLAIN, "xl/styles.xml", lambda _: b" " * 5_000_000),
    ImportCode.XML_ENTITIES: repacked(PLAIN, "_rels/.rels", lambda data: b'<!DOCTYPE a [<!ENTITY b "c">]>' + data[55:]),
    ImportCode.NOT_A_SPREADSHEET: b"%PDF-1.7",
    ImportCode.NO_VISIBLE_SHEET: repacked(
        PLAIN, "xl/workbook.xml", lambda data: data.replace(b'state="visible"', b'state="hidden"')
    ),
    ImportCode.NO_ROWS: b"\n\n",
    ImportCode.TOO_MANY_ROWS: b"name,side\n" + b"Sen,buyer\n" * 20_001,
    ImportCode.TOO_MANY_COLUMNS: b"a," * 100 + b"b\n",
    ImportCode.UNKNOWN_ENCODING: b"name\nab\x8acd\n",
    ImportCode.MIXED_ENCODINGS: "Gốm\n".encode() + b"C\xf4ng ty\n",
    ImportCode.NUL_CHARACTER: b"name\na\x00b\n",
    ImportCode.BROKEN_QUOTES: b'name\n"abc\n',
}
# What is wrong with one row, which the others need not wait for.
BAD_ROWS = {
    ImportCode.TEXT_TOO_LONG: ("name,side\n" + "x" * 201 + ",buyer\n").encode(),
    ImportCode.FORMULA_CELL: xlsx(HEAD, ("Sen", "buyer", "=1+1")),
    ImportCode.ERROR_CELL: xlsx(HEAD, ("Sen", "buyer", "#N/A")),
    ImportCode.MERGED_CELL: xlsx(
        HEAD, ("Sen", "buyer", "VN"), ("Mai", "buyer", "VN"), change=lambda s: s.merge_cells("C2:C3")
    ),
    ImportCode.EMPTY_NAME: b"name,side\n,buyer\n",
    ImportCode.EXAMPLE_ROW: company_template(),
    ImportCode.UNKNOWN_SIDE: b"name,side\nSen,somebody\n",
    ImportCode.DUPLICATE_COMPANY: b"name,side\nSen,buyer\nSEN,buyer\n",
    ImportCode.TOO_MANY_ITEMS: ("name,side,offers\nSen,buyer," + "|".join(map(str, range(51))) + "\n").encode(),
    ImportCode.BAD_EMAIL: b"name,side,email\nSen,buyer,nobody\n",
    ImportCode.BAD_COUNTRY: b"name,side,country\nSen,buyer,Atlantis\n",
    ImportCode.BAD_TAX_CODE: b"name,side,tax code\nSen,buyer,123\n",
    ImportCode.BAD_LANGUAGE: b"name,side,languages\nSen,buyer,Klingonese\n",
    ImportCode.BAD_PHONE: b"name,side,phone\nSen,buyer,call me\n",
    ImportCode.BAD_WEBSITE: b"name,side,website\nSen,buyer,javascript:alert(1)\n",
}
# What is said on the page of columns, and what only a spreadsheet of outcomes can have.
ELSEWHERE = {
    ImportCode.MISSING_COLUMN,
    ImportCode.EMPTY_VALUE,
    ImportCode.SAME_PARTIES,
    ImportCode.BAD_AMOUNT,
    ImportCode.AMBIGUOUS_AMOUNT,
    ImportCode.BAD_CURRENCY,
    ImportCode.BAD_DATE,
    ImportCode.DUPLICATE_OUTCOME,
}
FACTS = {
    "limit": 50,
    "length": 51,
    "count": 51,
    "other_row": 2,
    "value": "x",
    "low": "1,2",
    "high": "12",
    "field": "name",
}


def test_every_code_is_tried_on_the_site_or_belongs_elsewhere():
    assert set(BAD_FILES) | set(BAD_ROWS) | ELSEWHERE == set(ImportCode)


@pytest.mark.parametrize("code", list(ImportCode))
def test_every_code_has_words_in_both_languages(app, code):
    error = RowError(2, "name", code, FACTS)
    with app.test_request_context():
        with force_locale("en"):
            english = sentence(error)
        with force_locale("vi"):
            vietnamese = sentence(error)
    assert english.endswith(".")
    assert vietnamese.endswith(".")
    assert english != vietnamese


def shown(app, code, content, lang):
    """The sentence for the first error of a file, in a language, as the words stand without the page."""
    error = next(one for one in read_companies(data=content, limits=LIMITS).errors if one.code is code)
    with app.test_request_context(), force_locale(lang):
        return sentence(error)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", list(BAD_FILES))
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(app, officer, session, code, lang):
    answer = hand_in(officer, BAD_FILES[code], lang=lang)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.data, "html.parser")
    assert shown(app, code, BAD_FILES[code], lang) in page.find(id="file-error").get_text()
    assert page.html["lang"] == lang
    assert count(session, CompanyImport) == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", list(BAD_ROWS))
def test_a_row_that_cannot_be_read_is_listed_with_its_reason(app, officer, session, code, lang):
    address = kept(officer, BAD_ROWS[code], lang=lang)
    page = officer.page(address)
    reasons = {
        row.find_all(["th", "td"])[-1].get_text() for row in page.select("section[aria-labelledby=row-errors] tr")
    }
    assert shown(app, code, BAD_ROWS[code], lang) in reasons
    assert page.html["lang"] == lang
    assert count(session, Company) == 0


@pytest.mark.parametrize("way", ["", "/to-correct.xlsx"])
def test_an_import_of_another_fair_is_not_found(officer, stranger, way):
    address = kept(officer, MIXED)
    officer.sign_in_as(stranger)
    assert officer.get(address.replace("/expo/", "/other/") + way).status_code == 404
    assert officer.get(address + way).status_code == 404


@pytest.mark.parametrize("way", ["run", "columns", "discard"])
def test_nothing_can_be_done_to_an_import_of_another_fair(officer, stranger, session, way):
    address = kept(officer, GOOD)
    officer.sign_in_as(stranger)
    token = officer.page("/fairs/other/organizer/import").select_one("input[name=csrf_token]")["value"]
    for foreign in (address, address.replace("/expo/", "/other/")):
        assert officer.post(f"{foreign}/{way}", data={"csrf_token": token}).status_code == 404
    assert (count(session, CompanyImport), count(session, Company)) == (1, 0)


def test_participants_do_not_find_the_import(client, factory, fair, session):
    account = factory.participant(fair).account
    session.commit()
    client.sign_in_as(account)
    assert client.get("/fairs/expo/organizer/import").status_code == 404


def test_the_public_buyers_of_2023_are_imported_whole(officer, session):
    if not PUBLIC_BUYERS.exists():
        pytest.skip(f"the file of the public buyers is not at {PUBLIC_BUYERS}")
    content = PUBLIC_BUYERS.read_bytes()
    address = kept(officer, content, name="companies.xlsx")
    assert main_button(officer.page(address)) == "Import 188 companies"
    officer.submit(address, action="/run")
    assert figures(officer.page(address)) == {"Created": "188", "Updated": "0", "Unchanged": "0"}
    session.rollback()
    roles = select(Participation.role, func.count()).group_by(Participation.role).order_by(Participation.role)
    assert session.execute(roles).all() == [("buyer", 48), ("exhibitor", 140)]
    again = kept(officer, content, name="companies.xlsx")
    officer.submit(again, action="/run")
    assert figures(officer.page(again)) == {"Created": "0", "Updated": "0", "Unchanged": "188"}
    assert PUBLIC_BUYERS.read_bytes() == content
