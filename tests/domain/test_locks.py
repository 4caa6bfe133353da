"""Locks that contradict each other are found before anyone plans around them, each once."""

import uuid
from datetime import timedelta

import pytest

from matchmaker.domain.hand_plan import Guest, Rule
from matchmaker.domain.locks import contradictions
from tests.domain.test_hand_plan import (
    BEFORE,
    BUYER,
    CLIENT,
    FIRM,
    NINE,
    OPENINGS,
    OTHER,
    SELLER,
    TABLES,
    THIRD,
    entry,
    plan_of,
)


def found(*entries, now=BEFORE, **values):
    return [(set(one.meetings), one.broken.rule) for one in contradictions(plan_of(*entries, **values), now=now)]


def locked(*place, **values):
    return entry(*place, is_locked=True, **values)


def test_two_locked_meetings_of_one_person_in_one_slot_are_named_once():
    one = locked(0, 0)
    two = locked(0, 2, people=(SELLER, OTHER), companies=(FIRM, THIRD))
    assert found(one, two) == [({one.id, two.id}, Rule.BUSY)]


def test_a_lock_and_a_meeting_that_may_move_do_not_contradict_each_other():
    assert found(locked(0, 0), entry(0, 2, people=(SELLER, OTHER), companies=(FIRM, THIRD))) == []


def test_a_lock_and_a_meeting_outside_the_part_do_not_contradict_each_other():
    assert found(locked(0, 0), others={(TABLES[0].id, OPENINGS[0].id): [uuid.uuid4()]}) == []


def test_two_locked_meetings_at_one_table_are_named():
    one, two = locked(0, 0), locked(0, 0, people=(OTHER,), companies=(THIRD, uuid.uuid4()))
    assert found(one, two) == [({one.id, two.id}, Rule.TABLE_TAKEN)]


@pytest.mark.parametrize(
    ("one", "away", "rule"),
    [
        (locked(0, 1), {}, Rule.TABLE_CLOSED),
        (locked(0, 0), {BUYER.id: frozenset({OPENINGS[0].id})}, Rule.AWAY),
        (locked(0, 0, kept_apart=Rule.FORBIDDEN), {}, Rule.FORBIDDEN),
    ],
)
def test_a_lock_that_no_run_can_keep_is_named(one, away, rule):
    assert found(one, away=away) == [({one.id}, rule)]


def test_what_was_agreed_to_be_broken_and_what_is_over_contradicts_nothing():
    assert found(locked(0, 0, kept_apart=Rule.VETOED)) == []
    assert found(locked(0, 1), now=NINE + timedelta(minutes=1)) == []


def test_more_locks_than_a_company_or_a_person_may_have_meetings_are_named():
    one = locked(0, 0, caps=(1, 9))
    two = locked(1, 0, people=(SELLER, OTHER), companies=(FIRM, THIRD), caps=(1, 9))
    assert found(one, two) == [({one.id, two.id}, Rule.LIMIT)]
    tired = Guest(SELLER.id, "Lan", daily_cap=1)
    one, two = locked(0, 0), locked(1, 0, people=(SELLER, OTHER), companies=(CLIENT, THIRD))
    assert found(one, two, guests={SELLER.id: tired}) == [({one.id, two.id}, Rule.DAY_FULL)]
