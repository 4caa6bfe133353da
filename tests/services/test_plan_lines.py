"""The plan by day as lists read it: page by page, narrowed to a company, with what stands in the grid alone."""

import uuid

import pytest

from matchmaker.services import schedule_reads, slot_loads
from matchmaker.services.schedule_reads import LINES_A_PAGE
from matchmaker.services.slot_loads import SlotLoad
from tests.factories import OPENING


@pytest.fixture
def plan(session, factory):
    """Two slots: 51 meetings of one buyer in the second, one of another in the first, and two that are in neither."""
    fair = factory.fair()
    first, second, _ = factory.slots(fair)
    one, other = (factory.participant(fair, role="buyer", name=name, signs_in=False) for name in ("Kaze", "Nord_ic"))
    for number in range(LINES_A_PAGE + 1):
        seller = factory.participant(fair, name=f"Seller {number:02d}", signs_in=False)
        factory.meeting(seller, one, state="scheduled", slot_id=second.id)
    for state, slot_id in (("held", first.id), ("cancelled", first.id), ("accepted", None)):
        seller = factory.participant(fair, name=f"Other {state}", signs_in=False)
        factory.meeting(seller, other, state=state, slot_id=slot_id)
    session.flush()
    loads = slot_loads.read(session, fair_id=fair.id)
    [day] = loads.days

    def read(**options):
        found = schedule_reads.lines(session, loads=loads, day=day, **options)
        return [line.buyer for line in found.lines], found.total

    read.day = day
    return read


def test_a_day_counts_what_stands_in_it_and_its_pages_hold_all_of_that_by_time(plan):
    assert plan.day.count == LINES_A_PAGE + 2
    assert plan() == (["Nord_ic", *["Kaze"] * (LINES_A_PAGE - 1)], LINES_A_PAGE + 2)
    assert plan(page=2) == (["Kaze"] * 2, LINES_A_PAGE + 2)
    assert plan(page=3) == ([], LINES_A_PAGE + 2)


@pytest.mark.parametrize("loads", [(), (0,), (3, 0, 5, 1), (2, 2, 2), (0, 1, 1, 0, 4)])
def test_a_page_is_looked_for_in_the_slots_it_lies_in_and_in_no_others(loads):
    slots_of_day = [SlotLoad(uuid.uuid4(), OPENING, count) for count in loads]
    meetings = [one.id for one in slots_of_day for _ in range(one.number)]
    for start in range(len(meetings) + 3):
        slots, skipped = slot_loads.part(slots_of_day, start, 2)
        in_these = [slot_id for slot_id in meetings if slot_id in slots]
        assert in_these[skipped : skipped + 2] == meetings[start : start + 2]
        assert set(slots) == set(meetings[start : start + 2])


def test_a_company_is_found_by_letters_of_its_name_which_stand_for_nothing_else(plan):
    assert plan(wanted="nord_") == (["Nord_ic"], 1)
    assert plan(wanted="kaze", page=2) == (["Kaze"], LINES_A_PAGE + 1)
    assert plan(wanted="held") == (["Nord_ic"], 1)
    assert plan(wanted="k_ze") == ([], 0)
