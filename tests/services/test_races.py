"""Two who act at once: exactly one wins, nobody sits twice, and both calendars say the same.

Each race is run on both databases. Where what keeps it out is a condition or a key, a control runs the same race
without it and demands that it happens, so that none of these tests can pass by accident.
"""

from __future__ import annotations

import itertools
import threading
import uuid
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select, text, true, update

from matchmaker.domain.errors import Conflict, Unconfirmed
from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.extensions import db
from matchmaker.models import (
    FairPerson,
    HistoryEntry,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Notice,
    Seat,
    SlotOffer,
    ThirdCompany,
)
from matchmaker.models.engine import begin_writing
from matchmaker.services import (
    booking,
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
from tests.at_once import ROUNDS, Together, at_once
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)


@pytest.fixture
def scene(factory):
    """One exhibitor with two people, three buyers who all agreed to meet it, three slots and a single table."""
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR, phase=Phase.FINAL)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    colleague = factory.representative(exhibitor.company)
    factory.add(FairPerson(participation_id=exhibitor.id, representative_id=colleague.id))
    buyers = [factory.participant(fair, role="buyer") for _ in range(3)]
    organizer = factory.organizer(fair)
    rows = [factory.meeting(exhibitor, buyer, state="accepted") for buyer in buyers]
    elsewhere = factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
    scene = SimpleNamespace(
        fair_id=fair.id,
        slots=[slot.id for slot in factory.slots(fair, 3)],
        tables=[table.id for table in factory.tables(fair, 1)],
        exhibitor=(exhibitor.id, exhibitor.account.id),
        people=(exhibitor.representative.id, colleague.id),
        buyers=[(buyer.id, buyer.account.id) for buyer in buyers],
        organizer=(None, organizer.id),
        meetings=[row.id for row in rows],
        elsewhere=elsewhere.id,
        session=factory.session,
    )
    factory.session.commit()
    return scene


def reset(scene, state="accepted"):
    """Bring every meeting back to where a round begins."""
    session = scene.session
    session.rollback()
    begin_writing(session)
    for table in (Seat, SlotOffer, Notice, HistoryEntry):
        session.execute(table.__table__.delete())
    session.execute(
        update(Meeting).values(state=state, slot_id=None, table_id=None, requested_by="buyer", expires_at=None)
    )
    session.execute(MeetingAttendee.__table__.delete().where(MeetingAttendee.representative_id.in_(scene.people)))
    sits = {"representative_id": scene.people[0], "side": "exhibitor"}
    session.execute(insert(MeetingAttendee), [{"meeting_id": key, **sits} for key in scene.meetings])
    session.commit()


def by(scene, who, number=0):
    key = scene.meetings[number] if isinstance(number, int) else number
    return {"fair_id": scene.fair_id, "meeting_id": key, "participation_id": who[0], "by": who[1], "now": NOW}


def fair_of(session):
    return fairs.by_slug(session, slug="spring")


def put(scene, who, slot, number=0):
    return lambda own: booking.place(own, fair=fair_of(own), slot_id=scene.slots[slot], **by(scene, who, number))


def start_in(scene, slot, number=0):
    """Give a meeting its time before a round."""
    begin_writing(scene.session)
    put(scene, scene.organizer, slot, number)(scene.session)
    scene.session.commit()


def state_of(scene, number=0):
    scene.session.rollback()
    key = scene.meetings[number] if isinstance(number, int) else number
    return scene.session.scalar(select(Meeting.state).where(Meeting.id == key))


def calendars_agree(scene):
    """Every scheduled meeting has the seats of its people and its table in its slot, and nobody has any other."""
    session = scene.session
    session.rollback()
    wanted = Counter()
    people = {}
    for meeting_id, person in session.execute(select(MeetingAttendee.meeting_id, MeetingAttendee.representative_id)):
        people.setdefault(meeting_id, []).append(person)
    placed = select(Meeting.id, Meeting.slot_id, Meeting.table_id).where(Meeting.state == "scheduled")
    for meeting_id, slot_id, table_id in session.execute(placed):
        wanted.update((meeting_id, person, slot_id) for person in people[meeting_id])
        if table_id is not None:
            wanted[meeting_id, table_id, slot_id] += 1
    seats = session.execute(select(Seat.meeting_id, Seat.resource_id, Seat.slot_id))
    assert Counter(tuple(row) for row in seats) == wanted
    taken = Counter((resource, slot) for _, resource, slot in wanted.elements())
    assert [key for key, count in taken.items() if count > 1] == []


def winners(results):
    return [name for name, error in results.items() if error is None]


