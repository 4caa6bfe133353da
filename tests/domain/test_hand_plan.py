"""A plan changed by hand: which rules a place breaks, who or what is named, and what clashes."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from matchmaker.domain.hand_plan import (
    NEVER,
    NOT_TO_PUBLISH,
    Entry,
    Guest,
    HandPlan,
    HandTable,
    Held,
    Rule,
    clashes,
    idle_periods,
)
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.places import Opening

NINE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
BEFORE = NINE - timedelta(days=1)
OPENINGS = tuple(
    Opening(uuid.uuid4(), date(2026, 11, 18), NINE + timedelta(minutes=30 * n), NINE + timedelta(minutes=30 * n + 25))
    for n in range(4)
)
HOST = uuid.uuid4()
TABLES = (
    HandTable(uuid.uuid4(), "A01", "A", None, is_closed=False),
    HandTable(uuid.uuid4(), "A02", "A", None, is_closed=True),
    HandTable(uuid.uuid4(), "B01", "B", HOST, is_closed=False),
)
SELLER, BUYER, OTHER = (Guest(uuid.uuid4(), name, frozenset({"vi"})) for name in ("Lan", "Ken", "Mai"))
FIRM, CLIENT, THIRD = (uuid.uuid4() for _ in range(3))


def entry(slot=None, table=None, *, people=(SELLER, BUYER), companies=(FIRM, CLIENT), **values):
    defaults = {
        "id": uuid.uuid4(),
        "state": MeetingState.SCHEDULED if slot is not None else MeetingState.ACCEPTED,
        "exhibitor_id": uuid.uuid4(),
        "companies": companies,
        "names": ("Seller", "Buyer"),
        "is_international": False,
        "caps": (9, 9),
        "is_online": False,
        "slot_id": None if slot is None else OPENINGS[slot].id,
        "table_id": None if table is None else TABLES[table].id,
        "interpreter_id": None,
        "is_locked": False,
        "people": tuple(one.id for one in people),
    }
    return Entry(**{**defaults, **values})


def plan_of(*entries, **values):
    return HandPlan(openings=OPENINGS, tables=TABLES, entries={one.id: one for one in entries}, **values)


def rules_at(plan, held, slot, table=0, *, guests=(SELLER, BUYER), now=BEFORE):
    broken = Held(plan, held, guests, now=now).broken(OPENINGS[slot].id, TABLES[table].id)
    return [(one.rule, one.who) for one in broken]


def test_a_free_place_breaks_nothing_and_is_among_the_places():
    held = entry(0, 0)
    plan = plan_of(held)
    assert rules_at(plan, held, 1) == []
    assert [place.opening for place in Held(plan, held, (SELLER, BUYER), now=BEFORE).places] == list(OPENINGS)


@pytest.mark.parametrize(
    ("other", "slot", "table", "expected"),
    [
        (entry(1, 0, people=(OTHER,), companies=(THIRD, uuid.uuid4())), 1, 0, [(Rule.TABLE_TAKEN, "A01")]),
        (entry(1, 0, people=(BUYER, OTHER), companies=(THIRD, CLIENT)), 1, 0, None),
        (entry(), 1, 1, [(Rule.TABLE_CLOSED, "A02")]),
        (entry(), 1, 2, [(Rule.OTHER_BOOTH, "B01")]),
    ],
)
def test_the_table_in_question_is_named(other, slot, table, expected):
    held = entry(0, 0)
    found = rules_at(plan_of(held, other), held, slot, table)
    assert found == (expected or [(Rule.TABLE_TAKEN, "A01"), (Rule.BUSY, "Ken")])


def test_who_is_busy_away_or_has_enough_for_the_day_is_named():
    held, other = entry(0, 0), entry(1, 0, people=(BUYER, OTHER), companies=(THIRD, CLIENT))
    plan = plan_of(held, other, away={SELLER.id: frozenset({OPENINGS[2].id})})
    capped = Guest(BUYER.id, "Ken", frozenset({"vi"}), daily_cap=1)
    assert rules_at(plan, held, 2) == [(Rule.AWAY, "Lan")]
    assert rules_at(plan, held, 3, guests=(SELLER, capped)) == [(Rule.DAY_FULL, "Ken")]


def test_a_company_at_its_limit_is_named_with_it():
    held = entry(0, 0, caps=(1, 9))
    plan = plan_of(held, entry(1, 0, people=(OTHER,), companies=(FIRM, THIRD)))
    broken = Held(plan, held, (SELLER, BUYER), now=BEFORE).broken(OPENINGS[2].id, TABLES[0].id)
    assert [(one.rule, one.who, one.limit) for one in broken] == [(Rule.LIMIT, "Seller", 1)]


def test_a_time_that_has_begun_and_a_meeting_without_people_are_refused():
    held = entry(0, 0)
    assert rules_at(plan_of(held), held, 1, guests=(), now=OPENINGS[1].starts_at) == [
        (Rule.NOBODY, ""),
        (Rule.BEGUN, ""),
    ]


def test_an_interpreter_is_taken_who_is_free_and_speaks_both():
    foreign = Guest(BUYER.id, "Ken", frozenset({"ja"}))
    first, second = (Guest(uuid.uuid4(), name, frozenset({"vi", "ja"})) for name in ("Hoa", "Thu"))
    wrong = Guest(uuid.uuid4(), "An", frozenset({"vi", "ko"}))
    held, other = entry(0, 0), entry(1, 0, people=(OTHER,), companies=(THIRD, uuid.uuid4()), interpreter_id=first.id)
    guests = (SELLER, foreign)
    plan = plan_of(held, other, interpreters=(wrong, first, second))
    hand = Held(plan, held, guests, now=BEFORE)
    assert (hand.interpreter_at(OPENINGS[2].id), hand.interpreter_at(OPENINGS[1].id)) == (first.id, second.id)
    alone = plan_of(held, other, interpreters=(wrong, first))
    assert (Rule.NO_INTERPRETER, "") in rules_at(alone, held, 1, guests=guests)


def test_what_contradicts_itself_is_found_at_every_meeting_it_concerns():
    one = entry(0, 0)
    other = entry(0, 0, people=(BUYER, OTHER), companies=(THIRD, CLIENT), is_changed=True)
    found = clashes(plan_of(one, other, guests={BUYER.id: BUYER}), now=BEFORE)
    assert {(clash.meeting_id, clash.broken.rule, clash.broken.who, clash.blocks) for clash in found} == {
        (key, rule, who, True)
        for key in (one.id, other.id)
        for rule, who in ((Rule.TABLE_TAKEN, "A01"), (Rule.BUSY, "Ken"))
    }


def test_a_table_that_another_meeting_outside_the_part_takes_meanwhile_is_a_clash():
    one, other = entry(0, 0), uuid.uuid4()
    plan = plan_of(one, others={(TABLES[0].id, OPENINGS[0].id): [other]})
    (found,) = clashes(plan, now=BEFORE)
    assert (found.meeting_id, found.broken.rule, found.broken.in_the_way) == (one.id, Rule.TABLE_TAKEN, other)
    assert not found.blocks


def test_a_draft_is_out_of_date_when_its_meeting_moved_or_was_called_off():
    moved = entry(0, 0, is_changed=True, stood=(OPENINGS[1].id, None), was=(OPENINGS[2].id, None))
    gone = entry(1, 0, people=(), is_changed=True, state=MeetingState.CANCELLED)
    found = clashes(plan_of(moved, gone), now=BEFORE)
    assert {(one.meeting_id, one.broken.rule) for one in found} == {
        (moved.id, Rule.MOVED_MEANWHILE),
        (gone.id, Rule.CALLED_OFF),
    }
    assert all(one.blocks for one in found)


def test_a_meeting_of_the_plan_that_stands_never_keeps_a_draft_from_being_published():
    found = clashes(plan_of(entry(0, 1)), now=BEFORE)
    assert [(one.broken.rule, one.blocks) for one in found] == [(Rule.TABLE_CLOSED, False)]
    assert clashes(plan_of(entry(0, 1)), now=OPENINGS[0].starts_at) == []


def test_waits_are_counted_where_someone_could_have_met():
    first, last = entry(0, 0), entry(2, 0)
    assert idle_periods(plan_of(first, last)) == 2
    away = {one.id: frozenset({OPENINGS[1].id}) for one in (SELLER, BUYER)}
    assert idle_periods(plan_of(first, last, away=away)) == 0


def test_what_nobody_may_wave_through_is_never_published():
    assert NEVER < NOT_TO_PUBLISH


@pytest.mark.parametrize(("rule", "may"), [(Rule.FORBIDDEN, False), (Rule.VETOED, True)])
def test_companies_that_are_kept_apart_have_no_place_and_clash_where_they_stand(rule, may):
    held = entry(0, 0, kept_apart=rule)
    plan = plan_of(held)
    assert rules_at(plan, held, 1) == [(rule, "")]
    assert Held(plan, held, (SELLER, BUYER), now=BEFORE).places == []
    assert [one.broken.rule for one in clashes(plan, now=BEFORE)] == [rule]
    assert (rule not in NEVER) is may
