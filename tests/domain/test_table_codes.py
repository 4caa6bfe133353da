import pytest

from matchmaker.domain.errors import Refused
from matchmaker.domain.table_codes import table_codes


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("A01–A03", ["A01", "A02", "A03"]),
        ("A9-11", ["A9", "A10", "A11"]),
        ("A 01 - A 03", ["A 01", "A 02", "A 03"]),
        ("A01-A02, A02-A03\nVIP; B1", ["A01", "A02", "A03", "VIP", "B1"]),
        ("1..3", ["1", "2", "3"]),
        ("Bàn 1 đến Bàn 2", ["Bàn 1", "Bàn 2"]),
        ("  A01 ,, ", ["A01"]),
    ],
)
def test_ranges_and_single_codes_are_read_in_order_each_once(typed, codes):
    assert [" ".join(code.split()) for code in table_codes(typed)] == codes


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_tables"),
        (" , ;\n", "no_tables"),
        ("A03-A01", "bad_range"),
        ("A01-B03", "bad_range"),
        ("A1-A9999", "too_many_tables"),
        ("A1-A900, B1-B900", "too_many_tables"),
        ("x" * 21, "code_too_long"),
    ],
)
def test_what_can_not_be_read_is_refused(typed, code):
    with pytest.raises(Refused) as refused:
        table_codes(typed)
    assert (refused.value.code, refused.value.field) == (code, "tables")


def test_a_hostile_text_is_read_in_a_blink():
    with pytest.raises(Refused):
        table_codes("1-" * 20_000)
