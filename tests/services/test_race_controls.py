"""The controls of the races: everyone has read before anyone writes, once with each guard and once without it.

With the guard one wins. Without it the race happens, so that none of the tests that hold it off can pass by accident.
"""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import insert, select, true
from sqlalchemy.schema import CreateIndex, DropIndex

from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Seat
from matchmaker.models.engine import begin_writing
from matchmaker.services import booking, fairs, meetings, requests
from tests.at_once import USERS, Together, at_once
from tests.services.race_ground import (
    ANSWERS,
    NOW,
    answer,
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

# The last is one person who taps twice.
ANSWERED_TOGETHER = [("accept", "withdraw"), ("accept", "accept for them"), ("accept", "decline"), ("accept", "accept")]


@pytest.fixture
def scene(factory):
    return race_ground(factory)


@pytest.fixture
def having_read(app, monkeypatch):
    """Let several act at once, who wait for each other between the last they read and the first they write."""

    def before(together, really):
        def late(session, *args, **values):
            together.meet(session)
            return really(session, *args, **values)

        return late

    def after(together, really):
        def late(session, **values):
            found = really(session, **values)
            together.meet(session)
            return found

        return late

    def run(acts):
        together = Together(len(acts))
        with monkeypatch.context() as patch:
            for wait, module, name in (
                (before, meetings, "move"),
                (before, requests, "_add"),
                (after, booking, "_chosen"),
            ):
                patch.setattr(module, name, wait(together, getattr(module, name)))
            return at_once(app, acts)

    return run


@pytest.fixture
def no_condition(monkeypatch):
    """A meeting is written however it stands."""
    monkeypatch.setattr(meetings, "still", lambda _meeting: true())


@pytest.fixture
def no_key(monkeypatch):
    """A seat is taken whoever has it."""

    def unkeyed(session, *, bookings):
        for one in bookings:
            for seat in one.seats():
                session.execute(insert(Seat).values({**seat, "kind": f"{seat['kind']} {uuid.uuid4().hex[:8]}"}))

    monkeypatch.setattr(booking, "take_seats", unkeyed)


def write(session, *statements):
    session.rollback()
    begin_writing(session)
    for statement in statements:
        session.execute(statement)
    session.commit()


def actions(scene):
    """What the history says was done since the round began."""
    scene.session.rollback()
    return sorted(scene.session.scalars(select(HistoryEntry.action)))


@pytest.mark.parametrize("pair", ANSWERED_TOGETHER, ids=" and ".join)
class TestAnswers:
    def race(self, scene, having_read, pair):
        reset(scene, "requested")
        return having_read({(name, n): answer(scene, name) for n, name in enumerate(pair)})

    def test_what_was_read_is_part_of_the_condition(self, scene, having_read, pair):
        results = self.race(scene, having_read, pair)
        ((winner, _),) = winners(results)
        assert codes(results) == {"meeting_moved_on"}
        assert state_of(scene) == ANSWERS[winner][3]
        assert count_of(scene, HistoryEntry) == 1

    @pytest.mark.usefixtures("no_condition")
    def test_without_the_condition_both_would_have_their_way(self, scene, having_read, pair):
        assert len(winners(self.race(scene, having_read, pair))) == 2
        assert count_of(scene, HistoryEntry) == 2


class TestDoubleTap:
    def test_without_the_look_at_what_was_done_all_taps_but_one_would_be_refused(self, app, scene, monkeypatch):
        reset(scene, "requested")
        monkeypatch.setattr(meetings, "is_done_already", lambda *_, **__: False)
        results = at_once(app, dict.fromkeys(range(USERS), answer(scene, "accept")))
        assert len(winners(results)) == 1
        assert codes(results) == {"meeting_moved_on"}

    def place_twice(self, scene, having_read):
        reset(scene)
        return having_read(dict.fromkeys(range(2), put(scene, scene.exhibitor, 0)))

    def test_two_taps_that_read_together_are_one_booking(self, scene, having_read):
        results = self.place_twice(scene, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"slot_taken"}
        assert actions(scene) == ["meeting_scheduled"]
        calendars_agree(scene)

    @pytest.mark.usefixtures("no_key", "no_condition")
    def test_without_key_and_condition_one_meeting_would_be_booked_twice(self, scene, having_read):
        assert len(winners(self.place_twice(scene, having_read))) == 2
        assert actions(scene) == ["meeting_scheduled"] * 2
        with pytest.raises(AssertionError):
            calendars_agree(scene)

    def ask_twice(self, scene, having_read):
        write(scene.session, MeetingAttendee.__table__.delete(), Meeting.__table__.delete())

        def ask(own):
            me = fairs.memberships(own, fair_id=scene.fair_id, account_id=scene.buyers[0][1])[0]
            requests.ask(own, fair=fair_of(own), me=me, other_id=scene.exhibitor[0], note="", now=NOW)

        return having_read(dict.fromkeys(range(2), ask))

    def test_asking_twice_is_one_request(self, scene, having_read):
        results = self.ask_twice(scene, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"request_open"}
        assert count_of(scene, Meeting) == 1

    def test_without_the_index_over_open_requests_it_would_be_two(self, scene, having_read):
        index = next(one for one in Meeting.__table__.indexes if one.name == "uq_meeting_one_open_request")
        write(scene.session, DropIndex(index))
        try:
            assert len(winners(self.ask_twice(scene, having_read))) == 2
            assert count_of(scene, Meeting) == 2
        finally:
            write(scene.session, MeetingAttendee.__table__.delete(), Meeting.__table__.delete(), CreateIndex(index))


class TestCalledOffWhilePlaced:
    def race(self, scene, having_read):
        reset(scene)
        return having_read({"place": put(scene, scene.exhibitor, 0), "cancel": cancel(scene, scene.buyers[0])})

    def test_what_is_called_off_meanwhile_gets_no_seat(self, scene, having_read):
        results = self.race(scene, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"meeting_moved_on"}
        calendars_agree(scene)

    @pytest.mark.usefixtures("no_condition")
    def test_without_the_condition_it_would_be_called_off_and_stand(self, scene, having_read):
        assert len(winners(self.race(scene, having_read))) == 2
        assert actions(scene) == ["meeting_cancelled", "meeting_scheduled"]


class TestMoveAndBooking:
    """A meeting is moved to where another one of the same person is being booked."""

    def race(self, scene, having_read):
        reset(scene)
        start_in(scene, 1)
        return having_read({"move": put(scene, scene.organizer, 0), "book": put(scene, scene.buyers[1], 0, 1)})

    def test_of_the_two_one_gets_the_time(self, scene, having_read):
        results = self.race(scene, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"slot_taken"}
        calendars_agree(scene)

    @pytest.mark.usefixtures("no_key")
    def test_without_the_key_both_would_meet_the_same_person_then(self, scene, having_read):
        assert len(winners(self.race(scene, having_read))) == 2
        assert (state_of(scene, 0), state_of(scene, 1)) == ("scheduled", "scheduled")
        with pytest.raises(AssertionError):
            calendars_agree(scene)


class TestOrganizerAndParticipant:
    """The organizer moves a meeting elsewhere while one of the two moves it."""

    def race(self, scene, having_read):
        reset(scene)
        start_in(scene, 0)
        return having_read({"organizer": put(scene, scene.organizer, 1), "buyer": put(scene, scene.buyers[0], 2)})

    def test_of_two_moves_one_counts(self, scene, having_read):
        results = self.race(scene, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"meeting_moved_on"}
        assert actions(scene) == ["meeting_moved", "meeting_scheduled"]
        calendars_agree(scene)

    @pytest.mark.usefixtures("no_condition")
    def test_without_the_condition_both_would_have_moved_it_from_one_place(self, scene, having_read):
        assert len(winners(self.race(scene, having_read))) == 2
        assert actions(scene) == ["meeting_moved", "meeting_moved", "meeting_scheduled"]


class TestTable:
    def race(self, scene, factory, having_read):
        (stranger,) = strangers(factory, scene, 1)
        reset(scene)
        return having_read({"one": put(scene, scene.buyers[0], 0), "other": put(scene, scene.organizer, 0, stranger)})

    def test_the_key_over_seats_refuses_the_second(self, scene, factory, having_read):
        results = self.race(scene, factory, having_read)
        assert len(winners(results)) == 1
        assert codes(results) == {"slot_taken"}
        calendars_agree(scene)

    @pytest.mark.usefixtures("no_key")
    def test_without_the_key_both_would_sit_at_one_table(self, scene, factory, having_read):
        assert len(winners(self.race(scene, factory, having_read))) == 2
        with pytest.raises(AssertionError):
            calendars_agree(scene)
