"""Who is offered a freed time, how many, and for how long."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.domain.waiting_list import (
    AT_THE_FAIR,
    BEFORE_THE_FAIR,
    LEAST_NOTICE,
    Willing,
    fills_freed_times,
    next_in_line,
    offered_until,
)

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY = frozenset()


def pair(number, *people, agreed=0):
    return Willing(uuid.UUID(int=number), NOON + agreed * HOUR, frozenset(uuid.UUID(int=900 + one) for one in people))


def test_who_agreed_first_is_offered_first_and_nobody_twice_at_once():
    waiting = [pair(1, 1, 2, agreed=3), pair(2, 1, 3, agreed=1), pair(3, 4, 5, agreed=2)]
    assert next_in_line(waiting, engaged=NOBODY, room=9) == [waiting[1], waiting[2]]


def test_there_are_no_more_offers_than_tables():
    waiting = [pair(1, 1, 2), pair(2, 3, 4), pair(3, 5, 6)]
    assert next_in_line(waiting, engaged=NOBODY, room=2) == waiting[:2]
    assert next_in_line(waiting, engaged=NOBODY, room=0) == []


def test_who_holds_an_offer_of_that_time_gets_no_second_one():
    waiting = [pair(1, 1, 2), pair(2, 3, 4)]
    assert next_in_line(waiting, engaged=frozenset({uuid.UUID(int=901)}), room=9) == waiting[1:]


@given(
    st.lists(st.tuples(st.sets(st.integers(1, 6), min_size=2, max_size=3), st.integers(0, 3)), max_size=8),
    st.sets(st.integers(1, 6)),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
def test_the_line_is_kept_whatever_the_order_it_comes_in(pairs, engaged, room, dice):
    waiting = [pair(number, *people, agreed=agreed) for number, (people, agreed) in enumerate(pairs)]
    held = frozenset(uuid.UUID(int=900 + one) for one in engaged)
    chosen = next_in_line(waiting, engaged=held, room=room)
    dice.shuffle(waiting)
    assert next_in_line(waiting, engaged=held, room=room) == chosen
    assert len(chosen) <= room
    everyone = [person for one in chosen for person in one.people]
    assert len(everyone) == len(set(everyone))
    assert not set(everyone) & held
    if len(chosen) < room:
        busy = held | set(everyone)
        assert all(one in chosen or one.people & busy for one in waiting)


@pytest.mark.parametrize(
    ("phase", "ahead", "lasts"),
    [
        (Phase.FINAL, 48 * HOUR, BEFORE_THE_FAIR),
        (Phase.FAIR_DAYS, 2 * HOUR, AT_THE_FAIR),
        (Phase.FAIR_DAYS, LEAST_NOTICE + timedelta(minutes=4), timedelta(minutes=4)),
        (Phase.FAIR_DAYS, LEAST_NOTICE, None),
        (Phase.FAIR_DAYS, -HOUR, None),
    ],
)
def test_an_offer_ends_early_enough_to_walk_to_the_table(phase, ahead, lasts):
    until = offered_until(now=NOON, starts_at=NOON + ahead, phase=phase)
    assert until == (None if lasts is None else NOON + lasts)


def test_freed_times_are_offered_where_the_two_choose_and_once_a_schedule_is_final():
    by_pair = {phase for phase in Phase if fills_freed_times(time_choice=TimeChoice.PAIR, phase=phase)}
    by_organizer = {phase for phase in Phase if fills_freed_times(time_choice=TimeChoice.ORGANIZER, phase=phase)}
    assert by_pair == {Phase.PREFERENCES, Phase.FINAL, Phase.FAIR_DAYS}
    assert by_organizer == {Phase.FINAL, Phase.FAIR_DAYS}
