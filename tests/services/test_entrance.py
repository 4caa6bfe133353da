"""What every page of a participant begins with."""

from datetime import timedelta

import pytest

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Phase
from matchmaker.models import HelperGrant
from matchmaker.services import entrance, fairs, meetings
from tests.factories import OPENING

NOW = OPENING + timedelta(minutes=5)


def test_one_statement_gives_the_fair_the_roles_and_what_waits_for_each(factory, session):
    fair, other = factory.fair(slug="spring", phase=Phase.PREFERENCES), factory.fair(slug="autumn")
    mine, asked_by = factory.participant(fair), factory.participant(fair, role="buyer")
    helped = factory.participant(fair, role="buyer", signs_in=False)
    elsewhere = factory.participation(other, mine.company)
    account = mine.account
    factory.add(HelperGrant(company_id=helped.company_id, account_id=account.id, granted_at=OPENING))
    factory.add(HelperGrant(company_id=mine.company_id, account_id=account.id, granted_at=OPENING))
    factory.meeting(mine, asked_by)
    factory.meeting(elsewhere, factory.participant(other, role="buyer"))
    session.flush()
    found = entrance.enter(session, slug="spring", account_id=account.id, now=NOW)
    assert found.fair == fairs.by_slug(session, slug="spring")
    assert found.roles == fairs.memberships(session, fair_id=fair.id, account_id=account.id)
    assert [(role.participation_id, role.is_own) for role in found.roles] == [(mine.id, True), (helped.id, False)]
    assert found.waiting == {mine.id: 1, helped.id: 0}
    assert found.waiting == {
        key: meetings.waiting_count(session, participation_id=key, now=NOW) for key in (mine.id, helped.id)
    }


def test_a_stranger_sees_the_fair_and_holds_no_role(factory, session):
    factory.participant(factory.fair(slug="spring"))
    stranger = factory.account()
    session.flush()
    found = entrance.enter(session, slug="spring", account_id=stranger.id, now=NOW)
    assert (found.fair.slug, found.roles, found.waiting) == ("spring", [], {})


def test_there_is_no_way_into_a_fair_that_is_none(factory, session):
    account = factory.account()
    session.flush()
    with pytest.raises(NotFound):
        entrance.enter(session, slug="none", account_id=account.id, now=NOW)
