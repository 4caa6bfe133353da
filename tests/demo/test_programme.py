"""Requests and meetings: the funnel, the mix, and a timetable in which nothing clashes."""

from collections import Counter
from datetime import timedelta

from matchmaker.demo.generator.company_records import Side


def test_the_funnel_narrows_as_documented(golden):
    assert len(golden.requests) == 1170
    assert sum(one.is_from_suggestion for one in golden.requests) == 780
    states = Counter(one.state.value for one in golden.requests)
    assert states == {"accepted": 655, "declined": 292, "expired": 171, "withdrawn": 52}
    seated = [one for one in golden.requests if one.meeting_code]
    assert len(seated) == 640
    assert {one.state.value for one in seated} == {"accepted"}


def test_640_scheduled_meetings_end_as_documented(golden):
    ends = Counter((one.is_walk_in, one.end.value, one.no_show_side) for one in golden.meetings)
    assert ends == {
        (False, "held", None): 504,
        (False, "cancelled", None): 72,
        (False, "no_show", Side.BUYER): 22,
        (False, "no_show", Side.EXHIBITOR): 42,
        (True, "held", None): 18,
    }


def test_522_held_meetings_have_the_documented_mix(held, companies):
    foreign = Counter(companies[one.exhibitor_code].is_foreign + companies[one.buyer_code].is_foreign for one in held)
    assert foreign == {0: 144, 1: 352, 2: 26}
    assert sum(one.is_online for one in held) == 14


def test_buyers_have_six_to_sixteen_scheduled_meetings(golden, companies):
    load = Counter(one.buyer_code for one in golden.meetings if not one.is_walk_in)
    assert set(load) == {code for code, one in companies.items() if one.main_side == "buyer"}
    assert (min(load.values()), max(load.values()), sum(load.values()) / 50) == (6, 16, 12.8)
    everything = Counter(one.buyer_code for one in golden.meetings)
    assert max(everything.values()) == 16


def test_suppliers_have_nought_to_fourteen_and_four_have_none(golden, companies):
    load = Counter(one.exhibitor_code for one in golden.meetings if not one.is_walk_in)
    suppliers = {code for code, one in companies.items() if one.main_side == "exhibitor"}
    without = sorted(suppliers - set(load))
    assert (len(without), max(load.values()), round(sum(load.values()) / 114, 1)) == (4, 14, 5.6)
    assert not set(without) & {one.exhibitor_code for one in golden.meetings}


def test_nobody_and_nothing_is_in_two_places_at_once(golden):
    for seats in (
        [(one.exhibitor_representative_code, one.slot) for one in golden.meetings]
        + [(one.buyer_representative_code, one.slot) for one in golden.meetings],
        [(one.table_code, one.slot) for one in golden.meetings],
        [(one.planned_table_code, one.slot) for one in golden.meetings],
        [(one.interpreter_code, one.slot) for one in golden.meetings if one.interpreter_code],
        [(one.planned_interpreter_code, one.slot) for one in golden.meetings if one.planned_interpreter_code],
    ):
        assert [seat for seat, count in Counter(seats).items() if count > 1] == []


def test_the_timetable_uses_the_fairs_own_tables_and_slots(golden):
    assert {one.slot for one in golden.meetings} == {one.number for one in golden.fair.slots}
    assert {one.table_code for one in golden.meetings} <= {one.code for one in golden.fair.tables}


def test_nobody_is_seated_while_absent(golden, people):
    absent = {code: set(person.absent_slots) for code, person in people.items()}
    assert sum(1 for slots in absent.values() if slots) > 12
    late = [
        one.code
        for one in golden.meetings
        for code in (one.exhibitor_representative_code, one.buyer_representative_code)
        if one.slot in absent[code]
    ]
    assert late == []


def test_people_sit_for_their_own_company(golden, people):
    for one in golden.meetings:
        assert people[one.exhibitor_representative_code].company_code == one.exhibitor_code
        assert people[one.buyer_representative_code].company_code == one.buyer_code


