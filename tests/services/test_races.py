"""Ten who act at once: exactly one wins, nobody sits twice, and both calendars say the same.

Each race is run on both databases, MATCHMAKER_RACE_ROUNDS times. test_race_controls.py takes away what keeps each of
them out and demands that it happens.
"""

from __future__ import annotations

import itertools
import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from matchmaker.domain.errors import Unconfirmed
from matchmaker.extensions import db
from matchmaker.models import (
    FairPerson,
    HistoryEntry,
    Job,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Notice,
    SlotOffer,
    ThirdCompany,
)
from matchmaker.models.engine import begin_writing
from matchmaker.services import (
    competing,
    fair_places,
    fairs,
    line_up,
    meetings,
    schedule_problem,
    scheduling,
    third_companies,
    waiting_list,
)
from tests.at_once import ROUNDS, USERS, at_once, is_anyone_waiting
from tests.services.race_ground import (
    ANSWERS,
    NOW,
    answer,
    by,
    calendars_agree,
    cancel,
    codes,
    count_of,
    fair_of,
    put,
    race_ground,
    reset,
    start_in,
    state_of,
    strangers,
    winners,
)


@pytest.fixture
def scene(factory):
    return race_ground(factory)


@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(ANSWERS, 2)), ids=" and ".join)
def test_of_ten_answers_one_counts(app, scene, pair):
    """Ten people of the two who may answer, half of them one thing and half the other."""
    for _ in range(ROUNDS):
        reset(scene, "requested")
        acts = {(pair[n % 2], n): answer(scene, pair[n % 2], scene.accounts[n]) for n in range(USERS)}
        results = at_once(app, acts)
        ((winner, _),) = winners(results)
        assert state_of(scene) == ANSWERS[winner][3]
        assert codes(results) == {"meeting_moved_on"}
        assert count_of(scene, HistoryEntry) == 1


@pytest.mark.parametrize("name", [*ANSWERS, "cancel", "place"])
def test_of_ten_taps_one_counts_and_all_are_answered_alike(app, scene, name):
    acts = {"cancel": cancel(scene, scene.buyers[0]), "place": put(scene, scene.buyers[0], 0)}
    act = acts.get(name) or answer(scene, name)
    for _ in range(ROUNDS):
        reset(scene, "accepted" if name in acts else "requested")
        results = at_once(app, dict.fromkeys(range(USERS), act))
        assert winners(results) == list(results)
        assert count_of(scene, HistoryEntry) == 1
        told = scene.session.execute(select(Notice.account_id, func.count()).group_by(Notice.account_id))
        assert {count for _, count in told} <= {1}
        calendars_agree(scene)


def test_a_request_that_is_accepted_and_expires_at_once_is_one_of_the_two(app, scene):
    for _ in range(ROUNDS):
        reset(scene, "requested")
        scene.session.rollback()
        begin_writing(scene.session)
        scene.session.execute(update(Meeting).where(Meeting.id == scene.meetings[0]).values(expires_at=NOW))
        scene.session.commit()
        early = {**by(scene, scene.exhibitor), "now": NOW - timedelta(seconds=1)}
        results = at_once(
            app,
            {
                "accept": lambda own, early=early: meetings.accept(own, **early),
                "expire": lambda own: meetings.expire_due(own, now=NOW),
            },
        )
        assert state_of(scene) == ("accepted" if results["accept"] is None else "expired")


