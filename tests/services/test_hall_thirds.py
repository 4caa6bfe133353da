"""What a hall's file says of third companies comes over once, and what was answered later holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.domain.fairs import Role
from matchmaker.models import HistoryEntry, Meeting, MeetingAttendee, Notice, Participation, ThirdCompany
from matchmaker.services import hall_file, hall_merge
from matchmaker.services.outcomes import record_held
from tests.services.test_deals import AFTER, Scene

LATER = AFTER + timedelta(hours=5)
ASKED = AFTER - timedelta(hours=2)


@pytest.fixture
def scene(session, factory):
    """A meeting that both machines know, and a company that could be the third in it."""
    scene = Scene(session, factory)
    scene.third = factory.participant(scene.row, role=Role.BUYER, name="Bao Bì Xanh")
    session.commit()
    session.begin()
    return scene


def join(session, scene, *, at=AFTER, third=None, **values):
    third = third or scene.third
    meeting_id = scene.meeting.id
    facts = {"named_by": "buyer", "asked_at": ASKED, "state": "joined", "answered_at": at, **values}
    session.add(ThirdCompany(meeting_id=meeting_id, participation_id=third.id, **facts))
    session.add(MeetingAttendee(meeting_id=meeting_id, representative_id=third.representative.id, side="third"))
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(third_id=third.id))
    session.flush()


def leave(session, state, at):
    session.execute(update(ThirdCompany).values(state=state, answered_at=at))
    session.execute(update(Meeting).values(third_id=None))
    session.execute(MeetingAttendee.__table__.delete().where(MeetingAttendee.side == "third"))


def hall_lines(session, scene, *steps):
    """What a hall's machine hands out after some steps that the main site has not heard of."""
    for step in steps:
        step()
    record_held(session, meeting_id=scene.meeting.id, by=None, now=AFTER)
    session.flush()
    lines = list(hall_file.export(session, fair=scene.fair, now=AFTER))
    session.rollback()
    session.begin()
    return lines


def merge(session, scene, lines):
    done = hall_merge.merge(session, fair=scene.fair, lines=lines, now=LATER)
    session.flush()
    session.expire_all()
    return done


def standing(session):
    """State of the meeting, its third company, what that answered when, whether it was seen, and who sits for it."""
    meeting = session.scalar(select(Meeting))
    row = session.execute(select(ThirdCompany.state, ThirdCompany.answered_at, ThirdCompany.is_present)).one_or_none()
    named = select(MeetingAttendee.representative_id).where(MeetingAttendee.side == "third")
    return meeting.state, meeting.third_id, *(row or ()), session.scalars(named).all()


def test_one_that_joined_in_the_hall_comes_over_once_with_its_person(session, scene):
    lines = hall_lines(session, scene, lambda: join(session, scene, is_present=True))
    assert standing(session) == ("scheduled", None, [])
    done = merge(session, scene, lines)
    assert (dict(done.new), dict(done.errors)) == ({"meeting": 1, "third_company": 1}, {})
    there = ("held", scene.third.id, "joined", AFTER, True, [scene.third.representative.id])
    assert standing(session) == there
    again = merge(session, scene, lines)
    assert (again.new.total(), dict(again.known)) == (0, {"meeting": 1, "third_company": 1})
    assert standing(session) == there
    merged = select(HistoryEntry.subject_id).where(HistoryEntry.action == "third_company_merged")
    assert session.scalars(merged).all() == [scene.meeting.id]


def test_what_a_host_saw_of_one_that_both_machines_know_is_taken_where_nothing_was_said(session, scene):
    join(session, scene)
    session.commit()
    session.begin()
    lines = hall_lines(session, scene, lambda: session.execute(update(ThirdCompany).values(is_present=True)))
    merge(session, scene, lines)
    assert standing(session)[4] is True
    session.execute(update(ThirdCompany).values(is_present=False))
    merge(session, scene, lines)
    assert standing(session)[4] is False


