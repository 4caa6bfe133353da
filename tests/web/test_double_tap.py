"""The same form five times at once: the same answer, one effect, one notice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.fairs import TimeChoice
from matchmaker.models import HistoryEntry, Meeting, Notice, Seat
from tests.at_once import posted_at_once
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
TAPS = 5


@pytest.fixture(autouse=True)
def _ten_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(factory):
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR)
    factory.tables(fair, 1)
    fair.slot = factory.slots(fair, 2)[0]
    fair.exhibitor = factory.participant(fair, name="Trà Núi Mây")
    fair.buyer = factory.participant(fair, role="buyer", name="Kaze Foods")
    return fair


def tap(app, account_id, address, **fields):
    """Post one form TAPS times at once, from as many windows of one person; return the answers' codes and places."""
    windows = [app.test_client().sign_in_as(account_id) for _ in range(TAPS)]
    answers = posted_at_once(windows, address=address, **fields)
    return [(answer.status_code, answer.location) for answer in answers]


def counted(session):
    """How many meetings, changes of meetings, notices and seats there are."""
    session.rollback()
    changes = select(func.count()).where(HistoryEntry.subject_kind == "meeting")
    meetings, notices, seats = (
        session.scalar(select(func.count()).select_from(table)) for table in (Meeting, Notice, Seat)
    )
    return {"meetings": meetings, "changes": session.scalar(changes), "notices": notices, "seats": seats}


def test_asking_five_times_is_one_request_and_one_notice(app, session, scene):
    asker, other = scene.buyer.account.id, scene.exhibitor.id
    session.commit()
    answers = tap(app, asker, f"/fairs/spring/requests/{other}")
    assert answers == [(302, "/fairs/spring/requests?tab=asked")] * TAPS
    assert counted(session) == {"meetings": 1, "changes": 1, "notices": 1, "seats": 0}


@pytest.mark.parametrize("action", ["accept", "decline", "cancel", "time", "withdraw"])
def test_each_answer_five_times_counts_once(app, factory, session, scene, action):
    state = "accepted" if action in {"cancel", "time"} else "requested"
    meeting = factory.meeting(scene.exhibitor, scene.buyer, state=state)
    key, slot = meeting.id, scene.slot.id.hex
    who = (scene.buyer if action == "withdraw" else scene.exhibitor).account.id
    session.commit()
    part = "meetings" if action in {"cancel", "time"} else "requests"
    fields = {
        "decline": {f"decline-{key.hex[:12]}-reason": "no_time"},
        "cancel": {"reason": "no_time"},
        "time": {"slot": slot},
    }.get(action, {})
    answers = tap(app, who, f"/fairs/spring/{part}/{key}/{action}", **fields)
    assert {status for status, _ in answers} == {302}
    assert len({place for _, place in answers}) == 1
    # A request that is withdrawn before anyone heard of it tells nobody.
    assert counted(session) == {
        "meetings": 1,
        "changes": 1,
        "notices": 0 if action == "withdraw" else 1,
        "seats": 3 if action == "time" else 0,
    }
