"""The times that two companies both have free."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import FairPerson, RepresentativeAbsence, Slot
from matchmaker.services.seats import Booking, take_seats
from matchmaker.services.shared_times import shared_times
from tests.factories import OPENING
from tests.query_count import count_queries

BEFORE = OPENING - timedelta(days=5)


@pytest.fixture
def fair(factory):
    row = factory.fair()
    factory.slots(row, 3)
    return row


@pytest.fixture
def me(factory, fair):
    return factory.participant(fair, signs_in=False)


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", signs_in=False)


def slots_of(session, fair):
    return session.scalars(select(Slot).where(Slot.fair_id == fair.id).order_by(Slot.number)).all()


def times(session, me, *others, now=BEFORE):
    return shared_times(session, fair_id=me.fair_id, mine=me.id, others=[one.id for one in others], now=now)


def test_two_who_are_always_free_share_every_slot(session, fair, me, buyer):
    assert times(session, me, buyer) == {buyer.id: [slot.starts_at for slot in slots_of(session, fair)]}


def test_slots_that_have_begun_are_no_longer_offered(session, fair, me, buyer):
    _, second, third = slots_of(session, fair)
    found = times(session, me, buyer, now=second.starts_at - timedelta(minutes=1))
    assert found == {buyer.id: [second.starts_at, third.starts_at]}
    assert times(session, me, buyer, now=second.starts_at) == {buyer.id: [third.starts_at]}


def test_absences_and_taken_seats_of_either_side_are_left_out(factory, session, fair, me, buyer):
    first, second, third = slots_of(session, fair)
    factory.add(RepresentativeAbsence(representative_id=me.representative.id, slot_id=first.id))
    elsewhere = factory.participant(fair, signs_in=False)
    meeting = factory.meeting(elsewhere, buyer, state="scheduled", slot_id=second.id)
    take_seats(session, bookings=[Booking(meeting.id, second.id, (buyer.representative.id,))])
    assert times(session, me, buyer) == {buyer.id: [third.starts_at]}


def test_a_second_person_keeps_the_company_free(factory, session, fair, me, buyer):
    first, *_ = slots_of(session, fair)
    factory.add(RepresentativeAbsence(representative_id=me.representative.id, slot_id=first.id))
    colleague = factory.representative(me.company)
    factory.add(FairPerson(participation_id=me.id, representative_id=colleague.id))
    assert times(session, me, buyer)[buyer.id][0] == first.starts_at


def test_a_company_nobody_comes_for_shares_no_time(factory, session, fair, me):
    absent = factory.participation(fair, role="buyer")
    assert times(session, me, absent) == {absent.id: []}


def test_many_others_cost_as_many_statements_as_one(factory, session, fair, me):
    others = [factory.participant(fair, role="buyer", signs_in=False) for _ in range(6)]
    costs = []
    for asked in (others, others[:1], others):
        with count_queries(db.engine) as sent:
            times(session, me, *asked)
        costs.append(len(sent))
    assert costs == [3, 2, 1]
