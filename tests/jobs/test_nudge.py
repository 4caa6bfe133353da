"""Reminders: to whom, once each, in the digest, and no more than three."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.fairs import ParticipationStatus, Phase
from matchmaker.jobs.nudge import Nudging
from matchmaker.models import Notice
from matchmaker.services import nudging
from tests.factories import OPENING
from tests.mails import written

NOW = OPENING + timedelta(days=5)
DAY = timedelta(days=1)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", name_en="Spring Fair")


@pytest.fixture
def pair(factory, fair):
    """An exhibitor and a buyer who has asked it for a meeting three days ago."""
    exhibitor = factory.participant(fair, name="Trà Núi Mây")
    buyer = factory.participant(fair, role="buyer", name="Kaze Foods")
    factory.meeting(exhibitor, buyer, requested_at=NOW - 3 * DAY)
    return exhibitor, buyer


def queued(session):
    session.rollback()
    rows = session.execute(select(Notice.account_id, Notice.kind).order_by(Notice.created_at, Notice.kind))
    return [tuple(row) for row in rows]


def test_who_lets_a_request_wait_is_reminded_and_who_asked_is_not(app, session, pair):
    session.commit()
    assert Nudging()(NOW) == 1
    assert queued(session) == [(pair[0].account.id, "requests_waiting")]
    [mail] = written(app, session, kind="requests_waiting", now=NOW + DAY)
    assert mail["Subject"] == "1 request waits for your answer"
    assert "http://localhost/fairs/spring/requests" in mail.get_body(("plain",)).get_content()


def test_who_has_none_yet_is_pointed_to_the_suggestions(app, session, factory, fair):
    idle = factory.participant(fair)
    session.commit()
    Nudging()(NOW)
    assert queued(session) == [(idle.account.id, "no_requests_yet")]
    [mail] = written(app, session, kind="no_requests_yet", now=NOW + DAY)
    assert mail["Subject"] == "Whom would you like to meet at Spring Fair?"


def test_three_reminders_are_the_most_however_long_it_waits(session, pair):
    session.commit()
    timer = Nudging()
    for day in range(60):
        timer(NOW + day * DAY)
    assert [kind for _, kind in queued(session)] == ["requests_waiting"] * 3


def test_two_workers_remind_once(session, pair):
    session.commit()
    found = nudging.due(session, now=NOW)
    session.rollback()
    for _ in range(2):
        nudging.remind(session, nudges=found, now=NOW)
    session.commit()
    assert len(queued(session)) == 1


def test_it_looks_once_an_hour(session, pair, monkeypatch):
    session.commit()
    looks = []
    monkeypatch.setattr(nudging, "due", lambda _session, *, now: looks.append(now) or [])
    timer = Nudging()
    for minutes in (0, 1, 59, 60, 61):
        timer(NOW + timedelta(minutes=minutes))
    assert looks == [NOW, NOW + timedelta(hours=1)]


@pytest.mark.parametrize("phase", [Phase.PROFILES, Phase.FOLLOW_UP])
def test_nobody_is_reminded_when_it_leads_nowhere(session, fair, pair, phase):
    fair.phase = phase
    session.commit()
    assert nudging.due(session, now=NOW) == []


def test_a_company_that_is_not_let_in_is_not_reminded(session, factory, fair):
    waiting = factory.participant(fair)
    waiting.status = ParticipationStatus.PENDING
    session.commit()
    assert nudging.due(session, now=NOW) == []
