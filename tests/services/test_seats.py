"""Seats: taken once, all or none, whoever comes at the same time."""

import threading
import uuid

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict
from matchmaker.extensions import db
from matchmaker.models import Meeting, Seat
from matchmaker.models.engine import begin_writing
from matchmaker.services.seats import Booking, free_seats, take_seats

RACERS = 8


@pytest.fixture
def hall(factory, session):
    """A fair with an exhibitor, several buyers, two slots, a table and a meeting for each buyer."""
    fair = factory.fair()
    exhibitor = factory.participant(fair)
    buyers = [factory.participant(fair, role="buyer") for _ in range(RACERS)]
    meetings = [factory.meeting(exhibitor, buyer, state="accepted") for buyer in buyers]
    slots, (table, other_table) = factory.slots(fair, 2), factory.tables(fair)
    return {
        "seller": exhibitor.representative.id,
        "buyers": [buyer.representative.id for buyer in buyers],
        "meetings": [meeting.id for meeting in meetings],
        "slots": [slot.id for slot in slots],
        "tables": [table.id, other_table.id],
    }


def booking(hall, number=0, *, slot=0, table=0, seller=True):
    people = (hall["seller"],) if seller else ()
    return Booking(
        hall["meetings"][number],
        hall["slots"][slot],
        (*people, hall["buyers"][number]),
        None if table is None else hall["tables"][table],
    )


def seats_of(session):
    rows = session.execute(select(Seat.kind, Seat.resource_id, Seat.slot_id, Seat.meeting_id))
    return sorted(tuple(row) for row in rows)


def test_a_booking_takes_one_seat_for_everyone_and_everything(hall, session):
    interpreter = uuid.uuid4()
    people = (hall["seller"], hall["buyers"][0])
    slot, meeting = hall["slots"][0], hall["meetings"][0]
    take_seats(session, bookings=[Booking(meeting, slot, people, hall["tables"][0], interpreter)])
    assert seats_of(session) == sorted(
        [
            ("interpreter", interpreter, slot, meeting),
            ("representative", people[0], slot, meeting),
            ("representative", people[1], slot, meeting),
            ("table", hall["tables"][0], slot, meeting),
        ]
    )


def test_who_is_taken_is_refused_and_nothing_of_that_booking_stays(hall, session):
    take_seats(session, bookings=[booking(hall, 0)])
    before = seats_of(session)
    with pytest.raises(Conflict) as caught:
        take_seats(session, bookings=[booking(hall, 1, table=1)])
    assert (caught.value.code, caught.value.facts) == ("slot_taken", {"kinds": ("representative",)})
    assert seats_of(session) == before


def test_a_taken_table_is_named(hall, session):
    take_seats(session, bookings=[booking(hall, 0)])
    with pytest.raises(Conflict) as caught:
        take_seats(session, bookings=[booking(hall, 1, seller=False)])
    assert caught.value.facts == {"kinds": ("table",)}


def test_many_bookings_are_taken_together_or_not_at_all(hall, session):
    clash = [booking(hall, 0), booking(hall, 1, slot=1), booking(hall, 2, slot=1, table=1)]
    with pytest.raises(Conflict):
        take_seats(session, bookings=clash)
    assert seats_of(session) == []
    take_seats(session, bookings=clash[:2])
    assert len(seats_of(session)) == 6


def test_the_work_done_before_a_refusal_is_kept(hall, session):
    take_seats(session, bookings=[booking(hall, 0)])
    meeting = session.get(Meeting, hall["meetings"][1])
    meeting.note = "kept"
    session.flush()
    with pytest.raises(Conflict):
        take_seats(session, bookings=[booking(hall, 1)])
    session.expire_all()
    assert session.get(Meeting, hall["meetings"][1]).note == "kept"


def test_an_unknown_slot_is_not_mistaken_for_a_taken_one(hall, session):
    with pytest.raises(IntegrityError):
        take_seats(session, bookings=[Booking(hall["meetings"][0], uuid.uuid4(), (hall["seller"],))])


def test_freed_seats_can_be_taken_by_others(hall, session):
    take_seats(session, bookings=[booking(hall, 0)])
    assert free_seats(session, meeting_ids=[hall["meetings"][0]]) == 3
    take_seats(session, bookings=[booking(hall, 1)])
    assert {meeting for *_, meeting in seats_of(session)} == {hall["meetings"][1]}


def test_nothing_to_take_and_nothing_to_free_is_no_fault(session):
    take_seats(session, bookings=[])
    assert free_seats(session, meeting_ids=[]) == 0


def race(app, act):
    """Let several threads act at once, each in a session of its own; return what each of them got."""
    start, results = threading.Barrier(RACERS), [None] * RACERS

    def run(number):
        with app.app_context(), db.sessionmaker() as own:
            start.wait()
            begin_writing(own)
            try:
                act(own, number)
                own.commit()
            except Conflict as error:
                own.rollback()
                results[number] = error.code
            else:
                results[number] = "taken"

    threads = [threading.Thread(target=run, args=(number,)) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_who_want_the_same_table_at_once_exactly_one_gets_it(app, hall, session):
    session.commit()
    results = race(app, lambda own, number: take_seats(own, bookings=[booking(hall, number)]))
    winner = results.index("taken")
    assert sorted(results) == ["slot_taken"] * (RACERS - 1) + ["taken"]
    assert {meeting for *_, meeting in seats_of(session)} == {hall["meetings"][winner]}
    assert len(seats_of(session)) == 3


def test_without_the_key_everyone_who_looked_first_would_have_taken_it(app, hall, session):
    """The control: the same race, where each looks whether the table is free and then takes it under a key of its own.

    All look before anyone takes, which is what the clock decides otherwise. On SQLite the second writer waits until
    the first one is done, so there they look outside the writing transaction, as a page does that shows free tables.
    """
    session.commit()
    looked = threading.Barrier(RACERS)

    def look_then_take(own, number):
        own.rollback()
        slot, table = hall["slots"][0], hall["tables"][0]
        is_taken = own.scalar(select(Seat.kind).where(Seat.slot_id == slot, Seat.kind.startswith("table")))
        own.rollback()
        looked.wait()
        begin_writing(own)
        if is_taken:
            raise Conflict("slot_taken")
        own.execute(
            insert(Seat).values(
                kind=f"table {number}", resource_id=table, slot_id=slot, meeting_id=hall["meetings"][number]
            )
        )

    assert race(app, look_then_take) == ["taken"] * RACERS
    assert len({meeting for *_, meeting in seats_of(session)}) == RACERS