@pytest.mark.parametrize("state", ["left", "withdrawn"])
def test_one_that_left_in_the_hall_is_gone_here(session, scene, state):
    join(session, scene, at=ASKED)
    session.commit()
    session.begin()
    lines = hall_lines(session, scene, lambda: leave(session, state, AFTER))
    merge(session, scene, lines)
    assert standing(session) == ("held", None, state, AFTER, None, [])
    assert merge(session, scene, lines).new.total() == 0


def test_one_that_left_here_later_than_it_joined_there_stays_away(session, scene):
    lines = hall_lines(session, scene, lambda: join(session, scene))
    join(session, scene, at=ASKED)
    leave(session, "left", AFTER + timedelta(minutes=1))
    assert merge(session, scene, lines).new["third_company"] == 0
    assert standing(session) == ("held", None, "left", AFTER + timedelta(minutes=1), None, [])


def test_one_that_was_only_asked_here_joins_as_the_hall_says(session, scene):
    lines = hall_lines(session, scene, lambda: join(session, scene))
    row = ThirdCompany(
        meeting_id=scene.meeting.id, participation_id=scene.third.id, named_by="buyer", asked_at=ASKED, state="asked"
    )
    session.add(row)
    merge(session, scene, lines)
    assert standing(session)[1:3] == (scene.third.id, "joined")


def test_another_company_here_or_one_that_is_unknown_is_named_by_its_line_and_the_rest_is_taken(
    session, scene, factory
):
    other = factory.participant(scene.row, role=Role.BUYER)
    session.commit()
    session.begin()
    lines = hall_lines(session, scene, lambda: join(session, scene))
    join(session, scene, third=other)
    done = merge(session, scene, lines)
    assert list(done.errors.values()) == ["recorded_otherwise"]
    assert standing(session)[:2] == ("held", other.id)
    stranger = [line.replace(str(scene.third.id), str(factory.unknown_id())) for line in lines]
    session.rollback()
    session.begin()
    assert list(merge(session, scene, stranger).errors.values()) == ["unknown_company"]
    assert session.scalar(select(Participation.id).where(Participation.id == scene.third.id)) == scene.third.id


def test_what_another_company_was_asked_here_and_did_not_answer_ends(session, scene, factory):
    other = factory.participant(scene.row, role=Role.BUYER)
    session.commit()
    session.begin()
    lines = hall_lines(session, scene, lambda: join(session, scene))
    asked = {"named_by": "buyer", "asked_at": ASKED, "state": "asked"}
    session.add(ThirdCompany(meeting_id=scene.meeting.id, participation_id=other.id, **asked))
    done = merge(session, scene, lines)
    assert (done.new["third_company"], dict(done.errors)) == (1, {})
    states = session.execute(select(ThirdCompany.participation_id, ThirdCompany.state)).all()
    assert dict(tuple(row) for row in states) == {scene.third.id: "joined", other.id: "withdrawn"}
    told = session.execute(select(Notice.account_id, Notice.facts).where(Notice.kind == "third_company"))
    assert [(account, facts["part"]) for account, facts in told] == [(other.account.id, "withdrawn")]
    assert merge(session, scene, lines).new.total() == 0


def test_a_meeting_that_was_made_in_the_hall_brings_its_third_company(session, scene, factory):
    second = factory.participant(scene.row, role=Role.BUYER)
    session.commit()
    session.begin()

    def make():
        made = factory.meeting(scene.seller, second, state="held", origin="walk_in", third_id=scene.third.id)
        session.add(
            ThirdCompany(
                meeting_id=made.id,
                participation_id=scene.third.id,
                named_by="organizer",
                asked_at=ASKED,
                answered_at=AFTER,
                state="joined",
            )
        )

    done = merge(session, scene, hall_lines(session, scene, make))
    assert (dict(done.new), done.errors) == ({"meeting": 2, "third_company": 1}, {})
    found = select(Meeting.state).where(Meeting.third_id == scene.third.id)
    assert session.scalars(found).all() == ["held"]
