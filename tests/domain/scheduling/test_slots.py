from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from matchmaker.domain.scheduling import Pause, Session, Slot, SlotError, slots_of

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
DAY = date(2027, 3, 1)


def session(opens, closes, on=DAY, code="s"):
    return Session(code=code, on=on, opens=opens, closes=closes)


def local_starts(slots, zone):
    return [slot.starts_at.astimezone(zone).strftime("%H:%M") for slot in slots]


def test_slots_are_utc_instants_with_their_day_session_and_block():
    slots = slots_of(sessions=[session(time(9), time(10))], minutes=25, gap_minutes=5, zone=HANOI)
    assert slots == (
        Slot(
            starts_at=datetime(2027, 3, 1, 2, 0, tzinfo=UTC),
            ends_at=datetime(2027, 3, 1, 2, 25, tzinfo=UTC),
            session="s",
        ),
        Slot(
            starts_at=datetime(2027, 3, 1, 2, 30, tzinfo=UTC),
            ends_at=datetime(2027, 3, 1, 2, 55, tzinfo=UTC),
            session="s",
        ),
    )


def test_a_pause_is_skipped_and_begins_a_new_block():
    lunch = Pause(starts=time(10, 10), ends=time(11))
    slots = slots_of(sessions=[session(time(9), time(12))], pauses=[lunch], minutes=30, zone=HANOI)
    assert local_starts(slots, HANOI) == ["09:00", "09:30", "11:00", "11:30"]
    assert [slot.block for slot in slots] == [0, 0, 1, 1]


def test_a_dated_pause_holds_on_its_day_only():
    tomorrow = date(2027, 3, 2)
    slots = slots_of(
        sessions=[session(time(9), time(10), on=tomorrow), session(time(9), time(10))],
        pauses=[Pause(starts=time(9), ends=time(9, 30), on=tomorrow)],
        minutes=30,
        zone=HANOI,
    )
    assert [(slot.day, when) for slot, when in zip(slots, local_starts(slots, HANOI), strict=True)] == [
        (0, "09:00"),
        (0, "09:30"),
        (1, "09:30"),
    ]


def test_an_hour_that_comes_twice_gives_slots_through_both():
    night = session(time(1), time(4), on=date(2027, 10, 31))
    assert local_starts(slots_of(sessions=[night], minutes=60, zone=BERLIN), BERLIN) == [
        "01:00",
        "02:00",
        "02:00",
        "03:00",
    ]


@pytest.mark.parametrize(
    ("sessions", "minutes", "code"),
    [
        ([session(time(2, 30), time(5), on=date(2027, 3, 28))], 30, "nonexistent_time"),
        ([session(time(9), time(9))], 30, "ends_before_start"),
        ([session(time(9), time(11)), session(time(10), time(12))], 30, "sessions_overlap"),
        ([session(time(9), time(11))], 0, "bad_length"),
    ],
)
def test_it_refuses_times_that_make_no_slots(sessions, minutes, code):
    with pytest.raises(SlotError) as refused:
        slots_of(sessions=sessions, minutes=minutes, zone=BERLIN)
    assert refused.value.code == code
