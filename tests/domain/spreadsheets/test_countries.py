"""Countries found by letters of their names."""

import pytest

from matchmaker.domain.spreadsheets.countries import countries_named


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Nhật", ["JP", "AE"]),  # Nhật Bản; Các Tiểu vương quốc Ả Rập Thống nhất.
        ("viet n", ["VN"]),
        ("korea", ["KR", "KP"]),
        ("orea", []),
        (" ", []),
    ],
)
def test_letters_at_the_beginning_of_a_word_find_a_country_in_either_language(typed, found):
    assert countries_named(typed) == found
