"""Importing a contract register on the site: all of it at one click, or nothing and every reason why."""

import os
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask_babel import force_locale
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.domain.spreadsheets.companies import read_companies
from matchmaker.models import Deal, Meeting, OutcomeReport
from matchmaker.services.company_import import import_rows
from matchmaker.services.company_uploads import LIMITS
from matchmaker.services.contracts import ContractCode
from matchmaker.web.reports.register import SHOWN_ERRORS
from matchmaker.web.reports.wording import CONTRACT_SENTENCES
from tests.factories import OPENING

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MATCHMAKER_DATA", ROOT.parent / "shared" / "data"))
REAL_FAIR = DATA / "fairs" / "public-buyers-2023"
PAGE = "/fairs/expo/organizer/contracts"
REPORT = "/fairs/expo/organizer/report"
HEAD = "buyer,exhibitor,need,tender_no,amount,currency,signed_on\n"
GOOD = HEAD + "Kaze Foods,Trà Xanh,Green tea,T-1,1500.50,USD,2026-11-19\n"


@pytest.fixture(autouse=True)
def after_the_meetings(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(hours=4))


@pytest.fixture
def fair(factory):
    return factory.fair(slug="expo")


@pytest.fixture
def pair(factory, fair):
    """A seller and a buyer of the fair, whose names the register writes."""
    return (
        factory.participant(fair, name="Trà Xanh"),
        factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP"),
    )


@pytest.fixture
def stranger(factory):
    """An organizer, but of another fair."""
    return factory.organizer(factory.fair(slug="other"))


@pytest.fixture
def scheduled(factory, fair, pair):
    return factory.meeting(*pair, state="scheduled", slot_id=factory.slots(fair, 1)[0].id)


@pytest.fixture
def officer(client, factory, fair, pair, stranger):
    organizer = factory.organizer(fair)
    factory.session.commit()
    return client.sign_in_as(organizer)


def hand_in(client, content, *, lang="en"):
    """Hand a register in and return the answer."""
    data = content.encode() if isinstance(content, str) else content
    answer = client.submit(f"{PAGE}?lang={lang}", action="/organizer/contracts", file=(BytesIO(data), "register.csv"))
    # The test client encodes a large upload into a temporary file and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


def tree(answer):
    return BeautifulSoup(answer.data, "html.parser")


def told(page):
    """The one message of a page."""
    (message,) = page.select("[data-region=flashes] .note")
    return " ".join(message.get_text().split())


