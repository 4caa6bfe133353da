import pytest

from matchmaker.domain.fairs import Acceptance, Role
from matchmaker.models import MatchRun, Meeting
from tests.factories import OPENING


def listed_pair(factory, fair, *, rank=1):
    seller, buyer = factory.participant(fair), factory.participant(fair, role=Role.BUYER)
    run = factory.add(
        MatchRun(
            fair_id=fair.id,
            state="done",
            version="1",
            weights={},
            coverage={"gini": 0, "top_tenth": 0},
            started_at=OPENING,
        )
    )
    factory.suggestion(
        seller, buyer, run_id=run.id, exhibitor_rank=rank, buyer_rank=rank, score=0.7, label="default", contributions=[]
    )
    return seller, buyer


def test_a_fair_that_accepts_for_everyone_puts_listed_pairs_together_in_one_click(client, factory, session):
    fair = factory.fair(slug="spring", acceptance=Acceptance.AUTOMATIC)
    organizer = factory.organizer(fair)
    listed_pair(factory, fair)
    session.commit()
    client.sign_in_as(organizer)
    for _ in range(2):
        answer = client.post_token("/fairs/spring/organizer/matching/propose")
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/organizer/schedule")
    session.rollback()
    assert [(meeting.state, meeting.origin) for meeting in session.query(Meeting)] == [("accepted", "suggestion")]


@pytest.mark.parametrize(("length", "put_together"), [(2, 0), (3, 1), (12, 1)])
def test_it_is_the_fairs_list_that_is_put_together(client, factory, session, length, put_together):
    fair = factory.fair(slug="spring", acceptance=Acceptance.AUTOMATIC, list_length=length)
    organizer = factory.organizer(fair)
    listed_pair(factory, fair, rank=3)
    session.commit()
    client.sign_in_as(organizer).post_token("/fairs/spring/organizer/matching/propose")
    session.rollback()
    assert session.query(Meeting).count() == put_together


def test_where_each_company_accepts_for_itself_nobody_is_put_together(client, factory, session):
    fair = factory.fair(slug="spring")
    organizer = factory.organizer(fair)
    listed_pair(factory, fair)
    session.commit()
    client.sign_in_as(organizer).post_token("/fairs/spring/organizer/matching/propose")
    session.rollback()
    assert session.query(Meeting).count() == 0