def test_58_percent_need_an_interpreter_because_no_language_is_shared(golden, people):
    for one in golden.meetings:
        seller, buyer = people[one.exhibitor_representative_code], people[one.buyer_representative_code]
        assert one.needs_interpreter is not bool(set(seller.languages) & set(buyer.languages))
    scheduled = [one for one in golden.meetings if not one.is_walk_in]
    assert round(100 * sum(one.needs_interpreter for one in scheduled) / len(scheduled)) == 58


def test_every_interpreter_fits_the_meeting_and_is_present(golden, people):
    interpreters = {one.code: one for one in golden.fair.interpreters}
    for one in golden.meetings:
        assert (one.planned_interpreter_code is not None) is one.needs_interpreter
        if one.interpreter_code is None:
            assert not one.needs_interpreter or one.close_reason == "interpreter_ill"
            continue
        interpreter = interpreters[one.interpreter_code]
        spoken = {
            language
            for code in (one.exhibitor_representative_code, one.buyer_representative_code)
            for language in people[code].languages
        }
        assert one.slot not in interpreter.absent_slots
        assert {"vi", interpreter.language} <= spoken


def test_french_is_the_scarce_language(golden):
    load = Counter(one.interpreter_code for one in golden.meetings if not one.is_walk_in)
    share = {
        language: sum(load[one.code] for one in of_language) / (29 * len(of_language))
        for language in ("en", "ja", "ko", "fr", "zh")
        for of_language in [[one for one in golden.fair.interpreters if one.language == language]]
    }
    assert max(share.values()) == share["fr"] > 0.95
    assert sum(1 for one in golden.requests if one.reason == "no_interpreter") == 3


def test_each_scheduled_meeting_stems_from_its_own_accepted_request(golden):
    requests = {one.code: one for one in golden.requests}
    scheduled = [one for one in golden.meetings if not one.is_walk_in]
    for one in scheduled:
        request = requests[one.request_code]
        assert (request.exhibitor_code, request.buyer_code, request.meeting_code) == (
            one.exhibitor_code,
            one.buyer_code,
            one.code,
        )
    assert len({one.request_code for one in scheduled}) == 640
    assert {one.request_code for one in golden.meetings if one.is_walk_in} == {None}


def test_requests_are_made_answered_and_closed_in_order(golden):
    fair = golden.fair
    for one in golden.requests:
        assert fair.requests_open_at <= one.requested_at < one.expires_at <= fair.requests_close_at + timedelta(days=1)
        assert (one.answered_at is None) is (one.state == "expired")
        assert one.answered_at is None or one.requested_at < one.answered_at <= one.expires_at
    assert [one.requested_at for one in golden.requests] == sorted(one.requested_at for one in golden.requests)


def test_a_pair_never_has_two_requests_open_at_once_but_for_the_colleague(golden):
    by_pair = {}
    for one in golden.requests:
        if one.reason != "colleague_asked_already":
            by_pair.setdefault((one.exhibitor_code, one.buyer_code), []).append(one)
    twice = [pair for pair in by_pair.values() if len(pair) > 1]
    assert len(twice) == 5
    assert all(first.answered_at < second.requested_at for first, second in twice)


def test_four_of_five_requests_join_a_need_with_an_offer_of_the_same_thing(golden, companies):
    scheduled = [one for one in golden.meetings if not one.is_walk_in]
    related = [
        one
        for one in scheduled
        if {item.product for item in companies[one.exhibitor_code].offers}
        & {item.product for item in companies[one.buyer_code].needs}
    ]
    assert len(related) / len(scheduled) > 0.8


def test_a_request_claims_a_shared_product_only_where_there_is_one(golden, companies):
    claiming = [one for one in golden.requests if "which you are looking for" in one.message_en]
    assert len(claiming) > 100
    for one in claiming:
        offered = {item.product for item in companies[one.exhibitor_code].offers}
        assert offered & {item.product for item in companies[one.buyer_code].needs}
