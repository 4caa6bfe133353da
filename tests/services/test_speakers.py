"""Who is named for each side of a new meeting: by the times they have free, and by language."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import NotFound
from matchmaker.models import FairPerson, MeetingAttendee, RepresentativeAbsence
from matchmaker.services import fairs, line_up, requests, speakers
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


def colleague(factory, participation, **values):
    one = factory.representative(participation.company, account_id=factory.account().id, **values)
    factory.add(FairPerson(participation_id=participation.id, representative_id=one.id))
    return one


def test_free_slots_leave_out_absences_seats_and_what_has_begun(factory, fair):
    exhibitor, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    begun, away, taken, free = factory.slots(fair, 4)
    person = exhibitor.representative.id
    factory.add(RepresentativeAbsence(representative_id=person, slot_id=away.id))
    meeting = factory.meeting(exhibitor, buyer, state="scheduled", slot_id=taken.id)
    take_seats(factory.session, bookings=[Booking(meeting.id, taken.id, (person,))])
    known = speakers.speakers(factory.session, fair_id=fair.id, now=begun.starts_at, participation_ids=[exhibitor.id])
    assert {key: [(one.id, one.free) for one in people] for key, people in known.items()} == {
        exhibitor.id: [(person, 0b100)]
    }
    everyone = speakers.speakers(factory.session, fair_id=fair.id, now=NOW)
    assert [one.free for one in everyone[buyer.id]] == [0b1111]
    assert free.number == 4


def test_the_colleague_who_is_there_at_the_same_times_is_named(factory, fair):
    exhibitor, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    slots = factory.slots(fair, 2)
    for slot in slots:
        factory.add(RepresentativeAbsence(representative_id=exhibitor.representative.id, slot_id=slot.id))
    there = colleague(factory, exhibitor)
    facts = fairs.by_slug(factory.session, slug="spring")
    (me,) = fairs.memberships(factory.session, fair_id=fair.id, account_id=buyer.account.id)
    asked = requests.ask(factory.session, fair=facts, me=me, other_id=exhibitor.id, note="", now=NOW)
    named = select(MeetingAttendee.representative_id).where(
        MeetingAttendee.meeting_id == asked.meeting_id, MeetingAttendee.side == "exhibitor"
    )
    assert factory.session.scalars(named).all() == [there.id]


def test_a_person_who_is_asked_for_is_named_though_another_would_fit_better(factory, fair):
    exhibitor, buyer = factory.participant(fair), factory.participant(fair, role="buyer")
    factory.slots(fair, 1)
    wanted = colleague(factory, exhibitor, title_en="Export manager", languages=["ko"])
    facts = fairs.by_slug(factory.session, slug="spring")
    (me,) = fairs.memberships(factory.session, fair_id=fair.id, account_id=buyer.account.id)
    ask = {"fair": facts, "me": me, "other_id": exhibitor.id, "note": "", "now": NOW}
    for stranger in (buyer.representative.id, factory.representative(exhibitor.company).id):
        with pytest.raises(NotFound), factory.session.begin_nested():
            requests.ask(factory.session, person_id=stranger, **ask)
    asked = requests.ask(factory.session, person_id=wanted.id, **ask)
    named = select(MeetingAttendee.representative_id).where(
        MeetingAttendee.meeting_id == asked.meeting_id, MeetingAttendee.side == "exhibitor"
    )
    assert factory.session.scalars(named).all() == [wanted.id]
    known = line_up.colleagues(factory.session, fair_id=fair.id, me=me, meeting_id=asked.meeting_id)
    assert [one.id for one in known] == [buyer.representative.id]
    (admin,) = fairs.memberships(factory.session, fair_id=fair.id, account_id=exhibitor.account.id)
    switched = {"meeting_id": asked.meeting_id, "representative_ids": [exhibitor.representative.id], "now": NOW}
    line_up.set_people(factory.session, fair_id=fair.id, me=replace(admin, is_admin=True), **switched)
    assert factory.session.scalars(named).all() == [exhibitor.representative.id]
