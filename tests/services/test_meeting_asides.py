"""What a meeting's page reads beside it in one statement is what each part's own statement gives."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from matchmaker.domain.fairs import Role
from matchmaker.models import Fair, Meeting, MeetingMessage, ThirdCompany
from matchmaker.services import conversation, meeting_asides, message_switches, third_companies
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture
def scene(session, factory):
    fair = factory.fair()
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    others = [factory.participant(fair, name=f"Third {n}") for n in range(3)]
    meeting, quiet = factory.meeting(seller, buyer), factory.meeting(others[0], buyer)
    session.flush()
    return SimpleNamespace(**{name: value for name, value in locals().items() if name != "factory"})


def ask(scene, third, state, minutes):
    at = NOW + timedelta(minutes=minutes)
    scene.session.add(
        ThirdCompany(
            meeting_id=scene.meeting.id, participation_id=third.id, state=state, named_by="exhibitor", asked_at=at
        )
    )
    scene.session.flush()


def say(scene, count):
    for n in range(count):
        scene.session.add(
            MeetingMessage(
                meeting_id=scene.meeting.id,
                account_id=scene.seller.account.id,
                side=Role.EXHIBITOR if n % 3 else Role.BUYER,
                text=f"line {n}",
                at=NOW + timedelta(minutes=n // 2),
            )
        )
    scene.session.flush()


def look(scene):
    """Hold all three against their own statements, for both meetings."""
    for one in (scene.meeting, scene.quiet):
        found = meeting_asides.asides_of(scene.session, meeting_id=one.id)
        assert found.third == third_companies.third_of(scene.session, meeting_id=one.id)
        assert found.said == conversation.messages_of(scene.session, meeting_id=one.id)
        assert found.has_messages is message_switches.are_on(scene.session, meeting_id=one.id)
    return meeting_asides.asides_of(scene.session, meeting_id=scene.meeting.id)


def test_nothing_stands_beside_a_new_meeting(scene):
    found = look(scene)
    assert (found.third, found.said, found.has_messages) == (None, [], True)


def test_of_several_that_were_asked_the_last_is_shown_and_one_that_sits_there_before_it(scene):
    first, second, third = scene.others
    ask(scene, first, "declined", 1)
    ask(scene, second, "declined", 2)
    assert look(scene).third.name == "Third 1"
    scene.session.execute(update(ThirdCompany).where(ThirdCompany.participation_id == first.id).values(state="joined"))
    assert look(scene).third.name == "Third 0"
    ask(scene, third, "withdrawn", 3)
    assert look(scene).third.name == "Third 0"


@pytest.mark.parametrize("count", [1, 5, conversation.SHOWN + 3])
def test_the_newest_messages_stand_in_order_also_beside_a_third_company(scene, count):
    ask(scene, scene.others[0], "asked", 1)
    say(scene, count)
    assert len(look(scene).said) == min(count, conversation.SHOWN)


@pytest.mark.parametrize("kind", [Fair, Meeting])
def test_messages_that_are_off_at_the_fair_or_in_the_meeting_are_off(scene, kind):
    row = scene.fair if kind is Fair else scene.meeting
    scene.session.execute(update(kind).where(kind.id == row.id).values(has_messages=False))
    say(scene, 2)
    found = look(scene)
    assert not found.has_messages
    assert len(found.said) == len(scene.session.scalars(select(MeetingMessage.id)).all())
