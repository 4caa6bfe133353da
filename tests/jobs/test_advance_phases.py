from datetime import timedelta

from sqlalchemy import select

from matchmaker.domain.fairs import Phase
from matchmaker.jobs import advance_phases, expire_requests
from matchmaker.models import Fair, Notice
from matchmaker.services import fairs, phases
from tests.factories import OPENING


def test_the_timer_moves_a_fair_on_and_who_waits_for_an_answer_hears_of_the_end(session, factory, app):
    fair = factory.fair(slug="spring", phase=Phase.FAIR_DAYS)
    buyer = factory.participant(fair, role="buyer")
    factory.meeting(factory.participant(fair), buyer)
    facts = fairs.by_slug(session, slug="spring")
    phases.set_dates(session, fair=facts, wanted={Phase.FOLLOW_UP: OPENING + timedelta(days=3)}, by=None, now=OPENING)
    session.commit()
    assert advance_phases.run(OPENING + timedelta(days=2)) == 0
    assert advance_phases.run(OPENING + timedelta(days=3)) == 1
    assert advance_phases.run(OPENING + timedelta(days=4)) == 0
    session.rollback()
    assert session.scalar(select(Fair.phase)) == Phase.FOLLOW_UP
    session.rollback()
    assert expire_requests.run(OPENING + timedelta(days=3)) == 1
    session.rollback()
    told = session.execute(select(Notice.account_id, Notice.kind)).all()
    assert told == [(buyer.account.id, "meeting_declined")]
