"""When mail leaves and whom to remind: quiet hours in any zone, pauses, and the rule that stops reminders."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.fairs import Phase
from matchmaker.domain.notices.kinds import KINDS, Pace, kind_of
from matchmaker.domain.notices.nudges import MOST_REMINDERS, NO_REQUESTS, REQUESTS_WAITING, Standing, nudge_for
from matchmaker.domain.notices.timing import (
    COLLECTING,
    LONGEST_PAUSE,
    QUIET_FROM,
    QUIET_UNTIL,
    after_quiet_hours,
    mail_at,
    next_digest_at,
    pause_after,
)

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("at", "zone", "leaves"),
    [
        (datetime(2026, 11, 10, 13, 59, tzinfo=UTC), HANOI, datetime(2026, 11, 10, 13, 59, tzinfo=UTC)),
        (datetime(2026, 11, 10, 14, 0, tzinfo=UTC), HANOI, datetime(2026, 11, 11, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 10, 23, 30, tzinfo=UTC), HANOI, datetime(2026, 11, 11, 0, 0, tzinfo=UTC)),
        # The night in which Berlin's clocks go forward is an hour shorter, and seven is seven.
        (datetime(2026, 3, 28, 21, 0, tzinfo=UTC), BERLIN, datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
def test_mail_waits_for_the_morning_of_the_fairs_own_clock(at, zone, leaves):
    assert after_quiet_hours(at, zone) == leaves


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_mail_never_leaves_at_night_nor_earlier_nor_more_than_a_night_later(at, name):
    zone = ZoneInfo(name)
    leaves = after_quiet_hours(at, zone)
    assert QUIET_UNTIL <= leaves.astimezone(zone).time() < QUIET_FROM or leaves.astimezone(zone).time() < time(9)
    assert timedelta() <= leaves - at <= timedelta(hours=13)


def test_what_is_urgent_waits_for_nobody_and_what_is_essential_cannot_be_turned_off():
    night = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
    assert mail_at(kind_of("meeting_cancelled"), pace=Pace.AT_ONCE, now=night, zone=HANOI) == night
    assert mail_at(kind_of("sign_in_link"), pace=Pace.OFF, now=night, zone=HANOI) == night
    assert mail_at(kind_of("meeting_accepted"), pace=Pace.OFF, now=night, zone=HANOI) is None


def test_what_is_collected_waits_a_few_minutes_and_for_the_last_digest():
    kind = kind_of("meeting_accepted")
    assert mail_at(kind, pace=Pace.DIGEST, now=NOW, zone=HANOI) == NOW + COLLECTING
    assert next_digest_at(last=None, now=NOW, zone=HANOI) == NOW
    assert next_digest_at(last=NOW - HOUR / 2, now=NOW, zone=HANOI) == NOW + HOUR / 2


def test_pauses_double_up_to_an_hour():
    assert [pause_after(attempts) for attempts in (0, 1, 2, 3)] == [timedelta(minutes=n) for n in (1, 1, 2, 4)]
    assert pause_after(500) == LONGEST_PAUSE


def test_advertising_offers_no_pace_that_mixes_it():
    assert {kind.code: kind.paces for kind in KINDS.values() if kind.is_advertising} == {
        "fair_news": (Pace.AT_ONCE, Pace.OFF)
    }


def standing(**values):
    least = {
        "phase": Phase.PREFERENCES,
        "joined_at": NOW - 10 * DAY,
        "waiting_since": None,
        "has_asked": False,
        "was_asked": False,
        "reminded": {},
    }
    return Standing(**{**least, **values})


@pytest.mark.parametrize(
    ("values", "reminder"),
    [
        ({}, NO_REQUESTS),
        ({"joined_at": NOW - DAY}, None),
        ({"has_asked": True}, None),
        ({"was_asked": True}, None),
        ({"phase": Phase.PROFILES}, None),
        ({"phase": Phase.SCHEDULING}, None),
        ({"phase": Phase.FOLLOW_UP}, None),
        ({"waiting_since": NOW - 2 * DAY}, REQUESTS_WAITING),
        ({"waiting_since": NOW - HOUR}, None),
        ({"waiting_since": NOW - 2 * DAY, "phase": Phase.SCHEDULING}, REQUESTS_WAITING),
        ({"waiting_since": NOW - 2 * DAY, "phase": Phase.FOLLOW_UP}, None),
        ({"waiting_since": NOW - 9 * DAY, "reminded": {REQUESTS_WAITING: (NOW - DAY,)}}, None),
        ({"waiting_since": NOW - 9 * DAY, "reminded": {REQUESTS_WAITING: (NOW - 2 * DAY,)}}, REQUESTS_WAITING),
        ({"reminded": {NO_REQUESTS: (NOW - 9 * DAY, NOW - 3 * DAY)}}, None),
        ({"reminded": {NO_REQUESTS: (NOW - 9 * DAY, NOW - 4 * DAY)}}, NO_REQUESTS),
    ],
)
def test_a_reminder_comes_when_it_can_help_and_not_before(values, reminder):
    assert nudge_for(standing(**values), now=NOW) == reminder


@given(st.integers(min_value=1, max_value=400))
def test_reminders_stop_for_good_after_the_third(days):
    reminded, now = [], NOW
    for _ in range(days):
        now += DAY
        kind = nudge_for(standing(waiting_since=NOW, reminded={REQUESTS_WAITING: tuple(reminded)}), now=now)
        reminded += [now] if kind else []
    assert len(reminded) <= MOST_REMINDERS
    gaps = [later - earlier for earlier, later in itertools.pairwise(reminded)]
    assert gaps == sorted(gaps)
