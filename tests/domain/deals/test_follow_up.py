from datetime import UTC, date, datetime, timedelta

import pytest

from matchmaker.domain.deals.follow_up import LATEST_START, REMINDERS, Wave, day_of, reminder_due, wave_due

CLOSED = date(2026, 10, 17)
ASKED = datetime(2026, 11, 16, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "wave"),
    [
        (date(2026, 11, 15), None),
        (date(2026, 11, 16), Wave.DAY_30),
        (date(2026, 12, 16), Wave.DAY_30),
        (date(2026, 12, 17), None),
        (date(2027, 1, 15), Wave.DAY_90),
        (date(2027, 4, 15), Wave.DAY_180),
        (date(2027, 10, 17), Wave.DAY_365),
        (date(2027, 11, 17), None),
    ],
)
def test_a_wave_is_asked_from_its_day_on_and_not_much_later(today, wave):
    assert wave_due(closes_on=CLOSED, today=today) is wave


def test_every_wave_comes_to_its_turn():
    days = {wave: day_of(wave, closes_on=CLOSED) for wave in Wave}
    assert [(day - CLOSED).days for day in days.values()] == [30, 90, 180, 365]
    assert all(wave_due(closes_on=CLOSED, today=day + LATEST_START) is wave for wave, day in days.items())


def test_two_reminders_and_no_more():
    due = [
        [
            days
            for days in range(60)
            if reminder_due(asked_at=ASKED, reminded=reminded, now=ASKED + timedelta(days=days))
        ]
        for reminded in range(3)
    ]
    assert [found[0] for found in due[:2]] == [span.days for span in REMINDERS]
    assert due[2] == []
