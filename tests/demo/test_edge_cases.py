"""Each case the document asks for is in the data, where its codes say."""

from collections import Counter
from zoneinfo import ZoneInfo

import pytest

CASES = [
    "registered_twice",
    "exhibitor_and_buyer",
    "foreign_owned",
    "one_day_buyer",
    "competitor_veto",
    "two_colleagues_one_buyer",
    "need_without_offer",
    "spam_profile",
    "night_at_home",
    "vietnamese_only",
    "table_changed",
    "mou_became_contract",
    "typed_words",
    "typed_negative",
    "typed_zero",
    "typed_too_large",
    "dong_as_dollars",
    "value_without_meeting",
    "consent_withdrawn",
    "interpreter_ill",
    "without_meetings",
]


@pytest.fixture(scope="module")
def meetings(golden):
    return {one.code: one for one in golden.meetings}


@pytest.fixture(scope="module")
def requests(golden):
    return {one.code: one for one in golden.requests}


def test_every_case_is_described_and_found(golden):
    assert list(golden.edge_cases) == CASES
    assert all(one.description and one.codes for one in golden.edge_cases.values())


def test_a_company_is_registered_twice_with_ten_and_thirteen_digits(golden, companies):
    main, branch = (companies[code] for code in golden.edge_cases["registered_twice"].codes)
    assert branch.tax_code == f"{main.tax_code}-001"
    assert not main.name.isascii()
    assert branch.name.isascii()


def test_an_exhibitor_buys_too_and_sits_on_the_buyers_side(golden, companies, meetings):
    company, walk_in = golden.edge_cases["exhibitor_and_buyer"].codes
    assert [(one.side, one.is_main) for one in companies[company].participations] == [
        ("exhibitor", True),
        ("buyer", False),
    ]
    assert (meetings[walk_in].buyer_code, meetings[walk_in].end) == (company, "held")
    assert any(one.buyer_code == company for one in golden.requests)
    assert any(one.exhibitor_code == company for one in golden.meetings)


def test_a_korean_owned_firm_counts_as_vietnamese(golden, companies):
    owned = {companies[code].parent_country for code in golden.edge_cases["foreign_owned"].codes}
    assert "KR" in owned
    assert all(not companies[code].is_foreign for code in golden.edge_cases["foreign_owned"].codes)


def test_a_buyer_meets_on_day_2_only(golden):
    (buyer,) = golden.edge_cases["one_day_buyer"].codes
    slots = [one.slot for one in golden.meetings if one.buyer_code == buyer]
    assert len(slots) >= 6
    assert all(7 <= slot <= 19 for slot in slots)


def test_a_vetoed_pair_has_neither_request_nor_meeting(golden):
    vetoes = {(one.other_company_code, one.company_code) for one in golden.vetoes}
    assert len(vetoes) == 2
    assert {one.reason for one in golden.vetoes} == {"competitor"}
    assert not vetoes & {(one.exhibitor_code, one.buyer_code) for one in (*golden.requests, *golden.meetings)}


def test_a_second_colleagues_request_is_declined(golden, requests):
    (code,) = golden.edge_cases["two_colleagues_one_buyer"].codes
    second = requests[code]
    first = next(
        one
        for one in golden.meetings
        if (one.exhibitor_code, one.buyer_code) == (second.exhibitor_code, second.buyer_code)
    )
    assert second.representative_code != first.exhibitor_representative_code
    assert second.representative_code.startswith(second.exhibitor_code)
    assert second.state == "declined"


def test_one_need_meets_no_offer(golden, companies):
    (code,) = golden.edge_cases["need_without_offer"].codes
    need = next(item for one in companies.values() for item in one.needs if item.code == code)
    offered = {item.product for one in companies.values() for item in one.offers}
    assert need.product not in offered


def test_the_spam_profile_offers_in_every_sector_and_asks_most(golden, companies):
    (code,) = golden.edge_cases["spam_profile"].codes
    categories = {category: sector.code for sector in golden.fair.sectors for category in sector.category_codes}
    assert {categories[item.category_code] for item in companies[code].offers} == {
        one.code for one in golden.fair.sectors
    }
    asked = Counter(one.exhibitor_code for one in golden.requests if one.requested_by == "exhibitor")
    assert asked.most_common(1)[0][0] == code
    assert sum(1 for one in golden.meetings if one.exhibitor_code == code) <= 3


