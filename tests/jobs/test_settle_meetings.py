from datetime import timedelta

from matchmaker.domain.attendance import Source
from matchmaker.domain.fairs import Phase, Role
from matchmaker.jobs import settle_meetings
from matchmaker.models import Meeting
from matchmaker.services import fairs
from matchmaker.services.attendance import check_in
from tests.factories import OPENING

END = OPENING + timedelta(minutes=25)


def test_who_waited_alone_until_the_end_was_missed(session, factory):
    fair = factory.fair(phase=Phase.FAIR_DAYS)
    (slot,) = factory.slots(fair, 1)
    meeting = factory.meeting(
        factory.participant(fair), factory.participant(fair, role=Role.BUYER), state="scheduled", slot_id=slot.id
    )
    check_in(
        session,
        fair=fairs.by_slug(session, slug=fair.slug),
        meeting_id=meeting.id,
        side=Role.BUYER,
        is_present=True,
        source=Source.AGENDA,
        by=None,
        at=OPENING,
        once="a",
        now=OPENING,
    )
    session.commit()

    assert settle_meetings.run(END - timedelta(minutes=1)) == 0
    assert settle_meetings.run(END) == 1
    assert settle_meetings.run(END + timedelta(minutes=1)) == 0

    session.expire_all()
    assert session.get(Meeting, meeting.id).no_show_side == "exhibitor"
