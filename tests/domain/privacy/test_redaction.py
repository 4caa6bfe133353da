import json

import pytest

from matchmaker.domain.privacy.redaction import GONE, Traces

LAN = Traces.of(names=["Nguyễn Thị Lan"], emails=["Lan.Nguyen@example.test"], phones=["+84 912 345 678"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gặp chị Nguyễn Thị Lan ở bàn A04.", f"Gặp chị {GONE} ở bàn A04."),
        ("NGUYỄN THỊ  LAN", GONE),
        ("Write to lan.nguyen@EXAMPLE.test, please", f"Write to {GONE}, please"),
        ("call 0912 345 678 or 0912.345.678", f"call {GONE} or {GONE}"),
        ("+84912345678", GONE),
        ("Thailand, Lan, Nguyễn Thị Lanh", "Thailand, Lan, Nguyễn Thị Lanh"),
        ("not.lan.nguyen@example.test", "not.lan.nguyen@example.test"),
        ("order 1234567890123456", "order 1234567890123456"),
    ],
)
def test_a_person_is_taken_out_and_nobody_else(text, left):
    assert LAN.without(text) == left
    assert LAN.are_in(text) == (left != text)


def test_a_name_of_one_word_is_not_looked_for():
    assert Traces.of(names=["Lan"], emails=[], phones=["113"]).without("Thailand 113 Lan") == "Thailand 113 Lan"


def test_json_loses_the_person_at_any_depth():
    facts = {"who": ["Nguyễn Thị Lan", 3], "Nguyễn Thị Lan": {"mail": "lan.nguyen@example.test"}, "n": None}
    assert LAN.out_of(facts) == {"who": [GONE, 3], GONE: {"mail": GONE}, "n": None}


@pytest.mark.parametrize("text", ["chị NGUYỄN THỊ LAN", "Nguyễn Thị Lan", "lan.nguyen@example.test", "0912 345 678"])
def test_a_needle_stands_in_every_text_that_names_the_person(text):
    for stored in (text, json.dumps({"note": text})):
        assert any(needle.lower() in stored.lower() for needle in LAN.needles)
