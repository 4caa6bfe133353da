from datetime import UTC, date, datetime

import pytest

from matchmaker.domain.privacy.retention import day_months_before, months_before


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 11, 21, 8, tzinfo=UTC), 24, datetime(2024, 11, 21, 8, tzinfo=UTC)),
        (datetime(2026, 3, 31, 8, tzinfo=UTC), 1, datetime(2026, 2, 28, 8, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 13, datetime(2024, 12, 15, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 12, datetime(2025, 12, 15, tzinfo=UTC)),
    ],
)
def test_months_are_counted_by_the_calendar(now, months, then):
    assert months_before(now, months) == then
    assert day_months_before(now, months) == date(then.year, then.month, then.day)
