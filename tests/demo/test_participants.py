"""Who takes part: the document's counts, row by row."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

CATEGORIES = Path(__file__).resolve().parents[2] / "matchmaker" / "data" / "categories.csv"
FOREIGN_LANGUAGES = {"FR": "fr", "JP": "ja", "KR": "ko", "CN": "zh", "DE": "de", "TH": "th", "MY": "ms", "IN": "hi"}


def test_there_are_114_exhibitors_and_50_buyers_of_the_given_kinds(golden):
    kinds = Counter(
        (one.main_side.value, "foreign" if one.is_foreign else one.legal_form.value) for one in golden.companies
    )
    assert kinds == {
        ("exhibitor", "enterprise"): 52,
        ("exhibitor", "cooperative"): 20,
        ("exhibitor", "household_business"): 18,
        ("exhibitor", "foreign"): 24,
        ("buyer", "enterprise"): 24,
        ("buyer", "foreign"): 26,
    }


def test_fifty_foreign_firms_come_from_ten_countries(golden):
    assert Counter(one.country for one in golden.companies if one.is_foreign) == {
        "FR": 11,
        "JP": 8,
        "KR": 7,
        "CN": 5,
        "SG": 5,
        "DE": 4,
        "TH": 4,
        "MY": 2,
        "US": 2,
        "IN": 2,
    }


def test_231_people_come_and_38_companies_send_two_or_more(golden):
    teams = [len(one.representatives) for one in golden.companies]
    assert (sum(teams), sum(1 for team in teams if team > 1), min(teams)) == (231, 38, 1)


def test_suppliers_are_shared_among_sectors_by_largest_remainder(golden):
    sectors = golden.fair.sectors
    assert sum(one.share_percent for one in sectors) == 100
    exact = {one.code: 114 * one.share_percent / 100 for one in sectors}
    seats = {code: int(share) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: seats[code] - exact[code])
    for code in by_remainder[: 114 - sum(seats.values())]:
        seats[code] += 1
    counted = Counter(one.sector for one in golden.companies if one.main_side == "exhibitor")
    assert counted == seats == {one.code: one.suppliers for one in sectors}


def test_the_grid_has_29_slots_that_avoid_opening_and_lunch(golden):
    slots = golden.fair.slots
    opening = golden.fair.opens_on
    assert Counter((one.day - opening).days for one in slots) == {0: 6, 1: 13, 2: 10}
    assert {one.ends_at - one.starts_at for one in slots} == {timedelta(minutes=25)}
    # 12:00 to 13:30 in Hanoi is 05:00 to 06:30 UTC.
    lunch = [one for one in slots if 5 * 60 <= one.starts_at.hour * 60 + one.starts_at.minute < 6 * 60 + 30]
    assert lunch == []
    assert [one.number for one in slots] == list(range(1, 30))


def test_the_fair_is_in_hanoi_with_thirty_tables_and_fixed_rates(golden):
    fair = golden.fair
    assert (fair.opens_on, fair.closes_on) == (date(2026, 11, 18), date(2026, 11, 20))
    assert (fair.time_zone, fair.country, fair.report_currency) == ("Asia/Ho_Chi_Minh", "VN", "USD")
    assert len({one.code for one in fair.tables}) == 30
    assert {one.currency for one in fair.rates} == {"USD", "VND", "EUR", "JPY"}
    assert all(one.fixed_on < fair.opens_on and one.source_vi and one.source_en for one in fair.rates)


def test_fourteen_interpreters_speak_five_languages(golden):
    languages = Counter(one.language for one in golden.fair.interpreters)
    assert languages == {"en": 7, "ja": 3, "ko": 2, "fr": 1, "zh": 1}


def test_every_code_name_and_address_is_used_once(golden, people):
    companies = golden.companies
    short_names = [one.short_name for one in companies]
    assert len({one.code for one in companies}) == len({one.name for one in companies}) == 164
    assert len(set(short_names)) == len({one.slug for one in companies}) == 164
    assert max(len(name) for name in short_names) <= 14
    assert len({one.email for one in people.values()}) == len({one.name for one in people.values()}) == 231
    assert all(one.email.endswith(".example.test") and one.email.isascii() for one in people.values())


def test_tax_codes_have_a_right_check_digit_and_a_prefix_no_province_has(golden):
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    codes = [one.tax_code for one in golden.companies if one.tax_code]
    assert len(set(codes)) == len(codes) > 100
    for code in codes:
        root = code.split("-")[0]
        assert len(root) == 10
        assert root.startswith("99")
        assert int(root[9]) == 10 - sum(w * int(d) for w, d in zip(weights, root[:9], strict=True)) % 11
    assert all(one.tax_code is None for one in golden.companies if one.is_foreign)


def test_most_companies_make_three_to_five_offers_or_needs_in_known_categories(golden):
    with CATEGORIES.open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file) if row["parent"]}
    items = [item for one in golden.companies for item in (*one.offers, *one.needs)]
    assert {item.category_code for item in items} <= known
    sizes = [len(one.offers if one.main_side == "exhibitor" else one.needs) for one in golden.companies]
    assert sum(1 for size in sizes if 3 <= size <= 5) >= 150
    assert all(one.offers and one.needs for one in golden.companies)


def test_texts_are_in_both_languages_but_for_the_one_vietnamese_profile(golden):
    texts = {
        one.code: [one.name_en, one.about_en, *(item.text_en for item in (*one.offers, *one.needs))]
        for one in golden.companies
    }
    assert [code for code, lines in texts.items() if None in lines] == ["S060"]
    assert set(texts["S060"]) == {None}
    assert all(item.text_vi and one.about_vi for one in golden.companies for item in (*one.offers, *one.needs))


def test_vietnamese_sides_speak_vietnamese_and_foreign_ones_their_own_language(golden):
    for one in golden.companies:
        for person in one.representatives:
            if one.is_foreign:
                assert "vi" not in person.languages
                assert FOREIGN_LANGUAGES.get(one.country, "en") in person.languages
            else:
                assert "vi" in person.languages


@pytest.mark.parametrize("purpose", ["matching", "profile", "contact", "statistics"])
def test_everybody_was_asked_for_each_consent_before_requests_opened(golden, people, purpose):
    given = [[one for one in person.consents if one.purpose == purpose] for person in people.values()]
    assert all(len(answers) == 1 and answers[0].given_at < golden.fair.requests_open_at for answers in given)


def test_marketing_consent_is_not_given_by_everybody(people):
    agreeing = sum(1 for person in people.values() for one in person.consents if one.purpose == "marketing")
    assert 0 < agreeing < 231 / 2
