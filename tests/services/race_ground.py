"""What races over meetings share: a small fair, how a round begins, and what must be true after it."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import func, insert, select, update

from matchmaker.domain.fairs import Phase, TimeChoice
from matchmaker.models import Fair, FairPerson, HistoryEntry, Job, Meeting, MeetingAttendee, Notice, Seat, SlotOffer
from matchmaker.models.engine import begin_writing
from matchmaker.services import booking, fairs, meetings
from tests.at_once import USERS
from tests.factories import OPENING

NOW = OPENING - timedelta(days=2)


def race_ground(factory):
    """One exhibitor with two people, a buyer for each racer who agreed to meet it, six slots and a single table."""
    fair = factory.fair(slug="spring", time_choice=TimeChoice.PAIR, phase=Phase.FINAL)
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    colleague = factory.representative(exhibitor.company)
    factory.add(FairPerson(participation_id=exhibitor.id, representative_id=colleague.id))
    buyers = [factory.participant(fair, role="buyer") for _ in range(USERS)]
    organizer = factory.organizer(fair)
    rows = [factory.meeting(exhibitor, buyer, state="accepted") for buyer in buyers]
    elsewhere = factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
    scene = SimpleNamespace(
        fair_id=fair.id,
        slots=[slot.id for slot in factory.slots(fair, 6)],
        tables=[table.id for table in factory.tables(fair, 1)],
        exhibitor=(exhibitor.id, exhibitor.account.id),
        people=(exhibitor.representative.id, colleague.id),
        buyers=[(buyer.id, buyer.account.id) for buyer in buyers],
        organizer=(None, organizer.id),
        accounts=[uuid.uuid4() for _ in range(USERS)],
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
    for table in (Seat, SlotOffer, Notice, HistoryEntry, Job):
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


def cancel(scene, who, number=0):
    return lambda own: meetings.cancel(own, reason="no_time", **by(scene, who, number))


def strangers(factory, scene, count):
    """Agreed meetings of companies that meet nobody else; return their keys."""
    begin_writing(scene.session)
    fair = scene.session.get(Fair, scene.fair_id)
    rows = [
        factory.meeting(factory.participant(fair), factory.participant(fair, role="buyer"), state="accepted")
        for _ in range(count)
    ]
    keys = [row.id for row in rows]
    scene.session.commit()
    return keys


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


def codes(results):
    """What those who lost were told, each code once."""
    return {error.code for error in results.values() if error is not None}


def count_of(scene, table, *conditions):
    scene.session.rollback()
    return scene.session.scalar(select(func.count()).select_from(table).where(*conditions))


ANSWERS = {
    "accept": (meetings.accept, "exhibitor", {}, "accepted"),
    "accept for them": (meetings.accept, "organizer", {}, "accepted"),
    "decline": (meetings.decline, "exhibitor", {"reason": "no_time"}, "declined"),
    "withdraw": (meetings.withdraw, "buyer", {}, "withdrawn"),
}


def answer(scene, name, account_id=None):
    """One of the ANSWERS to the first meeting, by who gives it or another account of the same side."""
    act, who, values, _ = ANSWERS[name]
    side = {"exhibitor": scene.exhibitor, "buyer": scene.buyers[0], "organizer": scene.organizer}[who]
    one = by(scene, (side[0], account_id or side[1]))
    return lambda own: act(own, **one, **values)
