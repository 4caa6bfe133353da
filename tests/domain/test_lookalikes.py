"""Signs that two entries are one company, and what is no sign."""

import pytest

from matchmaker.domain.lookalikes import MOST_OF_A_KIND, Entry, Pair, Sign, lookalikes


def signs(one, other, *, tax=("", ""), emails=((), ())):
    found = lookalikes(
        [
            Entry("a", one, tax[0], frozenset(emails[0])),
            Entry("b", other, tax[1], frozenset(emails[1])),
        ]
    )
    return [sign for pair in found for sign in pair.signs]


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("Công ty TNHH Gốm Mai", "Gốm Mai Co., Ltd", Sign.NAME),
        ("Gốm Hoà Bình", "Gốm Hòa Bình", Sign.NAME),
        ("Gom Hoa Binh", "Gốm Hòa Bình", Sign.NAME),
        ("CTCP Trà Núi Mây", "Công ty cổ phần Trà Núi Mây", Sign.NAME),
        ("Công ty TNHH Gốm Mai", "HTX Gốm Mai", Sign.LETTERS),
        ("Gốm Hòa", "Gốm Hoà\u200b", Sign.NAME),
        ("Gốm Hòa Mai", "Gốm Hoa Mai", Sign.LETTERS),
        ("Kaze Foods", "Kаze Foods", Sign.LOOK),  # The second has a Cyrillic letter.
        ("KazeFoods", "Kaze Foods", Sign.LOOK),
        ("Ｋａｚｅ Foods", "Kaze Foods", Sign.NAME),
    ],
)
def test_names_in_other_spellings(one, other, sign):
    assert signs(one, other) == [sign]


def test_numbers_and_mailboxes():
    assert signs("A", "B", tax=("0312345678", "031 234 5678")) == [Sign.TAX_CODE]
    assert signs("A", "B", tax=("0312345678", "0312345678-001")) == [Sign.BRANCH]
    assert signs("A", "B", emails=({"x@a.test"}, {"x@a.test", "y@a.test"})) == [Sign.EMAIL]


def test_what_is_no_sign():
    assert signs("Gốm Mai", "Gốm Mới") == []
    assert signs("A", "B", tax=("0312345678", "0312345679")) == []
    assert signs("A", "B", tax=("", "")) == []
    assert signs("!!!", "???") == []


def test_the_strongest_sign_decides_the_order():
    pairs = lookalikes(
        [
            Entry("1", "Kaze Foods"),
            Entry("2", "KazeFoods"),
            Entry("3", "Gốm Mai", "0312345678"),
            Entry("4", "Mai Ceramics", "0312345678"),
        ]
    )
    assert pairs == [Pair("3", "4", (Sign.TAX_CODE,)), Pair("1", "2", (Sign.LOOK,))]


def test_many_under_one_mailbox_say_nothing():
    agents = [
        Entry(str(number), f"Company {number}", emails=frozenset({"agent@a.test"}))
        for number in range(MOST_OF_A_KIND + 1)
    ]
    assert lookalikes(agents) == []
