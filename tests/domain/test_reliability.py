"""The rule of reliability: what counts, what is spared, when it is low and what frees it."""

from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.domain.attendance import Presence
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.reliability import LASTS, Event, Happened, Spared, limited, of_meeting, record_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def events(*happened, **values):
    return [Event(one, NOW - timedelta(days=len(happened) - n), **values) for n, one in enumerate(happened)]


def test_the_first_slip_the_old_and_the_appealed_do_not_count():
    old = Event(Happened.MISSED, NOW - LASTS - timedelta(days=1))
    appealed = Event(Happened.MISSED, NOW - timedelta(days=9), is_appealed=True)
    record = record_of([old, appealed, *events(Happened.MISSED, Happened.KEPT, Happened.MISSED)], now=NOW)
    assert [spared for _, spared in record.events] == [None, None, Spared.FORGIVEN, Spared.APPEALED, Spared.EXPIRED]
    assert (record.number(Happened.MISSED), record.says_something, record.is_low) == (1, False, False)


@pytest.mark.parametrize(
    ("kept", "missed", "is_low", "to_be_free"),
    [(0, 3, False, 0), (0, 4, False, 0), (0, 5, True, 6), (3, 3, False, 0), (2, 3, True, 1), (9, 7, False, 0)],
)
def test_it_is_low_below_six_tenths_of_four_or_more(kept, missed, is_low, to_be_free):
    record = record_of(events(*[Happened.MISSED] * missed, *[Happened.KEPT] * kept), now=NOW)
    assert (record.is_low, record.to_be_free) == (is_low, to_be_free)
    freed = record_of(
        events(*[Happened.MISSED] * missed, *[Happened.KEPT] * (kept + to_be_free)),
        now=NOW,
    )
    assert not freed.is_low


def test_late_counts_half():
    record = record_of(events(Happened.LATE, *[Happened.LATE] * 4), now=NOW)
    assert record.is_low
    assert not record_of(events(Happened.LATE, *[Happened.LATE] * 4, Happened.KEPT), now=NOW).is_low


def test_who_came_to_a_meeting_that_the_other_missed_has_kept_it():
    missed = {"state": MeetingState.NO_SHOW, "missing": "buyer", "presence": Presence.UNKNOWN}
    assert of_meeting(side=Role.EXHIBITOR, **missed) is Happened.KEPT
    assert of_meeting(side=Role.BUYER, **missed) is Happened.MISSED
    assert of_meeting(side=Role.EXHIBITOR, **{**missed, "missing": "both"}) is Happened.MISSED
    held = {"state": MeetingState.HELD, "missing": None, "side": Role.BUYER}
    assert of_meeting(presence=Presence.LATE, **held) is Happened.LATE
    assert of_meeting(presence=Presence.UNKNOWN, **held) is Happened.KEPT


def test_a_limited_company_keeps_half_and_at_least_one_request():
    assert [limited(one) for one in (1, 2, 30)] == [1, 1, 15]
