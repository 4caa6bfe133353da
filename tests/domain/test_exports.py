"""CSV that a spreadsheet shows as text, and that every reader reads back as it was."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.exports import csv_text, safe_text


def test_records_follow_rfc_4180():
    text = csv_text(
        ["Doanh nghiệp", "Giá trị"],
        [["Gốm sứ Bát Tràng, TNHH", Decimal("1234.50")], ['nói "được"\nrồi', 7], [None, Decimal("1E+6")]],
    )
    assert text == (
        '"Doanh nghiệp","Giá trị"\r\n"Gốm sứ Bát Tràng, TNHH",1234.50\r\n"nói ""được""\nrồi",7\r\n,1000000\r\n'
    )


def test_days_and_instants_are_written_after_iso_8601():
    moment = datetime(2023, 11, 8, 5, 30, tzinfo=UTC)
    assert csv_text(["a", "b"], [[date(2023, 11, 8), moment]]) == '"a","b"\r\n2023-11-08,2023-11-08T05:30:00+00:00\r\n'


def test_the_byte_order_mark_stands_in_front_when_asked_for():
    assert csv_text(["tên"], [], with_mark=True).encode() == b'\xef\xbb\xbf"t\xc3\xaan"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\ufeff"])
def test_a_text_that_looks_like_a_formula_is_shown_as_text(before, start):
    assert safe_text(f"{before}{start}cmd|' /C calc'!A0") == f"'{before}{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["a=b", "'=1", "1-2", "Công ty A & B", "a@b.vn", ""])
def test_other_text_stays_as_it_is(text):
    assert safe_text(text) == text


def test_a_negative_number_stays_a_number():
    assert csv_text(["lãi"], [[Decimal("-5.00")], [-5]]) == '"lãi"\r\n-5.00\r\n-5\r\n'


def test_headings_are_text_too():
    assert csv_text(["=1+1"], []) == '"\'=1+1"\r\n'


def test_characters_no_file_should_hold_are_dropped_or_replaced():
    assert safe_text("a\x00b\x1b[2J\x85c\ud800") == "ab[2Jc\ufffd"


def test_a_control_character_does_not_hide_a_formula():
    assert safe_text("\x00=1") == "'=1"


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="a row has 1 cells under 2 headings"):
        csv_text(["a", "b"], [["x"]])


cells = st.text(max_size=12)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6))
def test_a_reader_finds_the_same_rows_with_no_formula_among_them(rows):
    text = csv_text(["a", "b"], rows)
    read = list(csv.reader(io.StringIO(text.encode().decode(), newline=""), strict=True))
    assert read[1:] == [[safe_text(cell) for cell in row] for row in rows]
    assert not any(
        cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for row in read for cell in row
    )