def lines(page):
    """The listed errors: row, column, value, reason."""
    rows = page.select("section[aria-labelledby=row-errors] tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in rows]


def counts(session):
    session.rollback()
    return [session.scalar(select(func.count()).select_from(table)) for table in (Deal, OutcomeReport, Meeting)]


def test_the_report_leads_to_the_import_and_the_page_names_the_columns(officer):
    assert PAGE in {link["href"] for link in officer.page(f"{REPORT}?lang=en").select("main a.btn-quiet")}
    assert HEAD.strip().replace(",", ", ") in officer.page(PAGE).get_text()


def test_one_click_imports_and_the_report_says_what_it_did(officer, session):
    answer = hand_in(officer, GOOD)
    assert (answer.status_code, answer.location) == (302, REPORT)
    assert told(officer.page(REPORT)) == (
        "Contracts: 1 added, 0 restated, 0 unchanged. Meetings now on record as held: 0 on schedule, 1 outside it."
    )
    assert counts(session) == [1, 1, 1]
    assert session.scalars(select(OutcomeReport.amount)).all() == [Decimal("1500.50")]


def test_who_imported_it_is_on_record(officer, session):
    hand_in(officer, GOOD)
    session.rollback()
    assert session.scalars(select(OutcomeReport.stated_by)).one() is not None


def test_a_scheduled_meeting_of_the_pair_is_put_on_record_as_held(scheduled, officer, session):
    hand_in(officer, GOOD)
    assert "1 on schedule, 0 outside it." in told(officer.page(REPORT))
    session.rollback()
    assert session.scalars(select(Meeting.state)).all() == ["held"]


def test_the_same_file_again_changes_nothing_and_says_so(officer, session):
    hand_in(officer, GOOD)
    officer.page(REPORT)
    assert hand_in(officer, GOOD).status_code == 302
    assert told(officer.page(REPORT)) == "Nothing has changed: 1 contract was on record already."
    assert counts(session) == [1, 1, 1]


def test_another_value_for_a_known_number_is_a_restatement(officer, session):
    hand_in(officer, GOOD)
    officer.page(REPORT)
    hand_in(officer, GOOD.replace("1500.50", "1400"))
    assert told(officer.page(REPORT)).startswith("Contracts: 0 added, 1 restated, 0 unchanged.")
    assert counts(session) == [1, 2, 1]


@pytest.mark.parametrize(
    ("lang", "amount", "date"),
    [
        (
            "en",
            "This is not an amount. Write a number above zero, such as 1200000.",
            "This is not a date. Write it as 2026-11-18.",
        ),
        (
            "vi",
            "Đây không phải số tiền. Hãy ghi một số lớn hơn 0, ví dụ 1200000.",
            "Đây không phải ngày. Hãy ghi theo dạng 2026-11-18.",
        ),
    ],
)
def test_rows_that_cannot_be_read_are_listed_and_nothing_is_imported(officer, session, lang, amount, date):
    bad = "Kaze Foods,Trà Xanh,Cups,T-2,plenty,USD,2026-11-19\nKaze Foods,Trà Xanh,Bowls,T-3,12,USD,some day\n"
    answer = hand_in(officer, GOOD + bad, lang=lang)
    page = tree(answer)
    assert (answer.status_code, page.html["lang"]) == (422, lang)
    assert lines(page) == [["3", "amount", "plenty", amount], ["4", "signed_on", "some day", date]]
    assert counts(session) == [0, 0, 0]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_contracts_that_do_not_fit_the_fair_are_listed_and_nothing_is_imported(app, officer, session, lang):
    bad = (
        "Nobody Ltd,Trà Xanh,Cups,T-2,5,EUR,2026-11-19\n"
        "Kaze Foods,Who Ltd,Cups,T-3,5,USD,2026-11-19\n"
        "Kaze Foods,Trà Xanh,Cups,T-1,5,USD,2026-11-19\n"
    )
    answer = hand_in(officer, GOOD + bad, lang=lang)
    page = tree(answer)
    with app.test_request_context(), force_locale(lang):
        words = {code: str(text) for code, text in CONTRACT_SENTENCES.items()}
    assert (answer.status_code, page.html["lang"]) == (422, lang)
    assert lines(page) == [
        ["3", "currency", "EUR", words[ContractCode.NO_RATE] % {"currency": "EUR"}],
        ["3", "buyer", "Nobody Ltd", words[ContractCode.NO_SUCH_BUYER]],
        ["4", "exhibitor", "Who Ltd", words[ContractCode.NO_SUCH_EXHIBITOR]],
        ["5", "tender_no", "T-1", words[ContractCode.NUMBER_TWICE] % {"other_row": 2}],
    ]
    assert counts(session) == [0, 0, 0]


def test_every_reason_has_words_that_its_facts_fill(app):
    facts = {"currency": "EUR", "other_row": 2, "limit": 120}
    with app.test_request_context(), force_locale("en"):
        said = {code: str(text) % facts for code, text in CONTRACT_SENTENCES.items()}
    assert set(said) == set(ContractCode)
    assert all(text.endswith(".") for text in said.values())


def test_a_currency_without_a_column_is_named_all_the_same(officer):
    page = tree(hand_in(officer, "buyer,exhibitor,amount\nKaze Foods,Trà Xanh,EUR 5\n"))
    reason = "The fair has fixed no rate for EUR. Write the amount in another currency."
    assert lines(page) == [["2", "Currency", "EUR", reason]]


def test_of_many_errors_the_first_are_listed_and_all_are_counted(officer):
    rows = "".join(f"Nobody {n},Trà Xanh,Cups,N-{n},5,USD,2026-11-19\n" for n in range(SHOWN_ERRORS + 10))
    page = tree(hand_in(officer, HEAD + rows))
    assert len(lines(page)) == SHOWN_ERRORS
    assert f"Nothing was imported: {SHOWN_ERRORS + 10} rows have errors." in page.get_text()
    assert "The first of them are listed." in page.get_text()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"%PDF-1.7",
            "This is no XLSX or CSV file that can be read. Open it in a spreadsheet program and save it as XLSX.",
        ),
        (b"\n\n", "The file is empty. Choose one with a row of headers and a row for each contract."),
        (HEAD.encode(), "The file is empty. Choose one with a row of headers and a row for each contract."),
        (b"buyer,exhibitor\na,b\n", "No column says this: Amount. Add one with this name as its header."),
        (
            b"a" * (LIMITS.max_bytes + 1),
            "The file is larger than an import may be. Split the list into several files.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(officer, session, content, reason):
    answer = hand_in(officer, content)
    assert answer.status_code == 422
    assert reason in tree(answer).find(id="file-error").get_text()
    assert counts(session) == [0, 0, 0]


def test_no_file_is_an_error_of_the_field(officer):
    answer = officer.submit(f"{PAGE}?lang=en", action="/organizer/contracts")
    assert answer.status_code == 422
    assert "Choose the file with the contracts." in tree(answer).find(id="file-error").get_text()


def test_a_request_beyond_all_bounds_is_not_even_read(officer):
    answer = hand_in(officer, b"a" * (13 * 1024 * 1024))
    assert answer.status_code == 413


def test_markup_in_a_file_is_shown_as_text(officer):
    page = tree(hand_in(officer, GOOD.replace("Kaze Foods", "<script>alert(1)</script>")))
    assert page.select("main script") == []
    assert "<script>alert(1)</script>" in page.get_text()


def test_another_fairs_organizer_and_a_participant_find_nothing(officer, session, stranger, pair):
    own = {stranger: "/fairs/other/organizer/contracts", pair[0].account: "/fairs/expo/suggestions"}
    for person, own_page in own.items():
        officer.sign_in_as(person)
        token = officer.page(own_page).select_one("input[name=csrf_token]")["value"]
        data = {"csrf_token": token, "file": (BytesIO(GOOD.encode()), "register.csv")}
        assert officer.get(PAGE).status_code == 404
        assert officer.post(PAGE, data=data, content_type="multipart/form-data").status_code == 404
    assert counts(session) == [0, 0, 0]


def test_companies_of_another_fair_are_not_found_by_their_names(officer, session, stranger):
    officer.sign_in_as(stranger)
    file = (BytesIO(GOOD.encode()), "register.csv")
    answer = officer.submit("/fairs/other/organizer/contracts?lang=en", action="/organizer/contracts", file=file)
    assert [line[1:3] for line in lines(tree(answer))] == [["buyer", "Kaze Foods"], ["exhibitor", "Trà Xanh"]]
    assert counts(session) == [0, 0, 0]


def test_the_public_register_of_2023_gives_its_exact_total_and_again_no_change(client, factory, session):
    if not REAL_FAIR.exists():
        pytest.skip(f"the real fair's files are not at {REAL_FAIR}; set MATCHMAKER_DATA")
    fair = factory.fair(slug="expo", country="SG", report_currency="SGD", time_zone="Asia/Singapore")
    organizer = factory.organizer(fair)
    companies = read_companies(data=(REAL_FAIR / "companies.csv").read_bytes())
    import_rows(session, fair_id=fair.id, rows=companies.rows, by=None, now=OPENING)
    session.commit()
    client.sign_in_as(organizer)
    register = (REAL_FAIR / "outcomes.csv").read_bytes()
    assert hand_in(client, register).location == REPORT
    page = client.page(REPORT)
    assert told(page).startswith("Contracts: 477 added, 0 restated, 0 unchanged.")
    assert "SGD 1,212,084,071.28" in page.get_text()
    before = counts(session)
    hand_in(client, register)
    page = client.page(REPORT)
    assert told(page) == "Nothing has changed: all 477 contracts were on record already."
    assert "SGD 1,212,084,071.28" in page.get_text()
    assert (before, counts(session)) == ([477, 477, 419], [477, 477, 419])