def test_no_online_guest_is_asked_to_meet_at_night(golden, companies, requests):
    slots = {one.number: one for one in golden.fair.slots}
    *guests, declined = golden.edge_cases["night_at_home"].codes
    for one in golden.meetings:
        if one.is_online:
            zone = ZoneInfo(companies[one.buyer_code].time_zone)
            assert slots[one.slot].starts_at.astimezone(zone).hour >= 7
    assert {one.buyer_code for one in golden.meetings if one.is_online} == set(guests)
    assert requests[declined].reason == "night_at_home"
    berlin = ZoneInfo("Europe/Berlin")
    at_three = {number for number, one in slots.items() if one.starts_at.astimezone(berlin).hour == 3}
    absent = {slot for person in companies["B45"].representatives for slot in person.absent_slots}
    assert at_three
    assert at_three <= absent


def test_meetings_were_held_at_another_table(golden, meetings):
    moved = [meetings[code] for code in golden.edge_cases["table_changed"].codes]
    assert {one.planned_table_code for one in moved} == {"A05"}
    assert all(one.table_code != "A05" for one in moved)
    assert any(one.end == "held" for one in moved)


def test_a_memorandum_became_a_contract_later(golden):
    answers = {one.code: one for one in golden.follow_ups}
    at_fair = {one.deal_code: one.stage for one in golden.outcomes if one.amount is not None}
    for code in golden.edge_cases["mou_became_contract"].codes:
        assert at_fair[answers[code].deal_code] == "mou"
        assert answers[code].stage == "agreement"


@pytest.mark.parametrize(
    ("case", "reason", "typed"),
    [
        ("typed_words", "not_a_number", "20 triệu"),
        ("typed_negative", "negative", None),
        ("typed_zero", "zero", "0"),
        ("typed_too_large", "above_limit", "1000000000"),
        ("dong_as_dollars", "wrong_currency", None),
    ],
)
def test_a_refused_value_is_kept_as_typed_and_was_corrected(golden, case, reason, typed):
    (code,) = golden.edge_cases[case].codes
    entry = next(one for one in golden.refused_entries if one.code == code)
    correction = next(one for one in golden.outcomes if one.code == entry.corrected_by)
    assert entry.reason == reason
    assert typed is None or entry.typed == typed
    assert (correction.meeting_code, correction.side) == (entry.meeting_code, entry.side)
    assert entry.entered_at < correction.stated_at


def test_the_negative_value_and_the_dong_are_what_the_correction_says(golden):
    entries = {one.reason: one for one in golden.refused_entries}
    reports = {one.code: one for one in golden.outcomes}
    negative, dong = entries["negative"], entries["wrong_currency"]
    assert negative.typed == f"-{reports[negative.corrected_by].amount}"
    corrected = reports[dong.corrected_by]
    assert (dong.typed, dong.currency, corrected.currency) == (str(corrected.amount), "USD", "VND")


def test_a_value_for_a_missed_meeting_is_refused(golden, meetings):
    (code,) = golden.edge_cases["value_without_meeting"].codes
    entry = next(one for one in golden.refused_entries if one.code == code)
    assert meetings[entry.meeting_code].end == "no_show"
    assert entry.corrected_by is None


def test_withdrawn_consent_cancels_what_was_planned(golden, people, meetings):
    person, *cancelled = golden.edge_cases["consent_withdrawn"].codes
    withdrawn = {one.purpose: one.withdrawn_at for one in people[person].consents if one.withdrawn_at}
    assert set(withdrawn) == {"matching", "profile", "contact"}
    assert golden.fair.requests_close_at < withdrawn["matching"] < golden.fair.slots[0].starts_at
    planned = [one.code for one in golden.meetings if one.exhibitor_representative_code == person]
    assert planned == cancelled
    assert {meetings[code].close_reason for code in cancelled} == {"consent_withdrawn"}
    assert {meetings[code].changed_at for code in cancelled} == {withdrawn["matching"]}


def test_an_interpreter_falls_ill_on_day_2(golden, meetings):
    ill, *changed = golden.edge_cases["interpreter_ill"].codes
    absent = next(one.absent_slots for one in golden.fair.interpreters if one.code == ill)
    assert absent == (14, 15, 16, 17, 18, 19)
    ends = Counter(meetings[code].end.value for code in changed)
    assert ends["cancelled"] == 2
    assert ends["held"] >= 1
    assert {meetings[code].planned_interpreter_code for code in changed} == {ill}
    assert {meetings[code].slot for code in changed} <= set(absent)
    assert all(one.interpreter_code != ill for one in golden.meetings if one.slot in absent)


def test_exhibitors_without_meetings_had_asked(golden):
    asking = {one.exhibitor_code for one in golden.requests}
    without = set(golden.edge_cases["without_meetings"].codes)
    assert len(without) == 4
    assert without <= asking
