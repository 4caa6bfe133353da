"""Whom a fair would limit is found without reading the records of everyone."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from matchmaker.domain.attendance import Source
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.reliability import FEWEST, LASTS
from matchmaker.models import CheckIn, Company, Participation, Slot
from matchmaker.services import reliability
from tests.factories import OPENING
from tests.query_count import count_queries

NOW = OPENING + timedelta(days=3)
MEETINGS = 120
STATES = (MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.EXPIRED, MeetingState.DECLINED, MeetingState.SCHEDULED)


@pytest.fixture
def fair(session, factory):
    """Two fairs of the same companies where anything may have happened, much of it to the same few."""
    random = Random(11)
    companies = [factory.company(name=f"Company {n:02d}") for n in range(14)]
    fairs = [factory.fair(slug="now"), factory.fair(slug="before")]
    for fair in fairs:
        slots = factory.slots(fair, 8)
        sides = {
            role: [factory.participation(fair, one, role=role) for one in companies[place::2]]
            for place, role in enumerate(Role)
        }
        for number in range(MEETINGS):
            seller, buyer = (random.choice(sides[role]) for role in (Role.EXHIBITOR, Role.BUYER))
            state = random.choice(STATES)
            slot = random.choice(slots)
            meeting = factory.meeting(
                seller,
                buyer,
                state=state,
                requested_by=random.choice([Role.EXHIBITOR, Role.BUYER]),
                slot_id=slot.id if state in {MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.SCHEDULED} else None,
                is_walk_in=state == MeetingState.HELD and number % 9 == 0,
                no_show_side=random.choice([*Role, "both", None]) if state == MeetingState.NO_SHOW else None,
                answered_at=OPENING if state == MeetingState.DECLINED else None,
                expires_at=OPENING - (LASTS + timedelta(days=1) if number % 11 == 0 else timedelta()),
            )
            for side in Role:
                if random.random() < 0.6 and meeting.slot_id:
                    _see(factory, fair, meeting, session.get(Slot, slot.id), side, random)
    gone = session.scalars(select(Participation).where(Participation.fair_id == fairs[0].id).limit(1)).one()
    gone.status = ParticipationStatus.REFUSED
    session.flush()
    return fairs[0]


def _see(factory, fair, meeting, slot, side, random):
    at = slot.starts_at + timedelta(minutes=random.choice([-10, 0, 3, 12, 20]))
    source = random.choice([Source.HOST, Source.AGENDA, Source.ORGANIZER])
    values = {"side": side, "is_present": random.random() < 0.8, "source": source, "at": at, "recorded_at": at}
    factory.add(CheckIn(fair_id=fair.id, meeting_id=meeting.id, once=f"{side}", **values))


def _every_low_one(session, fair):
    rows = session.execute(
        select(Company.id, Company.name)
        .join(Participation, Participation.company_id == Company.id)
        .where(Participation.fair_id == fair.id, Participation.status == ParticipationStatus.APPROVED)
        .order_by(Company.name)
    ).all()
    found = reliability.records(session, company_ids=[row.id for row in rows], now=NOW)
    return [row.name for row in rows if found[row.id].record.is_low], found


def test_they_are_the_same_as_of_all_records(session, fair):
    low, found = _every_low_one(session, fair)
    assert reliability.low_ones(session, fair_id=fair.id, now=NOW) == low
    assert 0 < len(low) < len(found)
    assert all(len(one.about) >= FEWEST for one in found.values())


def test_two_statements_find_them(session, fair):
    with count_queries(session.get_bind()) as sent:
        reliability.low_ones(session, fair_id=fair.id, now=NOW)
    assert len(sent) == 2


def test_a_fair_whose_companies_kept_everything_reads_no_record(session, factory):
    fair = factory.fair()
    (slot,) = factory.slots(fair, 1)
    factory.meeting(
        factory.participant(fair), factory.participant(fair, role=Role.BUYER), state="held", slot_id=slot.id
    )
    with count_queries(session.get_bind()) as sent:
        assert reliability.low_ones(session, fair_id=fair.id, now=NOW) == []
    assert len(sent) == 1
