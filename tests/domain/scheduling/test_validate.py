"""The validator is itself tested by corrupting a sound plan in every way it must notice."""

from dataclasses import replace

import pytest

from matchmaker.domain.scheduling import (
    Company,
    Interpreter,
    Party,
    Person,
    Place,
    Table,
    Violation,
    ViolationCode,
    Walk,
    validate,
)
from tests.domain.scheduling.fairs import fair, grid, meeting, pool, seated


def problem():
    """Three companies, two halls, an interpreter, and a rule of every kind."""
    named = replace(
        meeting("m4", "a", "c", places=()), parties=(Party(company="a", persons=("a.1",)), Party(company="c"))
    )
    return fair(
        meeting("m1", "a", "b", places=("pool", "annex")),
        meeting("m2", "a", "c", places=("annex",), after=("m1",), length=2),
        meeting("m3", "b", "c", allowed=frozenset({0, 1, 4})),
        named,
        slots=grid(days=2, slots=4),
        companies=[Company(code="b", maximum=2)],
        persons=[
            Person(code="a.1", company="a", languages=frozenset({"vi"}), daily_cap=3, longest_run=2),
            Person(code="a.2", company="a"),
            Person(code="b.1", company="b", languages=frozenset({"vi", "en"}), unavailable=frozenset({7})),
            Person(code="c.1", company="c", languages=frozenset({"fr"})),
        ],
        interpreters=[
            Interpreter(code="i.1", pairs=(("vi", "fr"), ("en", "fr")), unavailable=frozenset({6})),
            Interpreter(code="i.2", pairs=(("vi", "en"),)),
        ],
        places=[
            pool(2, hall="A"),
            Place(code="annex", hall="B", tables=(Table(code="annex-0", closed=frozenset({5})),)),
        ],
        walks=[Walk(halls=("A", "B"), minutes=20)],
    )


def plan():
    return {
        "m1": seated("m1", 0, "a.1", "b.1"),
        "m2": seated("m2", 2, "a.1", "c.1", place="annex", table="annex-0", interpreter="i.1"),
        "m3": seated("m3", 4, "b.1", "c.1", interpreter="i.1"),
        "m4": seated("m4", 5, "a.1", "c.1", place=None, table=None, interpreter="i.1"),
    }


def test_a_sound_plan_breaks_nothing():
    assert validate(problem=problem(), assignments=tuple(plan().values())) == ()


@pytest.mark.parametrize(
    ("code", "change", "violation", "about"),
    [
        ("m1", {"slot": 8}, ViolationCode.OUTSIDE_SLOTS, ""),
        ("m2", {"slot": 3}, ViolationCode.ACROSS_A_BREAK, ""),
        ("m3", {"slot": 5}, ViolationCode.NOT_ALLOWED_THEN, ""),
        ("m1", {"persons": ("c.1", "b.1")}, ViolationCode.WRONG_PERSON, "c.1"),
        ("m4", {"persons": ("a.2", "c.1")}, ViolationCode.WRONG_PERSON, "a.2"),
        ("m1", {"persons": ("a.1",)}, ViolationCode.WRONG_PERSON, ""),
        ("m1", {"slot": 7}, ViolationCode.PERSON_UNAVAILABLE, "b.1"),
        ("m4", {"slot": 6}, ViolationCode.PERSON_UNAVAILABLE, "i.1"),
        ("m3", {"slot": 2}, ViolationCode.PERSON_TWICE, "c.1"),
        ("m4", {"slot": 4}, ViolationCode.PERSON_TWICE, "i.1"),
        ("m1", {"slot": 1}, ViolationCode.NO_REST, "a.1"),
        ("m3", {"interpreter": None}, ViolationCode.NO_SHARED_LANGUAGE, ""),
        ("m3", {"interpreter": "i.2"}, ViolationCode.WRONG_INTERPRETER, "i.2"),
        ("m1", {"place": None, "table": None}, ViolationCode.WRONG_PLACE, ""),
        ("m4", {"place": "pool", "table": "pool-1"}, ViolationCode.WRONG_PLACE, ""),
        ("m1", {"table": "annex-0"}, ViolationCode.WRONG_TABLE, "annex-0"),
        ("m2", {"slot": 4}, ViolationCode.TABLE_CLOSED, "annex-0"),
        ("m1", {"slot": 1}, ViolationCode.NO_TIME_TO_WALK, "a.1"),
        ("m2", {"slot": 0}, ViolationCode.OUT_OF_ORDER, "m1"),
    ],
)
def test_each_corruption_is_named(code, change, violation, about):
    corrupted = plan()
    corrupted[code] = replace(corrupted[code], **change)
    found = validate(problem=problem(), assignments=tuple(corrupted.values()))
    assert any(one.code is violation and one.about == about for one in found)


def test_a_meeting_may_be_there_once_and_must_exist():
    once = plan()["m1"]
    assert validate(problem=problem(), assignments=(once, once, replace(once, meeting="x"))) == (
        Violation(code=ViolationCode.MEETING_TWICE, meeting="m1"),
        Violation(code=ViolationCode.PERSON_TWICE, meeting="m1", about="a.1"),
        Violation(code=ViolationCode.PERSON_TWICE, meeting="m1", about="b.1"),
        Violation(code=ViolationCode.TABLE_OVERFULL, meeting="m1", about="pool-0"),
        Violation(code=ViolationCode.UNKNOWN_MEETING, meeting="x"),
    )


def test_a_meeting_without_its_predecessor_is_out_of_order():
    assert validate(problem=problem(), assignments=(plan()["m2"],)) == (
        Violation(code=ViolationCode.OUT_OF_ORDER, meeting="m2", about="m1"),
    )


def test_a_fixed_slot_a_daily_cap_and_a_maximum_are_kept():
    busy = fair(
        meeting("m1", "a", "b", fixed=1),
        meeting("m2", "a", "b"),
        companies=[Company(code="a", maximum=1)],
        persons=[Person(code="b.1", company="b", daily_cap=1)],
    )
    found = validate(problem=busy, assignments=(seated("m1", 0, "a.1", "b.1"), seated("m2", 3, "a.1", "b.1")))
    assert found == (
        Violation(code=ViolationCode.NOT_AT_ITS_FIXED_SLOT, meeting="m1"),
        Violation(code=ViolationCode.OVER_DAILY_CAP, meeting="m2", about="b.1"),
        Violation(code=ViolationCode.OVER_MAXIMUM, meeting="m2", about="a"),
    )


def test_two_meetings_share_a_table_only_when_it_has_two_seats():
    pair = (meeting("m1", "a", "b"), meeting("m2", "c", "d"))
    both = (seated("m1", 0, "a.1", "b.1"), seated("m2", 0, "c.1", "d.1"))
    wide = Place(code="pool", tables=(Table(code="pool-0", capacity=2),))
    assert validate(problem=fair(*pair, places=[wide]), assignments=both) == ()
    assert validate(problem=fair(*pair), assignments=both) == (
        Violation(code=ViolationCode.TABLE_OVERFULL, meeting="m2", about="pool-0"),
    )
