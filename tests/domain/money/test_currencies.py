"""Which currency a value is first offered in."""

import pytest

from matchmaker.domain.money.currencies import likely_currency


@pytest.mark.parametrize(
    ("countries", "expected"),
    [
        (("VN", "VN"), "VND"),
        (("JP", "JP"), "JPY"),
        (("VN", "JP"), "USD"),
        # Without a fixed rate its currency is not offered.
        (("KR", "KR"), "USD"),
    ],
)
def test_two_of_one_country_agree_in_its_currency_and_others_in_the_reports(countries, expected):
    assert likely_currency(countries, ["USD", "EUR", "JPY", "VND"]) == expected
