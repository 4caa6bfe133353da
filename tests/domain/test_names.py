import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.names import (
    CompanyName,
    LegalForm,
    clean_text,
    company_key,
    company_name,
    fold,
    same_company,
    same_tone_placement,
)

DECOMPOSED = unicodedata.normalize("NFD", "Gốm Sứ Đồng Nai")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (DECOMPOSED, "Gốm Sứ Đồng Nai"),
        ("  An \t\u00a0 Bình\u3000", "An Bình"),
        ("An\u200bBình\ufeff", "AnBình"),
        ("safe\u202egnp.exe\u2066", "safegnp.exe"),
        ("a\x00b\x07c\x7fd\u0085e", "abcd e"),
        ("so\u00adft", "soft"),
        ("a\ud800b\ue000c\ufffed\U0001fffee", "abcde"),
        ("e\u200b\u0301", "é"),
        ("a" + "\u0302" * 10, "â" + "\u0302" * 3),
        ("một\r\nhai\u2028ba", "một hai ba"),
        ("东京 Tea 🍵", "东京 Tea 🍵"),
        ("", ""),
    ],
)
def test_text_is_cleaned_to_be_stored(text, clean):
    assert clean_text(text) == clean


def test_lines_are_kept_when_asked_for():
    assert clean_text("\n một  \r\n\thai\u2028ba\n\n", keep_lines=True) == "một\nhai\nba"


@settings(deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_cleaning_twice_changes_nothing_more(text, keep_lines):
    once = clean_text(text, keep_lines=keep_lines)
    assert clean_text(once, keep_lines=keep_lines) == once


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gốm Sứ", "gom su"),
        (DECOMPOSED, "gom su dong nai"),
        ("ĐƯỜNG ĐI", "duong di"),
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("Straße Ñandú", "strasse nandu"),
        ("ＡＢＣ", "abc"),
        ("กำลัง", "กําลัง"),
        ("ガス", "ガス"),
        ("한국", "한국"),
    ],
)
def test_text_is_folded_to_search_by(text, folded):
    assert fold(text) == folded


def test_old_and_new_tone_placement_compare_equal_and_other_tones_do_not():
    assert same_tone_placement("hoà thuý khoẻ") == same_tone_placement("hòa thúy khỏe")
    assert len({same_tone_placement(word) for word in ("hoa", "hoà", "hoá", "hoả", "hoã", "hoạ", "hoâ")}) == 7


@pytest.mark.parametrize(
    ("name", "key", "form"),
    [
        ("Công ty TNHH Gốm Sứ Việt", "gom su viet", LegalForm.LIMITED),
        ("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN AN", "an", LegalForm.LIMITED),
        ("Công ty TNHH MTV TM & DV An", "thuong mai & dich vu an", LegalForm.LIMITED),
        ("CTCP Sữa An", "sua an", LegalForm.JOINT_STOCK),
        ("Công ty Cổ phần Sữa An", "sua an", LegalForm.JOINT_STOCK),
        ("Tổng công ty Dệt An - CTCP", "tong cong ty det an", LegalForm.JOINT_STOCK),
        ("Hợp tác xã An", "an", LegalForm.COOPERATIVE),
        ("DNTN An", "an", LegalForm.PRIVATE_ENTERPRISE),
        ("Hộ kinh doanh An", "an", LegalForm.HOUSEHOLD),
        ("Công ty An", "an", None),
        ("An Vietnam Co., Ltd.", "an viet nam", LegalForm.LIMITED),
        ("An JSC", "an", LegalForm.JOINT_STOCK),
        ("An Joint-Stock Company", "an", LegalForm.JOINT_STOCK),
        ("An (Pte.) Ltd.", "an", LegalForm.LIMITED),
        ("An Private Limited", "an", LegalForm.LIMITED),
        ("An & Bình LLP", "an & binh", LegalForm.PARTNERSHIP),
        ("An and Bình", "an & binh", None),
        ("Gateway Law Corporation", "gateway law corporation", None),
        ("Công ty TNHH", "tnhh", None),
        ("!!!", "!!!", None),
    ],
)
def test_a_name_is_taken_apart(name, key, form):
    parts = company_name(name)
    assert (parts.key, parts.form, company_key(name)) == (key, form, key)


def test_marks_are_known_only_of_a_name_typed_with_some():
    marked = company_name("Công ty TNHH Hoa Mai")
    assert marked == CompanyName(key="hoa mai", spelling="hoa mai", form=LegalForm.LIMITED)
    assert company_name("CONG TY TNHH HOA MAI") == CompanyName(key="hoa mai", spelling=None, form=LegalForm.LIMITED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Hòa Bình", "Công ty TNHH Hoà Bình"),
        ("Công ty TNHH Hòa Bình", "CONG TY TNHH HOA BINH"),
        ("Công ty TNHH Hòa Bình", "Cty TNHH Hòa Bình"),
        ("Công ty TNHH Hòa Bình", "Hoa Binh Co., Ltd"),
        ("Công ty CP Sữa Đà Lạt", "CTCP Sữa Đà Lạt"),
        ("Công ty CP Sữa Đà Lạt", "Sữa Đà Lạt"),
        ("Công ty TNHH TM và DV Sao", "Công ty TNHH Thương mại & Dịch vụ Sao"),
        ("Xtremax Pte. Ltd.", "XTREMAX PTE LTD"),
        ("Trinax Private Limited", "Trinax Pte Ltd"),
        ("Công ty TNHH ABC Việt Nam", "ABC Vietnam Company Limited"),
    ],
)
def test_one_company_spelled_differently_is_the_same(one, other):
    assert same_company(one, other)
    assert same_company(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Hòa Mai", "Công ty TNHH Hoa Mai"),
        ("Công ty TNHH Hòa Bình", "Công ty CP Hòa Bình"),
        ("Hợp tác xã Sao Mai", "Công ty TNHH Sao Mai"),
        ("Tổng công ty Sao Mai", "Công ty Sao Mai"),
        ("Chi nhánh Công ty TNHH Sao Mai", "Công ty TNHH Sao Mai"),
        ("Kpmg Llp", "Kpmg Services Pte. Ltd."),
        ("Deloitte & Touche Llp", "Deloitte & Touche Enterprise Risk Services Pte Ltd"),
        ("Merck Pte. Ltd.", "Merck Singapore Pte. Ltd."),
        ("Công ty TNHH", "Công ty CP"),
        ("东京", "东方"),
        ("!!!", "???"),
    ],
)
def test_different_companies_are_kept_apart(one, other):
    assert not same_company(one, other)
    assert not same_company(other, one)