ANSWERS = {
    "accept": (meetings.accept, "exhibitor", {}, "accepted"),
    "accept for them": (meetings.accept, "organizer", {}, "accepted"),
    "decline": (meetings.decline, "exhibitor", {"reason": "no_time"}, "declined"),
    "withdraw": (meetings.withdraw, "buyer", {}, "withdrawn"),
}


def who_is(scene, name):
    return {"exhibitor": scene.exhibitor, "buyer": scene.buyers[0], "organizer": scene.organizer}[name]


@pytest.mark.parametrize("pair", list(itertools.combinations(ANSWERS, 2)), ids=" and ".join)
def test_of_two_answers_one_counts(app, scene, pair):
    for _ in range(ROUNDS):
        reset(scene, "requested")
        acts = {}
        for name in pair:
            action, who, values, _ = ANSWERS[name]
            acts[name] = lambda own, action=action, who=who, values=values: action(
                own, **by(scene, who_is(scene, who)), **values
            )
        results = at_once(app, acts)
        (winner,) = winners(results)
        assert state_of(scene) == ANSWERS[winner][3]
        assert [error.code for error in results.values() if error] == ["meeting_moved_on"]
        scene.session.rollback()
        assert len(scene.session.scalars(select(HistoryEntry.id)).all()) == 1


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
        results = at_once(
            app,
            {
                "move": put(scene, scene.organizer, 1),
                "cancel": lambda own: meetings.cancel(own, reason="no_time", **by(scene, scene.buyers[0])),
            },
        )
        assert results["cancel"] is None
        assert results["move"] is None or results["move"].code == "meeting_moved_on"
        assert state_of(scene) == "cancelled"
        calendars_agree(scene)


@pytest.mark.parametrize("wanted", ["the same person", "the same table"])
def test_of_two_meetings_that_want_one_slot_one_gets_it(app, scene, wanted):
    other = 1 if wanted == "the same person" else scene.elsewhere
    for _ in range(ROUNDS):
        reset(scene)
        results = at_once(app, {"one": put(scene, scene.buyers[0], 0), "other": put(scene, scene.organizer, 0, other)})
        assert len(winners(results)) == 1
        assert [error.code for error in results.values() if error] == ["slot_taken"]
        calendars_agree(scene)


def test_of_two_requests_that_are_accepted_at_one_time_one_gets_it_and_the_other_still_waits(app, scene):
    def accept(number):
        return lambda own: competing.accept_at(
            own, fair=fair_of(own), slot_id=scene.slots[0], **by(scene, scene.exhibitor, number)
        )

    for _ in range(ROUNDS):
        reset(scene, "requested")
        results = at_once(app, {0: accept(0), 1: accept(1)})
        (winner,) = winners(results)
        assert [error.code for error in results.values() if error] == ["slot_taken"]
        assert (state_of(scene, winner), state_of(scene, 1 - winner)) == ("scheduled", "requested")
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


def test_a_move_onto_a_slot_that_is_being_booked_wins_or_stays(app, scene):
    for _ in range(ROUNDS):
        reset(scene)
        start_in(scene, 1)
        results = at_once(app, {"move": put(scene, scene.buyers[0], 0), "book": put(scene, scene.buyers[1], 0, 1)})
        assert len(winners(results)) == 1
        calendars_agree(scene)
        assert state_of(scene) == "scheduled"


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
                "cancel": lambda own: meetings.cancel(own, reason="no_time", **by(scene, scene.buyers[0])),
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


def is_anyone_waiting(engine):
    """Whether a connection to this database waits for a lock that another one holds."""
    wanted = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' LIMIT 1"
    with engine.connect() as connection:
        return connection.execute(text(wanted)).first() is not None


CONTROLLED = [
    ("accept", "withdraw"),
    ("accept", "accept for them"),
    ("accept", "decline"),
]