def test_a_meeting_that_is_moved_by_both_sides_at_once_stands_in_one_place(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        start_in(scene, 0)
        results = at_once(app, {1: put(scene, scene.exhibitor, 1), 2: put(scene, scene.buyers[0], 2)})
        calendars_agree(scene)
        # One after the other both are moves; whoever was last has it.
        assert winners(results)
        slot = scene.session.scalar(select(Meeting.slot_id).where(Meeting.id == scene.meetings[0]))
        assert slot in {scene.slots[number] for number in winners(results)}


def test_a_meeting_that_is_called_off_while_it_is_moved_leaves_no_seat(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        start_in(scene, 0)
        acts = {("move", n): put(scene, scene.organizer, 1 + n // 2) for n in range(0, USERS, 2)}
        acts |= {("cancel", n): cancel(scene, (scene.buyers[0][0], scene.accounts[n])) for n in range(1, USERS, 2)}
        results = at_once(app, acts)
        assert len([name for name, _ in winners(results) if name == "cancel"]) == 1
        assert codes(results) == {"meeting_moved_on"}
        assert state_of(scene) == "cancelled"
        calendars_agree(scene)


def test_of_ten_who_want_one_person_at_one_time_one_gets_it(app, scene):
    """Half of the times the organizer chooses, half the two themselves."""
    for _ in range(ROUNDS):
        reset(scene)
        acts = {n: put(scene, scene.buyers[n] if n % 2 else scene.organizer, 0, n) for n in range(USERS)}
        results = at_once(app, acts)
        (winner,) = winners(results)
        assert codes(results) == {"slot_taken"}
        assert [state_of(scene, n) == "scheduled" for n in range(USERS)] == [n == winner for n in range(USERS)]
        calendars_agree(scene)


def test_of_ten_who_want_one_table_at_one_time_one_gets_it(app, scene, factory):
    pairs = strangers(factory, scene, USERS)
    for _ in range(ROUNDS):
        reset(scene)
        results = at_once(app, {n: put(scene, scene.organizer, 0, key) for n, key in enumerate(pairs)})
        (winner,) = winners(results)
        assert codes(results) == {"slot_taken"}
        assert [state_of(scene, key) == "scheduled" for key in pairs] == [n == winner for n in range(USERS)]
        calendars_agree(scene)


def test_of_ten_requests_that_are_accepted_at_one_time_one_gets_it_and_the_others_still_wait(app, scene):
    def accept(n):
        who = scene.exhibitor if n % 2 else scene.organizer
        return lambda own: competing.accept_at(own, fair=fair_of(own), slot_id=scene.slots[0], **by(scene, who, n))

    for _ in range(ROUNDS):
        reset(scene, "requested")
        results = at_once(app, {n: accept(n) for n in range(USERS)})
        (winner,) = winners(results)
        assert codes(results) == {"slot_taken"}
        states = ["scheduled" if n == winner else "requested" for n in range(USERS)]
        assert [state_of(scene, n) for n in range(USERS)] == states
        calendars_agree(scene)


def test_of_meetings_that_are_called_off_together_the_time_is_offered_once(app, scene, factory):
    pairs = strangers(factory, scene, USERS)
    begin_writing(scene.session)
    hall_id = scene.session.scalar(select(MeetingTable.hall_id))
    for n in range(2, USERS + 1):
        factory.add(MeetingTable(fair_id=scene.fair_id, hall_id=hall_id, code=f"A{n:02d}"))
    scene.session.commit()
    for _ in range(ROUNDS):
        reset(scene)
        for key in pairs:
            start_in(scene, 0, key)
        results = at_once(app, {key: cancel(scene, scene.organizer, key) for key in pairs})
        assert winners(results) == list(results)
        assert {state_of(scene, key) for key in pairs} == {"cancelled"}
        assert scene.session.scalars(select(Job.kind)).all() == ["offer_times"]
        calendars_agree(scene)


def test_as_many_meet_at_one_time_as_there_are_tables(app, scene, factory):
    """Who loses the first table to someone else gets another one, not a refusal."""
    begin_writing(scene.session)
    hall_id = scene.session.scalar(select(MeetingTable.hall_id))
    factory.add(MeetingTable(fair_id=scene.fair_id, hall_id=hall_id, code="A02"))
    scene.session.commit()
    for _ in range(ROUNDS):
        reset(scene)
        results = at_once(
            app, {"one": put(scene, scene.buyers[0], 0), "other": put(scene, scene.organizer, 0, scene.elsewhere)}
        )
        assert winners(results) == list(results)
        calendars_agree(scene)


def test_of_moves_and_bookings_to_one_time_one_gets_it_and_who_loses_stays(app, scene):
    """Half of the ten have a time and want a better one, the others want their first."""
    moving = USERS // 2
    for _ in range(ROUNDS):
        reset(scene)
        for n in range(moving):
            start_in(scene, 1 + n, n)
        results = at_once(app, {n: put(scene, scene.buyers[n], 0, n) for n in range(USERS)})
        (winner,) = winners(results)
        assert codes(results) == {"slot_taken"}
        states = ["scheduled" if n == winner or n < moving else "accepted" for n in range(USERS)]
        assert [state_of(scene, n) for n in range(USERS)] == states
        calendars_agree(scene)


def test_two_companies_that_book_each_other_twice_do_not_wait_in_a_circle(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        acts = {n: put(scene, scene.exhibitor if n % 2 else scene.buyers[n], n, n) for n in range(3)}
        assert len(winners(at_once(app, acts))) == 3
        calendars_agree(scene)


def test_a_company_at_its_limit_gets_one_more_meeting_and_not_two(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        begin_writing(scene.session)
        scene.session.execute(update(FairPerson).values(daily_cap=1))
        scene.session.commit()
        results = at_once(app, {n: put(scene, scene.buyers[n], n, n) for n in range(3)})
        assert len(winners(results)) == 1
        calendars_agree(scene)


def test_a_colleague_who_is_named_while_booked_elsewhere_sits_once(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        start_in(scene, 0)

        def swap(own):
            me = next(
                one
                for one in fairs.memberships(own, fair_id=scene.fair_id, account_id=scene.exhibitor[1])
                if one.participation_id == scene.exhibitor[0]
            )
            line_up.set_people(
                own,
                fair_id=scene.fair_id,
                me=me,
                meeting_id=scene.meetings[0],
                representative_ids=scene.people,
                now=NOW,
            )

        at_once(app, {"swap": swap, "move": put(scene, scene.buyers[0], 1)})
        calendars_agree(scene)


def test_an_offer_that_both_sides_take_and_a_third_books_is_one_meeting(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        begin_writing(scene.session)
        waiting_list.offer_time(scene.session, fair_id=scene.fair_id, slot_id=scene.slots[0], now=NOW)
        key, offer = scene.session.execute(select(SlotOffer.meeting_id, SlotOffer.id)).first()
        scene.session.commit()
        number = scene.meetings.index(key) if key in scene.meetings else scene.elsewhere
        other = 1 if number == 0 else 0

        def take(own, offer=offer, number=number):
            waiting_list.take(own, fair=fair_of(own), offer_id=offer, **by(scene, scene.organizer, number))

        results = at_once(app, {"one": take, "two": take, "third": put(scene, scene.organizer, 0, other)})
        calendars_agree(scene)
        assert (results["third"] is None) is (results["one"] is not None)
        assert (results["one"] is None) is (results["two"] is None)


def test_a_new_plan_and_a_cancellation_at_once_leave_one_of_them_to_try_again(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        begin_writing(scene.session)
        run_id = scheduling.request_run(scene.session, fair_id=scene.fair_id, by=scene.organizer[1], now=NOW)
        scene.session.commit()
        loaded = schedule_problem.fair_problem(scene.session, fair_id=scene.fair_id, now=NOW)
        scene.session.rollback()
        result = scheduling.solve(loaded, seed=1, report=lambda _progress: None)
        results = at_once(
            app,
            {
                "plan": lambda own, loaded=loaded, result=result, run_id=run_id: scheduling.write_plan(
                    own, fair_id=scene.fair_id, run_id=run_id, loaded=loaded, result=result, now=NOW
                ),
                "cancel": cancel(scene, scene.buyers[0]),
            },
        )
        assert results["cancel"] is None
        assert state_of(scene) == "cancelled"
        calendars_agree(scene)


class TestTableThatCloses:
    """A plan is being written while a table it uses is closed; the closing is felt, whichever comes first."""

    def race(self, app, scene, monkeypatch):
        reset(scene)
        begin_writing(scene.session)
        scene.session.execute(update(MeetingTable).values(is_closed=False))
        run_id = scheduling.request_run(scene.session, fair_id=scene.fair_id, by=scene.organizer[1], now=NOW)
        scene.session.commit()
        loaded = schedule_problem.fair_problem(scene.session, fair_id=scene.fair_id, now=NOW)
        scene.session.rollback()
        result = scheduling.solve(loaded, seed=1, report=lambda _progress: None)
        looked, closed = threading.Event(), threading.Event()
        really = scheduling.changes_of

        def late(*values):
            """Between the last look at the fair and the writing, the other one closes the table or waits for us."""
            looked.set()
            with app.app_context():
                while (
                    db.engine.dialect.name == "postgresql" and not closed.is_set() and not is_anyone_waiting(db.engine)
                ):
                    pass
            return really(*values)

        def close(own):
            if db.engine.dialect.name == "postgresql":
                looked.wait()
            facts = fair_of(own)
            values = {"fair": facts, "table_id": scene.tables[0], "by": scene.organizer[1], "now": NOW}
            try:
                fair_places.close_table(own, seen="", **values)
            except Unconfirmed as error:
                fair_places.close_table(own, seen=error.effects.seen, **values)
            own.commit()
            closed.set()

        monkeypatch.setattr(scheduling, "changes_of", late)
        plan = {"fair_id": scene.fair_id, "run_id": run_id, "loaded": loaded, "result": result, "now": NOW}
        results = at_once(app, {"plan": lambda own: scheduling.write_plan(own, **plan), "close": close})
        assert results["close"] is None
        scene.session.rollback()
        at_table = select(Meeting.id).where(Meeting.state == "scheduled", Meeting.table_id == scene.tables[0])
        return scene.session.scalars(at_table).all()

    def test_nobody_is_left_at_a_closed_table(self, app, scene, monkeypatch):
        assert self.race(app, scene, monkeypatch) == []
        calendars_agree(scene)

    def test_without_the_lock_somebody_would_be(self, app, scene, monkeypatch):
        with app.app_context():
            if db.engine.dialect.name != "postgresql":
                pytest.skip("on SQLite there is one writer at a time")
        monkeypatch.setattr(scheduling.ground, "keep", lambda *_, **__: None)
        assert self.race(app, scene, monkeypatch) != []


def third_row(scene, session, **values):
    """Have the second buyer's company asked into the first buyer's meeting."""
    row = {"state": "asked", "named_by": "exhibitor", "asked_at": NOW, "answered_at": None, "is_present": None}
    session.execute(ThirdCompany.__table__.delete())
    session.execute(update(Meeting).values(third_id=None))
    session.execute(MeetingAttendee.__table__.delete().where(MeetingAttendee.side == "third"))
    key = {"meeting_id": scene.meetings[0], "participation_id": scene.buyers[1][0]}
    session.execute(insert(ThirdCompany), [{**key, **row, **values}])


class TestThirdCompany:
    """Its person sits once: here as third company, or elsewhere."""

    def begin(self, scene):
        reset(scene)
        begin_writing(scene.session)
        third_row(scene, scene.session)
        scene.session.commit()
        start_in(scene, 0)
        begin_writing(scene.session)
        elsewhere = select(Meeting.exhibitor_id).where(Meeting.id == scene.elsewhere).scalar_subquery()
        # The meeting that takes the same person away is with another exhibitor, who is free then.
        scene.session.execute(update(Meeting).where(Meeting.id == scene.meetings[1]).values(exhibitor_id=elsewhere))
        sits = select(MeetingAttendee.representative_id).where(
            MeetingAttendee.meeting_id == scene.elsewhere, MeetingAttendee.side == "exhibitor"
        )
        person = scene.session.scalar(sits)
        own = (MeetingAttendee.meeting_id == scene.meetings[1], MeetingAttendee.side == "exhibitor")
        scene.session.execute(MeetingAttendee.__table__.delete().where(*own))
        row = {"meeting_id": scene.meetings[1], "representative_id": person, "side": "exhibitor"}
        scene.session.execute(insert(MeetingAttendee), [row])
        table = MeetingTable(id=uuid.uuid4(), fair_id=scene.fair_id, code=uuid.uuid4().hex[:6])
        table.hall_id = scene.session.scalar(select(MeetingTable.hall_id).limit(1))
        scene.session.add(table)
        scene.session.commit()

    def test_joining_against_a_booking_of_the_same_person_elsewhere(self, app, scene):
        won = Counter()
        for _ in range(ROUNDS):
            self.begin(scene)
            results = at_once(
                app,
                {
                    "join": lambda own: third_companies.accept(own, **by(scene, scene.buyers[1], 0)),
                    "elsewhere": put(scene, scene.buyers[1], 0, 1),
                },
            )
            assert len(winners(results)) == 1
            lost = next(error for error in results.values() if error)
            assert lost.code in {"person_busy", "slot_taken"}
            calendars_agree(scene)
            third = scene.session.scalar(select(Meeting.third_id).where(Meeting.id == scene.meetings[0]))
            assert (third is not None) == (winners(results) == ["join"])
            won.update(winners(results))
        assert sum(won.values()) == ROUNDS

    def test_joining_against_calling_off(self, app, scene):
        for _ in range(ROUNDS):
            self.begin(scene)
            at_once(
                app,
                {
                    "join": lambda own: third_companies.accept(own, **by(scene, scene.buyers[1], 0)),
                    "cancel": cancel(scene, scene.exhibitor),
                },
            )
            assert state_of(scene) == "cancelled"
            calendars_agree(scene)
            states = set(scene.session.scalars(select(ThirdCompany.state)))
            assert states <= {"joined", "withdrawn"}
            told = scene.session.scalars(
                select(Notice.kind).where(Notice.account_id == scene.buyers[1][1], Notice.kind != "meeting_placed")
            ).all()
            assert told in (["meeting_cancelled"], ["third_company"])

    def test_two_companies_asked_at_once_leave_one_invitation(self, app, scene):
        for _ in range(ROUNDS):
            self.begin(scene)
            begin_writing(scene.session)
            scene.session.execute(ThirdCompany.__table__.delete())
            scene.session.commit()
            asks = {
                str(number): lambda own, number=number: third_companies.ask(
                    own, third_id=scene.buyers[number][0], **by(scene, scene.exhibitor, 0)
                )
                for number in (1, 2)
            }
            results = at_once(app, asks)
            assert len(winners(results)) == 1
            assert [error.code for error in results.values() if error] == ["third_asked_already"]
