import pytest

from matchmaker.domain.company_codes import (
    MOST_CODES,
    CompanyForm,
    checked_hs_codes,
    checked_tax_code,
    checked_vsic_codes,
    form_said_by,
)
from matchmaker.domain.errors import Refused


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("", "VN", None),
        ("  ", "DE", None),
        ("0100233488", "VN", "0100233488"),
        ("01.00.233.488", "VN", "0100233488"),
        ("100233488", "VN", "0100233488"),
        ("0314409058 002", "VN", "0314409058-002"),
        ("0\u200b100233488", "VN", "0100233488"),
        ("001099012345", "VN", "001099012345"),
        ("de 136 695 976", "DE", "DE 136 695 976"),
        ("5835678256246", "JP", "5835678256246"),
        ("53004085616", "AU", "53004085616"),
        ("K-12/34", "KH", "K-12/34"),
    ],
)
def test_a_tax_code_is_kept_in_one_spelling(text, country, code):
    assert checked_tax_code(text, country=country) == code


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("0100233480", "VN"),
        ("12345", "VN"),
        ("0100233488-000", "VN"),
        ("０１００２３３４８８x", "VN"),
        ("DE136695970", "DE"),
        ("5835678256247", "JP"),
        ("no digits", "KH"),
        ("1" * 21, "KH"),
        ("'; DROP TABLE company", "KH"),
    ],
)
def test_what_cannot_be_a_tax_code_is_refused_by_its_field(text, country):
    with pytest.raises(Refused) as refused:
        checked_tax_code(text, country=country)
    assert (refused.value.code, refused.value.field) == ("bad_tax_code", "tax_code")


def test_codes_of_activities_and_goods_are_kept_once_and_without_dots():
    assert checked_vsic_codes("1030, 10301\n46\u200b; 1030") == ["1030", "10301", "46"]
    assert checked_hs_codes("0901.21, 0901.21.00 09/090121") == ["090121", "09012100", "09"]


@pytest.mark.parametrize("text", ["1", "103012", "C10", "10.3.0.1.2.3"])
def test_what_is_no_vsic_code_is_named(text):
    with pytest.raises(Refused) as refused:
        checked_vsic_codes(f"1030, {text}")
    assert (refused.value.code, refused.value.field, refused.value.facts["value"]) == (
        "bad_vsic_code",
        "vsic_codes",
        text,
    )


@pytest.mark.parametrize("text", ["9", "090", "09012100000", "tea"])
def test_what_is_no_hs_code_is_named(text):
    with pytest.raises(Refused) as refused:
        checked_hs_codes(text)
    assert (refused.value.code, refused.value.facts["value"]) == ("bad_hs_code", text)


def test_a_list_of_codes_has_an_end():
    with pytest.raises(Refused, match="too_many_codes"):
        checked_hs_codes(" ".join(f"{number:04d}" for number in range(MOST_CODES + 1)))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Công ty TNHH Gốm Bát Tràng", CompanyForm.ENTERPRISE),
        ("HTX Nông nghiệp Mường Hoa", CompanyForm.COOPERATIVE),
        ("Liên hiệp Hợp tác xã An Phú", CompanyForm.COOPERATIVE),
        ("Tổ hợp tác Rau sạch Đông Anh", CompanyForm.COOP_GROUP),
        ("HKD Nguyễn Thị Hoa", CompanyForm.HOUSEHOLD_BUSINESS),
        ("Cơ sở sản xuất Mây tre Phú Vinh", CompanyForm.ESTABLISHMENT),
        ("Kaze Foods", CompanyForm.ENTERPRISE),
    ],
)
def test_the_name_says_the_legal_form(name, form):
    assert form_said_by(name) is form
