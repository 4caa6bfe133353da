"""``flask fair create`` and ``flask fair import``, as they are typed."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from matchmaker.cli.fair.create import create
from matchmaker.cli.fair.import_companies import import_companies
from matchmaker.models import (
    Category,
    Company,
    Fair,
    FairRate,
    FairStaff,
    Hall,
    MeetingTable,
    Offer,
    Participation,
    Slot,
)
from matchmaker.services import company_import

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MATCHMAKER_DATA", ROOT.parent / "shared" / "data"))
PUBLIC_BUYERS = DATA / "fairs" / "public-buyers-2023" / "companies.xlsx"
GOOD = (
    "name,side,country,offers,email\nGốm Mai,exhibitor,VN,Bát gốm,mai@example.test\nKaze,both,JP,Tea,ken@example.test\n"
)


@pytest.fixture
def run(app, session):
    """Type a command; the session sees what it left."""

    def run(command, *words):
        session.rollback()
        result = app.test_cli_runner().invoke(command, [str(word) for word in words])
        session.rollback()
        return result

    return run


@pytest.fixture
def fair(run, session):
    assert run(create, "my-fair").exit_code == 0
    return session.scalars(select(Fair)).one()


@pytest.fixture
def written(tmp_path):
    def written(content, name="companies.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return written


def companies(session):
    return session.scalar(select(func.count()).select_from(Company))


def test_a_slug_alone_makes_a_fair_one_can_work_with(run, session):
    result = run(create, "my-fair")
    assert result.exit_code == 0, result.output
    fair = session.scalars(select(Fair)).one()
    assert (fair.name_en, fair.city_vi, fair.country, fair.time_zone) == ("My fair", "Hà Nội", "VN", "Asia/Ho_Chi_Minh")
    assert (fair.closes_on - fair.opens_on).days == 2
    assert session.scalars(select(MeetingTable.code).order_by(MeetingTable.code)).all() == [
        f"A{n:02d}" for n in range(1, 31)
    ]
    assert session.scalar(select(func.count()).select_from(Slot)) == 39
    assert session.execute(select(FairRate.currency, FairRate.rate)).all() == [("USD", Decimal(1))]
    assert session.scalar(select(func.count()).select_from(Category)) > 100


def test_every_option_arrives_in_the_fair(run, session):
    result = run(
        create,
        *("suppliers-2026", "--name-en", "Suppliers' days", "--name-vi", "Ngày hội nhà cung cấp"),
        *("--city-en", "Singapore", "--country", "sg", "--opens", "2026-11-18", "--closes", "2026-11-20"),
        *("--zone", "Asia/Singapore", "--currency", "sgd", "--rate", "USD=1.34", "--tables", 61, "--halls", 2),
        *("--session", "09:00-12:00", "--session", "13:30-17:00", "--slot", 25, "--break", 5),
        *("--acceptance", "automatic", "--sector", "food", "--organizer", "Officer@Example.test"),
    )
    assert result.exit_code == 0, result.output
    fair = session.scalars(select(Fair)).one()
    assert (fair.name_vi, fair.city_vi, fair.country) == ("Ngày hội nhà cung cấp", "Singapore", "SG")
    assert (fair.opens_on, fair.closes_on) == (date(2026, 11, 18), date(2026, 11, 20))
    assert (fair.acceptance, fair.report_currency) == ("automatic", "SGD")
    halls = select(Hall.code, func.count()).join(MeetingTable).group_by(Hall.code).order_by(Hall.code)
    assert session.execute(halls).all() == [("A", 31), ("B", 30)]
    first = session.scalars(select(Slot.starts_at).order_by(Slot.number)).first()
    assert first.isoformat() == "2026-11-18T01:00:00+00:00"
    rates = select(FairRate.currency, FairRate.rate).order_by(FairRate.currency)
    assert session.execute(rates).all() == [("SGD", Decimal(1)), ("USD", Decimal("1.34"))]
    assert session.scalars(select(FairStaff.role)).all() == ["organizer"]
    assert "http://localhost/sign-in/link/" in result.output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("My Fair",), "The slug is part of the address"),
        (("x", "--opens", "2026-11-20", "--closes", "2026-11-18"), "The fair closes before it opens."),
        (("x", "--zone", "Mars/Olympus"), "'Mars/Olympus' is no time zone."),
        (("x", "--country", "XX"), "'XX' is no country."),
        (("x", "--currency", "XXX"), "'XXX' is no currency known here."),
        (("x", "--rate", "USD=0"), "The rate of USD must be above 0"),
        (("x", "--sector", "nothing"), "'nothing' is no category."),
        (("x", "--session", "09:00-12:00", "--session", "11:00-13:00"), "Two sessions overlap."),
        (("x", "--session", "12:00-09:00"), "A session ends before it starts."),
        (("x", "--session", "9 to 12"), "'9 to 12' is no stretch of a day"),
        (("x", "--session", "25:00-26:00"), "'25:00-26:00' is no stretch of a day"),
    ],
)
def test_a_fair_that_cannot_be_is_refused_with_words_and_nothing_is_left(run, session, words, reason):
    result = run(create, *words)
    assert result.exit_code != 0
    assert reason in result.output
    assert session.scalars(select(Fair)).all() == []
    assert session.scalars(select(Category)).all() == []


def test_a_second_fair_of_the_same_slug_is_refused(run, fair):
    assert "There is a fair with the slug 'my-fair' already." in run(create, "my-fair").output


def test_a_file_is_imported_and_a_second_time_nothing_changes(run, session, fair, written):
    path = written(GOOD)
    first = run(import_companies, "my-fair", path)
    assert "2 companies created, 0 updated, 0 unchanged." in first.output
    assert "Nothing has changed: all 2 companies are as the file says." in run(import_companies, "my-fair", path).output
    changed = run(import_companies, "my-fair", written(GOOD.replace("Tea", "Tea|Green tea")))
    assert "0 companies created, 1 updated, 1 unchanged." in changed.output
    assert session.scalar(select(func.count()).select_from(Participation)) == 3
    assert sorted(session.scalars(select(Offer.text_en).where(Offer.text_en.is_not(None)))) == ["Green tea", "Tea"]


def test_one_bad_row_keeps_all_out_and_is_named_by_row_column_and_reason(run, session, fair, written, tmp_path):
    corrected = tmp_path / "to-correct.xlsx"
    path = written(GOOD + "Sen,nobody,Atlantis,,\n")
    result = run(import_companies, "my-fair", path, "--corrected", corrected)
    assert result.exit_code == 1
    lines = [line.split(maxsplit=2) for line in result.output.splitlines()]
    assert ["4", "side", "A role is exhibitor, buyer or both. Write one of them."] in lines
    assert ["4", "country", "No country has this name or code. Write two letters such as VN, or its name."] in lines
    assert "companies.csv: 1 row has errors, so nothing was imported." in result.output
    assert companies(session) == 0
    rows = list(openpyxl.load_workbook(corrected).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["name", "Sen"]
    assert path.read_text(encoding="utf-8") == GOOD + "Sen,nobody,Atlantis,,\n"


def test_a_column_is_named_by_its_header(run, session, fair, written):
    path = written("Họ hàng,side\nGốm Mai,buyer\n")
    assert "No column says this: Company name." in run(import_companies, "my-fair", path).output
    assert run(import_companies, "my-fair", path, "--map", "name=Họ hàng").exit_code == 0
    assert session.scalars(select(Company.name)).all() == ["Gốm Mai"]


def test_an_unknown_field_or_fair_or_file_is_said_in_words(run, fair, written):
    path = written(GOOD)
    assert "'foo=x' is not FIELD=HEADER" in run(import_companies, "my-fair", path, "--map", "foo=x").output
    assert "There is no fair 'other'." in run(import_companies, "other", path).output
    picture = written("%PDF-1.7", "list.xlsx")
    assert (
        "list.xlsx: This is no XLSX or CSV file that can be read." in run(import_companies, "my-fair", picture).output
    )


def test_a_crash_in_mid_import_leaves_no_row(run, session, fair, written, monkeypatch):
    def crash(self):
        raise RuntimeError("the power is cut")

    monkeypatch.setattr(company_import._Writer, "finish", crash)
    assert run(import_companies, "my-fair", written(GOOD)).exit_code == 1
    assert companies(session) == 0


def test_the_public_buyers_of_2023_are_imported_whole(run, session, fair):
    if not PUBLIC_BUYERS.exists():
        pytest.skip(f"the file of the public buyers is not at {PUBLIC_BUYERS}")
    result = run(import_companies, "my-fair", PUBLIC_BUYERS)
    assert "188 companies created, 0 updated, 0 unchanged." in result.output
    roles = select(Participation.role, func.count()).group_by(Participation.role).order_by(Participation.role)
    assert session.execute(roles).all() == [("buyer", 48), ("exhibitor", 140)]
    assert "Nothing has changed: all 188" in run(import_companies, "my-fair", PUBLIC_BUYERS).output


def test_the_set_up_of_an_earlier_fair_is_taken_over_as_on_the_site(run, session):
    assert run(create, "first", "--tables", "4", "--session", "09:00-10:00", "--time-choice", "pair").exit_code == 0
    result = run(create, "second", "--copy-from", "first", "--opens", "2027-05-03", "--closes", "2027-05-03")
    assert result.exit_code == 0, result.output
    assert "2027-05-03 to 2027-05-03, 4 tables, 2 slots." in result.output
    session.rollback()
    assert session.scalars(select(Fair.time_choice).where(Fair.slug == "second")).all() == ["pair"]
    missing = run(create, "third", "--copy-from", "none")
    assert (missing.exit_code, "no fair with the slug 'none'" in missing.output) == (1, True)
