from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.domain.attendance import (
    Decision,
    Presence,
    Source,
    Statement,
    Verdict,
    decide,
    is_there,
    seen_at,
    standing,
)
from matchmaker.domain.fairs import Role

START = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
GRACE = timedelta(minutes=3)
STATEMENTS = st.builds(
    Statement,
    is_present=st.booleans(),
    source=st.sampled_from(Source),
    at=st.integers(-10, 30).map(lambda minutes: START + timedelta(minutes=minutes)),
)


def said(source, minutes=0, *, there=True):
    return Statement(is_present=there, source=source, at=START + timedelta(minutes=minutes))


def of(*statements):
    return standing(statements, starts_at=START, grace=GRACE)


@pytest.mark.parametrize(
    ("minutes", "presence"),
    [(-9, Presence.PRESENT), (0, Presence.PRESENT), (3, Presence.PRESENT), (4, Presence.LATE)],
)
def test_late_is_who_comes_after_the_grace(minutes, presence):
    assert of(said(Source.TABLE_CARD, minutes)).presence is presence


def test_nothing_said_is_not_absent():
    assert of().presence is Presence.UNKNOWN
    assert not is_there(of())


def test_the_host_is_believed_before_the_ones_who_meet():
    found = of(said(Source.AGENDA, -1), said(Source.HOST, 5, there=False))
    assert (found.presence, found.source, found.is_disputed) == (Presence.ABSENT, Source.HOST, True)


def test_the_code_on_the_table_outweighs_what_the_other_side_says():
    found = of(said(Source.TABLE_CARD, 1), said(Source.OTHER_SIDE, 9, there=False))
    assert (found.presence, found.is_disputed) == (Presence.PRESENT, True)


def test_a_source_may_correct_itself():
    found = of(said(Source.HOST, 5, there=False), said(Source.HOST, 6))
    assert (found.presence, found.is_disputed) == (Presence.LATE, False)


def test_without_a_time_nobody_is_late():
    assert standing([said(Source.HOST, 600)], starts_at=None, grace=GRACE).presence is Presence.PRESENT


@given(st.lists(STATEMENTS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_statements_arrive_does_not_matter(statements, random):
    """Phones without a network send later than others."""
    shuffled = list(statements)
    random.shuffle(shuffled)
    assert of(*shuffled) == of(*statements)


@given(st.lists(STATEMENTS, max_size=8))
def test_saying_the_same_twice_changes_nothing(statements):
    assert of(*statements, *statements) == of(*statements)


SIDES = st.lists(st.tuples(st.sampled_from(Role), STATEMENTS), max_size=8)


def decided(said, minutes):
    sides = {role: of(*[statement for side, statement in said if side is role]) for role in Role}
    now = START + timedelta(minutes=minutes)
    return decide(sides, starts_at=START, ends_at=START + timedelta(minutes=25), grace=GRACE, now=now)


@settings(max_examples=1000)
@given(SIDES, st.randoms(use_true_random=False), st.integers(-10, 60))
def test_a_queue_in_any_order_with_repeats_decides_the_same(said_of, dice, minutes):
    sent = [*said_of, *[one for one in said_of if dice.random() < 0.5]]
    dice.shuffle(sent)
    assert decided(sent, minutes) == decided(said_of, minutes)


@pytest.mark.parametrize(
    ("said_of", "minutes", "decision"),
    [
        ([], 60, Decision(Verdict.OPEN)),
        ([(Role.BUYER, said(Source.AGENDA))], 24, Decision(Verdict.OPEN)),
        ([(Role.BUYER, said(Source.AGENDA))], 25, Decision(Verdict.MISSED, frozenset({Role.EXHIBITOR}))),
        ([(Role.BUYER, said(Source.HOST, there=False))], 0, Decision(Verdict.MISSED, frozenset({Role.BUYER}))),
        ([(Role.BUYER, said(Source.HOST, -5, there=False))], -5, Decision(Verdict.OPEN)),
        ([(Role.BUYER, said(Source.OTHER_SIDE, there=False))], 2, Decision(Verdict.OPEN)),
        ([(role, said(Source.HOST, there=False)) for role in Role], 9, Decision(Verdict.MISSED, frozenset(Role))),
        ([(role, said(Source.BADGE)) for role in Role], 0, Decision(Verdict.HELD)),
    ],
)
def test_when_a_meeting_counts_as_held_or_missed(said_of, minutes, decision):
    assert decided(said_of, minutes) == decision


def test_what_was_seen_of_an_earlier_time_does_not_count():
    assert of(said(Source.HOST, -61)).presence is Presence.UNKNOWN


def test_nobody_was_seen_in_the_future_or_longer_ago_than_anyone_remembers():
    assert seen_at(START + timedelta(hours=1), now=START) == START
    assert seen_at(START - timedelta(days=1), now=START) == START - timedelta(hours=12)
