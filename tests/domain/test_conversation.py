"""What may be written before both sides accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.conversation import LONGEST, MESSAGES_A_DAY, check_message, names_contact
from matchmaker.domain.errors import Refused, TooMany


@pytest.mark.parametrize(
    "text",
    [
        "lan@example.com",
        "Viết cho lan.tran@tra-nui-may.vn nhé",
        "ｌａｎ＠example.com",
        "0912345678",
        "0912 345 678",
        "+84 (91) 234-56-78",
        "call 09.1234.5678 now",
        "https://example.com",
        "see www.example.com",
        "tìm tôi trên Zalo",
        "0\u200b9\u00ad1\u206023\u200d45678",
        "za\u200blo, lan\u2060@example\u200b.com",
        "WhatsApp?",
    ],
)
def test_addresses_numbers_and_ways_elsewhere_are_found(text):
    assert names_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thirty tonnes a month?",
        "Giá 1 500 000 000 đồng một lô, giao trong 30 ngày",
        "HS 0902.10, 2026-11-18 at 09:20, table A01",
        "10:40–11:00 or 14:00–14:20, 18/11/2026",
        "meet @ booth C12",
        "ISO 22000:2018 and HACCP",
    ],
)
def test_prices_dates_and_codes_are_not_taken_for_contact(text):
    assert not names_contact(text)


@given(st.text(max_size=LONGEST))
def test_any_text_is_judged(text):
    assert names_contact(text) in {True, False}


@given(st.from_regex(r"0[0-9]{9}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_a_vietnamese_number_is_found_however_it_is_spaced(number, between):
    assert names_contact(f"gọi {between.join(number)} nhé")


@pytest.mark.parametrize(
    ("text", "values", "error", "code"),
    [
        ("", {}, Refused, "message_empty"),
        ("x" * (LONGEST + 1), {}, Refused, "message_too_long"),
        ("0912345678", {"is_agreed": False}, Refused, "message_names_contact"),
        ("hello", {"sent_lately": MESSAGES_A_DAY}, TooMany, "too_many_messages"),
    ],
)
def test_each_rule_refuses_with_its_own_code(text, values, error, code):
    with pytest.raises(error) as caught:
        check_message(text, **{"is_agreed": True, "sent_lately": 0, **values})
    assert caught.value.code == code


def test_once_both_accepted_contact_may_be_written():
    check_message("0912345678", is_agreed=True, sent_lately=MESSAGES_A_DAY - 1)
