import datetime as dt
from decimal import Decimal

import pytest

from matchmaker.domain.money.amount import Money
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.outcomes import OutcomeRow, ReadOutcomes, read_outcomes
from tests.domain.spreadsheets.files import csv_text, xlsx

HEADERS = ("buyer", "exhibitor", "amount", "currency", "signed_on")


def read(*rows):
    return read_outcomes(data=csv_text(*rows).encode())


def one(*, buyer="An", exhibitor="Bình", amount="100", currency="SGD", signed_on="2023-01-05"):
    return read(HEADERS, (buyer, exhibitor, amount, currency, signed_on))


def test_a_vietnamese_file_is_read_whole():
    read_file = read(
        ("Bên mua", "Đơn vị trưng bày", "Nội dung", "Số hợp đồng", "Giá trị hợp đồng", "Loại tiền", "Ngày ký"),
        ("Siêu thị An", "Gốm Bình", "Bát đĩa", "12/HĐ", "1.250.000.000", "VNĐ", "31/01/2023"),
    )
    assert read_file.rows == (
        OutcomeRow(
            row=2,
            buyer="Siêu thị An",
            exhibitor="Gốm Bình",
            value=Money(amount=Decimal(1_250_000_000), currency="VND"),
            need="Bát đĩa",
            reference="12/HĐ",
            signed_on=dt.date(2023, 1, 31),
        ),
    )
    assert (read_file.errors, read_file.unmapped) == ((), ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-01-05", dt.date(2023, 1, 5)),
        ("5/1/2023", dt.date(2023, 1, 5)),
        ("05.01.2023", dt.date(2023, 1, 5)),
        ("", None),
    ],
)
def test_a_date_is_read_day_first_or_as_iso(text, day):
    assert [outcome.signed_on for outcome in one(signed_on=text).rows] == [day]


@pytest.mark.parametrize("text", ["1/13/2023", "2023-02-30", "05/01/23", "soon"])
def test_what_is_no_date_is_refused(text):
    assert one(signed_on=text).errors == (RowError(2, "signed_on", ImportCode.BAD_DATE, {"value": text}),)


def test_a_date_cell_of_a_workbook_is_read():
    data = xlsx(HEADERS, ["An", "Bình", 1234.5, "USD", dt.date(2023, 1, 5)])
    assert read_outcomes(data=data).rows == (
        OutcomeRow(
            row=2,
            buyer="An",
            exhibitor="Bình",
            value=Money(amount=Decimal("1234.5"), currency="USD"),
            signed_on=dt.date(2023, 1, 5),
        ),
    )


def test_an_amount_that_may_be_a_thousand_times_another_is_refused_with_both_readings():
    assert one(amount="1.250", currency="VND").rows == one(amount="1250", currency="VND").rows
    assert one(amount="1.250").errors == (
        RowError(2, "amount", ImportCode.AMBIGUOUS_AMOUNT, {"value": "1.250", "low": "1.25", "high": "1250"}),
    )


def test_a_number_cell_with_three_decimals_is_never_taken_for_thousands():
    data = xlsx(HEADERS, ["An", "Bình", 1234.567, "USD", None])
    assert read_outcomes(data=data).errors == (
        RowError(2, "amount", ImportCode.BAD_AMOUNT, {"value": "1234.5670", "problem": "amount_too_many_decimals"}),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5", "amount_negative"),
        ("1e9", "amount_exponent"),
        ("NaN", "amount_not_a_number"),
        ("٣", "amount_foreign_digits"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(text, problem):
    assert one(amount=text).errors == (
        RowError(2, "amount", ImportCode.BAD_AMOUNT, {"value": text, "problem": problem}),
    )


@pytest.mark.parametrize("text", ["", "0", "0.00"])
def test_an_outcome_worth_nothing_is_refused(text):
    assert one(amount=text).errors == (RowError(2, "amount", ImportCode.EMPTY_VALUE),)


def test_the_currency_may_stand_with_the_amount_but_has_to_stand_somewhere():
    assert [outcome.value for outcome in one(amount="20 triệu USD", currency="").rows] == [
        Money(amount=Decimal(20_000_000), currency="USD")
    ]
    assert one(currency="").errors == (RowError(2, "amount", ImportCode.BAD_CURRENCY, {"value": "100"}),)
    assert one(currency="XYZ").errors == (RowError(2, "currency", ImportCode.BAD_CURRENCY, {"value": "XYZ"}),)


def test_both_parties_are_needed_and_cannot_be_one_company():
    assert one(buyer="", exhibitor="").errors == (
        RowError(2, "buyer", ImportCode.EMPTY_NAME),
        RowError(2, "exhibitor", ImportCode.EMPTY_NAME),
    )
    assert one(buyer="Công ty TNHH Gốm Hòa Bình", exhibitor="GOM HOA BINH CO., LTD").errors == (
        RowError(2, "exhibitor", ImportCode.SAME_PARTIES),
    )


def test_an_outcome_told_twice_counts_once():
    row = ("An Pte. Ltd.", "Bình", "100", "SGD", "2023-01-05")
    again = ("AN PTE LTD", "Bình", "100.00", "sgd", "5/1/2023")
    other = ("An Pte. Ltd.", "Bình", "100", "SGD", "2023-01-06")
    read_file = read(HEADERS, row, other, again)
    assert [outcome.row for outcome in read_file.rows] == [2, 3]
    assert read_file.errors == (RowError(4, "buyer", ImportCode.DUPLICATE_OUTCOME, {"other_row": 2}),)


def test_an_amount_that_is_a_formula_is_refused_once():
    data = xlsx(HEADERS, ["An", "Bình", "=100*2", "USD", None])
    assert read_outcomes(data=data).errors == (RowError(2, "amount", ImportCode.FORMULA_CELL),)


def test_headers_alone_are_no_rows():
    assert read(HEADERS).errors == (RowError(None, None, ImportCode.NO_ROWS),)


def test_a_file_that_cannot_be_read_is_one_error_and_nothing_else():
    assert read_outcomes(data=b"") == ReadOutcomes(errors=(RowError(None, None, ImportCode.NO_ROWS),), mapping={})
