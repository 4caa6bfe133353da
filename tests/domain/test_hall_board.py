from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.domain.attendance import Presence, Standing
from matchmaker.domain.fairs import Role
from matchmaker.domain.hall_board import Look, TableLook, look_of

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
GRACE = timedelta(minutes=3)
HERE, LATE, AWAY = Standing(Presence.PRESENT), Standing(Presence.LATE), Standing(Presence.ABSENT)


def look(standings, *, minutes):
    return look_of(standings, starts_at=START, now=START + timedelta(minutes=minutes), grace=GRACE)


def test_before_the_start_nobody_is_awaited():
    assert look({}, minutes=-1).look is Look.COMING


def test_both_who_are_there_early_are_at_their_table():
    assert look({Role.EXHIBITOR: HERE, Role.BUYER: HERE}, minutes=-2) == TableLook(Look.BOTH)


@pytest.mark.parametrize(("minutes", "expected"), [(0, Look.WAITING), (3, Look.WAITING), (4, Look.LATE)])
def test_who_is_missing_is_awaited_and_late_after_the_grace(minutes, expected):
    assert look({Role.EXHIBITOR: HERE}, minutes=minutes) == TableLook(expected, (Role.BUYER,), minutes)


def test_who_is_said_to_be_absent_is_missing_and_who_came_late_is_not():
    assert look({Role.EXHIBITOR: AWAY, Role.BUYER: LATE}, minutes=5).missing == (Role.EXHIBITOR,)
