from datetime import date

import pytest

from matchmaker.domain.errors import Conflict
from matchmaker.domain.privacy.requests import (
    DAYS,
    Deadlines,
    RequestKind,
    RequestState,
    add_working_days,
    deadlines,
    extended,
)


def test_weekends_do_not_count_to_the_answer():
    thursday, friday, saturday = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)
    assert [add_working_days(day, 2) for day in (thursday, friday, saturday)] == [
        date(2026, 11, 23),
        date(2026, 11, 24),
        date(2026, 11, 24),
    ]


def test_each_kind_has_its_period():
    assert {kind: days for kind, days in DAYS.items() if kind in {"access", "withdraw", "delete"}} == {
        RequestKind.ACCESS: 10,
        RequestKind.WITHDRAW: 15,
        RequestKind.DELETE: 20,
    }
    assert set(DAYS) == set(RequestKind)
    assert deadlines(RequestKind.DELETE, received_on=date(2026, 11, 16)) == Deadlines(
        answer_by=date(2026, 11, 18), due_on=date(2026, 12, 6)
    )


def test_a_request_is_extended_once_by_its_own_period():
    first = extended(RequestKind.ACCESS, due_on=date(2026, 11, 26), is_extended=False)
    assert first == date(2026, 12, 6)
    with pytest.raises(Conflict):
        extended(RequestKind.ACCESS, due_on=first, is_extended=True)


def test_what_is_done_or_refused_is_closed():
    assert {state for state in RequestState if not state.is_open} == {RequestState.DONE, RequestState.REFUSED}
