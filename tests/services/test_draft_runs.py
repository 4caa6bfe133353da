"""A run whose plan becomes a draft: what it may change, what it goes out from, and that nothing else changes."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Phase
from matchmaker.jobs import runner, solve_schedule
from matchmaker.models import DraftPlace, HistoryEntry, Meeting, ScheduleDraft, ScheduleRun, Seat
from matchmaker.models.engine import begin_writing
from matchmaker.services import draft_moves, draft_publishing, drafts, fairs, hand_plans, scheduling
from matchmaker.services.drafts import Editing
from matchmaker.services.scheduling import Scope, Task
from tests.factories import OPENING

NOW = OPENING - timedelta(days=5)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Fairs this small need no long search for fewer waits, and the clock stands before the fair."""
    monkeypatch.setattr(sys.modules["matchmaker.domain.scheduling.solve"], "FEWEST_MOVES", 100)
    monkeypatch.setattr(runner, "TIMERS", ())
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def keys(factory, session):
    """Three exhibitors who each meet two buyers, in four slots at three tables; all committed."""
    fair = factory.fair(phase=Phase.SCHEDULING)
    factory.slots(fair, 4)
    factory.tables(fair, 3)
    buyers = [factory.participant(fair, role="buyer", signs_in=False) for _ in range(2)]
    meetings = [
        factory.meeting(seller, buyer, state="accepted")
        for seller in [factory.participant(fair, signs_in=False) for _ in range(3)]
        for buyer in buyers
    ]
    found = {
        "fair": fair.id,
        "slug": fair.slug,
        "by": factory.organizer(fair).id,
        "meetings": [one.id for one in meetings],
    }
    session.commit()
    return found


def run(session, keys, **task):
    """Ask for a run that becomes a draft, do it, and return the draft's number."""
    session.rollback()
    begin_writing(session)
    later = NOW + timedelta(seconds=session.scalar(select(func.count()).select_from(ScheduleRun)))
    run_id = scheduling.request_run(
        session, fair_id=keys["fair"], by=None, now=later, task=Task(**{"is_draft": True, **task})
    )
    session.commit()
    solve_schedule.run(facts={"run_id": str(run_id)}, renew=lambda: None)
    session.rollback()
    return session.scalar(select(ScheduleDraft.number).where(ScheduleDraft.run_id == run_id))


def places(session, keys, number):
    """Where a draft, or with None the plan that stands, has every meeting."""
    session.rollback()
    draft_id = drafts.find(session, fair_id=keys["fair"], number=number).id if number else None
    plan = hand_plans.load(session, fair_id=keys["fair"], draft_id=draft_id)
    session.expunge_all()
    return {key: (one.slot_id, one.table_id) for key, one in plan.entries.items()}


def editing(session, keys, number):
    draft = drafts.find(session, fair_id=keys["fair"], number=number)
    return Editing(fair_id=keys["fair"], number=number, version=draft.version, by=keys["by"], now=NOW)


def publish(session, keys, number):
    session.rollback()
    begin_writing(session)
    fair = fairs.by_slug(session, slug=keys["slug"])
    told = draft_publishing.publish_draft(session, fair=fair, editing=editing(session, keys, number))
    session.commit()
    return told


def test_a_run_becomes_a_draft_and_leaves_the_plan_alone_until_it_is_published(session, keys):
    number = run(session, keys)
    drawn = places(session, keys, number)
    assert all(slot for slot, _table in drawn.values())
    assert set(places(session, keys, None).values()) == {(None, None)}
    assert session.scalars(select(Seat)).all() == []
    publish(session, keys, number)
    assert places(session, keys, None) == drawn
    assert len(session.scalars(select(Seat)).all()) == 3 * len(keys["meetings"])


def test_a_draft_of_a_fair_that_has_not_changed_changes_nothing(session, keys):
    publish(session, keys, run(session, keys))
    again = run(session, keys)
    assert drafts.find(session, fair_id=keys["fair"], number=again).changes == 0


def test_only_what_has_no_place_is_placed_when_that_is_asked(session, keys):
    publish(session, keys, run(session, keys))
    number = run(session, keys)
    session.rollback()
    begin_writing(session)
    out = keys["meetings"][0]
    draft_moves.take_out(session, editing=editing(session, keys, number), meeting_id=out)
    session.commit()
    before = places(session, keys, number)
    after = places(session, keys, run(session, keys, scope=Scope.REST, base=number))
    assert {key for key in before if before[key] != after[key]} == {out}
    assert after[out][0] is not None


def test_a_meeting_locked_in_a_draft_stays_there_when_all_is_scheduled_anew(session, keys):
    publish(session, keys, run(session, keys))
    number = run(session, keys)
    standing = places(session, keys, number)
    kept = keys["meetings"][1]
    session.rollback()
    begin_writing(session)
    draft_moves.set_lock(session, editing=editing(session, keys, number), meeting_id=kept, is_locked=True)
    session.commit()
    after = places(session, keys, run(session, keys, scope=Scope.ALL, base=number))
    assert after[kept] == standing[kept]
    assert all(slot for slot, _table in after.values())


def test_a_run_done_again_after_a_crash_opens_no_second_draft(session, keys):
    run(session, keys)
    run_id = session.scalar(select(ScheduleRun.id))
    session.rollback()
    solve_schedule.run(facts={"run_id": str(run_id)}, renew=lambda: None)
    assert len(session.scalars(select(ScheduleDraft)).all()) == 1


def test_a_draft_that_speaks_of_a_meeting_called_off_is_not_published(session, keys):
    number = run(session, keys)
    gone = session.get(Meeting, keys["meetings"][0])
    gone.state = "cancelled"
    session.commit()
    with pytest.raises(Conflict, match="draft_clashes") as refused:
        publish(session, keys, number)
    session.rollback()
    assert [(one.meeting_id, str(one.broken.rule)) for one in refused.value.facts["clashes"]] == [
        (keys["meetings"][0], "called_off")
    ]
    assert session.scalars(select(Seat)).all() == []


def test_two_drafts_cannot_both_become_the_plan_unseen(session, keys):
    first, second = run(session, keys), run(session, keys, scope=Scope.ALL)
    publish(session, keys, first)
    with pytest.raises(Conflict, match="draft_clashes"):
        publish(session, keys, second)
    session.rollback()
    begin_writing(session)
    draft_id = drafts.find(session, fair_id=keys["fair"], number=second).id
    for key in session.scalars(select(DraftPlace.meeting_id).where(DraftPlace.draft_id == draft_id)).all():
        draft_moves.settle(session, editing=editing(session, keys, second), meeting_id=key, keep=False)
    session.commit()
    assert drafts.find(session, fair_id=keys["fair"], number=second).changes == 0


def test_the_history_says_which_draft_took_a_meeting_out_of_the_plan(session, keys):
    publish(session, keys, run(session, keys))
    second, out = run(session, keys), keys["meetings"][0]
    session.rollback()
    begin_writing(session)
    draft_moves.take_out(session, editing=editing(session, keys, second), meeting_id=out)
    session.commit()
    publish(session, keys, second)
    why = select(HistoryEntry.facts).where(HistoryEntry.action == "meeting_unscheduled", HistoryEntry.subject_id == out)
    assert session.scalars(why).all() == [{"reason": draft_publishing.BY_DRAFT, "draft": second}]