class TestControl:
    """The same races, with everyone reading before anyone writes: with the guard one wins, without it all do."""

    def answers(self, app, scene, monkeypatch, pair):
        reset(scene, "requested")
        together, really = Together(2), meetings.move

        def late(session, **values):
            together.meet(session)
            really(session, **values)

        monkeypatch.setattr(meetings, "move", late)
        acts = {}
        for name in pair:
            act, who, values, _ = ANSWERS[name]
            acts[name] = lambda own, act=act, who=who, values=values: act(
                own, **by(scene, who_is(scene, who)), **values
            )
        return at_once(app, acts)

    @pytest.mark.parametrize("pair", CONTROLLED, ids=" and ".join)
    def test_what_was_read_is_part_of_the_condition(self, app, scene, monkeypatch, pair):
        (winner,) = winners(self.answers(app, scene, monkeypatch, pair))
        assert state_of(scene) == ANSWERS[winner][3]

    @pytest.mark.parametrize("pair", CONTROLLED, ids=" and ".join)
    def test_without_the_condition_both_would_have_their_way(self, app, scene, monkeypatch, pair):
        monkeypatch.setattr(meetings, "still", lambda _meeting: true())
        assert len(winners(self.answers(app, scene, monkeypatch, pair))) == 2
        assert len(scene.session.scalars(select(HistoryEntry.id)).all()) == 2

    def called_off_while_placed(self, app, scene, monkeypatch):
        """One calls off what the other one gives a time, each with what it read before."""
        reset(scene)
        together, move, take = Together(2), meetings.move, booking._take

        def late_move(session, **values):
            together.meet(session)
            move(session, **values)

        def late_take(session, **values):
            together.meet(session)
            return take(session, **values)

        monkeypatch.setattr(meetings, "move", late_move)
        monkeypatch.setattr(booking, "_take", late_take)
        cancel = {"reason": "no_time", **by(scene, scene.buyers[0])}
        return at_once(
            app, {"place": put(scene, scene.exhibitor, 0), "cancel": lambda own: meetings.cancel(own, **cancel)}
        )

    def test_what_is_called_off_meanwhile_gets_no_seat(self, app, scene, monkeypatch):
        results = self.called_off_while_placed(app, scene, monkeypatch)
        assert len(winners(results)) == 1
        calendars_agree(scene)

    def test_without_the_condition_seats_would_be_left_or_a_meeting_called_off_would_stand(
        self, app, scene, monkeypatch
    ):
        monkeypatch.setattr(meetings, "still", lambda _meeting: true())
        assert len(winners(self.called_off_while_placed(app, scene, monkeypatch))) == 2
        scene.session.rollback()
        entries = scene.session.scalars(select(HistoryEntry.action)).all()
        assert sorted(entries) == ["meeting_cancelled", "meeting_scheduled"]

    def moved_while_booked(self, app, scene, monkeypatch):
        """A meeting moves to where another one of the same person is being booked."""
        reset(scene)
        start_in(scene, 1)
        together, really = Together(2), booking._take

        def late(session, **values):
            together.meet(session)
            return really(session, **values)

        monkeypatch.setattr(booking, "_take", late)
        return at_once(app, {"move": put(scene, scene.organizer, 0), "book": put(scene, scene.buyers[1], 0, 1)})

    def test_a_move_and_a_booking_read_together_have_one_winner(self, app, scene, monkeypatch):
        results = self.moved_while_booked(app, scene, monkeypatch)
        assert len(winners(results)) == 1

    def bookings(self, app, scene, monkeypatch):
        reset(scene)
        together, really = Together(2), booking._take

        def late(session, **values):
            together.meet(session)
            return really(session, **values)

        monkeypatch.setattr(booking, "_take", late)
        return at_once(
            app, {"one": put(scene, scene.buyers[0], 0), "other": put(scene, scene.organizer, 0, scene.elsewhere)}
        )

    def test_the_key_over_seats_refuses_the_second(self, app, scene, monkeypatch):
        results = self.bookings(app, scene, monkeypatch)
        assert len(winners(results)) == 1
        calendars_agree(scene)

    def test_without_the_key_both_would_sit_at_one_table(self, app, scene, monkeypatch):
        def unkeyed(session, *, bookings):
            for one in bookings:
                for seat in one.seats():
                    session.execute(insert(Seat).values({**seat, "kind": f"{seat['kind']} {uuid.uuid4().hex[:8]}"}))

        monkeypatch.setattr(booking, "take_seats", unkeyed)
        assert len(winners(self.bookings(app, scene, monkeypatch))) == 2
        with pytest.raises(AssertionError):
            calendars_agree(scene)

    def test_two_moves_of_one_meeting_read_together_are_one_move(self, app, scene, monkeypatch):
        reset(scene)
        start_in(scene, 0)
        together, really = Together(2), booking._take

        def late(session, **values):
            together.meet(session)
            return really(session, **values)

        monkeypatch.setattr(booking, "_take", late)
        results = at_once(app, {1: put(scene, scene.exhibitor, 1), 2: put(scene, scene.buyers[0], 2)})
        assert len(winners(results)) <= 1
        refused = [error for error in results.values() if error]
        assert all(isinstance(error, Conflict) for error in refused)


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
                    "cancel": lambda own: meetings.cancel(own, reason="no_time", **by(scene, scene.exhibitor, 0)),
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
