"""Slots are right in every time zone of the world, on the days when clocks change too."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from matchmaker.domain.errors import Refused
from matchmaker.services.fair_setup import SessionPlan, cut_sessions

ZONES = sorted(name for name in available_timezones() if "/" in name)


def cut(zone, day, starts="09:00", ends="12:00", **lengths):
    plan = SessionPlan(day=day, starts_at=time.fromisoformat(starts), ends_at=time.fromisoformat(ends), **lengths)
    return cut_sessions([plan], opens_on=day, closes_on=day, zone=ZoneInfo(zone))


def changes(zone, year=2026):
    """The days of a year on which a zone's clocks change."""
    info, found = ZoneInfo(zone), []
    for number in range(365):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number)
        if day.astimezone(info).utcoffset() != (day + timedelta(days=1)).astimezone(info).utcoffset():
            found.append((day + timedelta(days=1)).astimezone(info).date())
    return found


@pytest.mark.parametrize("letter", sorted({name[0] for name in ZONES}))
def test_a_slot_begins_when_the_fairs_clock_says_so(letter):
    for zone in (name for name in ZONES if name[0] == letter):
        for day in {date(2026, 11, 18), *changes(zone)}:
            slots = cut(zone, day)
            shown = [slot.starts_at.astimezone(ZoneInfo(zone)) for slot in slots]
            assert [at.strftime("%H:%M") for at in shown] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"], (
                zone
            )
            assert {at.date() for at in shown} == {day}, zone
            assert all(slot.starts_at.tzinfo is UTC for slot in slots)


def test_a_beginning_that_the_clock_change_skips_is_refused():
    with pytest.raises(Refused, match="nonexistent_time"):
        cut("Europe/Berlin", date(2026, 3, 29), "02:30", "04:00")


def test_an_hour_that_comes_twice_is_cut_by_the_instants_it_really_has():
    slots = cut("Europe/Berlin", date(2026, 10, 25), "01:30", "03:30", slot_minutes=30, break_minutes=0)
    assert len(slots) == 6
    assert [slot.starts_at.strftime("%H:%M") for slot in slots] == [
        "23:30",
        "00:00",
        "00:30",
        "01:00",
        "01:30",
        "02:00",
    ]
    assert all(one.ends_at <= after.starts_at for one, after in itertools.pairwise(slots))


@pytest.mark.parametrize(("second", "is_refused"), [("10:30", False), ("10:15", True)])
def test_sessions_may_touch_and_never_overlap(second, is_refused):
    day = date(2026, 11, 18)
    plans = [
        SessionPlan(day=day, starts_at=time(10), ends_at=time(10, 30), break_minutes=0),
        SessionPlan(day=day, starts_at=time.fromisoformat(second), ends_at=time(11), break_minutes=0),
    ]
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    if is_refused:
        with pytest.raises(Refused, match="sessions_overlap"):
            cut_sessions(plans, opens_on=day, closes_on=day, zone=zone)
    else:
        assert len(cut_sessions(plans, opens_on=day, closes_on=day, zone=zone)) == 2
