"""Requests about data that reach the organizer: in time, done or refused, and never beyond one's own fair."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from matchmaker.domain.errors import Conflict, NotFound, Refused
from matchmaker.domain.privacy.requests import RequestChannel, RequestKind, RequestState
from matchmaker.models import Account, Consent, DataCopy, DataRequest
from matchmaker.services import data_requests
from tests.factories import OPENING

NOW = OPENING
MONDAY = date(2026, 11, 16)


class Desk:
    """An organizer and one participant who asks."""

    def __init__(self, session, factory):
        self.session, self.factory = session, factory
        self.fair = factory.fair(slug="spring")
        self.organizer = factory.organizer(self.fair)
        self.seller = factory.participant(self.fair)
        self.seller.account.email = "lan@example.test"
        session.flush()

    def enter(self, kind=RequestKind.DELETE, email="Lan@example.test", **values):
        return data_requests.enter(
            self.session,
            **{
                "fair_id": self.fair.id,
                "kind": kind,
                "channel": RequestChannel.MAIL,
                "email": email,
                "note": "",
                "received_on": MONDAY,
                "by": self.organizer.id,
                "now": NOW,
                **values,
            },
        )

    def who(self, key):
        return {"fair_id": self.fair.id, "request_id": key, "by": self.organizer.id, "now": NOW}

    def do(self, key, outcome=""):
        return data_requests.do(self.session, **self.who(key), outcome=outcome)

    def one(self, key):
        return data_requests.one(self.session, fair_id=self.fair.id, request_id=key)


@pytest.fixture
def desk(session, factory):
    return Desk(session, factory)


def test_a_request_is_due_by_the_days_of_its_kind(desk):
    one = desk.one(desk.enter())
    assert (one.email, one.state, one.answer_by, one.due_on) == (
        "lan@example.test",
        RequestState.NEW,
        date(2026, 11, 18),
        date(2026, 12, 6),
    )
    assert [one.is_late(day) for day in (date(2026, 11, 18), date(2026, 11, 19))] == [False, True]


def test_an_answered_request_is_late_only_when_it_is_not_done(session, desk):
    key = desk.enter()
    data_requests.answer(session, **desk.who(key))
    one = desk.one(key)
    assert (one.state, one.answered_at) == (RequestState.ANSWERED, NOW)
    assert [one.is_late(day) for day in (date(2026, 12, 6), date(2026, 12, 7))] == [False, True]


def test_what_has_not_come_in_yet_is_refused(desk):
    with pytest.raises(Refused, match="in_the_future"):
        desk.enter(received_on=NOW.date() + timedelta(days=1))


def test_the_list_begins_with_what_is_due_next(session, desk):
    late, early = desk.enter(), desk.enter(received_on=MONDAY - timedelta(days=5))
    closed = desk.enter()
    data_requests.refuse(session, **desk.who(closed), reason="twice")
    assert [one.id for one in data_requests.listed(session, fair_id=desk.fair.id)] == [early, late, closed]


def test_a_request_is_extended_once(session, desk):
    key = desk.enter()
    data_requests.extend(session, **desk.who(key), reason="files on paper")
    assert desk.one(key).due_on == date(2026, 12, 26)
    with pytest.raises(Conflict, match="extended_already"):
        data_requests.extend(session, **desk.who(key), reason="again")


def test_who_asks_to_be_deleted_is_erased_and_the_request_names_nobody(session, desk):
    key, account_id = desk.enter(note="Lan wrote"), desk.seller.account.id
    assert desk.do(key) is RequestKind.DELETE
    assert session.get(Account, account_id) is None
    row = session.execute(select(DataRequest.email, DataRequest.note, DataRequest.state)).one()
    assert tuple(row) == ("", "", RequestState.DONE)


def test_a_copys_link_goes_to_the_person_alone(session, desk):
    desk.do(desk.enter(RequestKind.ACCESS))
    copy = session.scalars(select(DataCopy)).one()
    assert (copy.account_id, copy.email, copy.asked_by) == (
        desk.seller.account.id,
        "lan@example.test",
        desk.organizer.id,
    )


def test_all_standing_consents_at_this_fair_are_withdrawn(session, desk):
    other = desk.factory.fair(slug="other")
    desk.factory.participation(other, desk.seller.company)
    for fair in (desk.fair, other):
        given = {"purpose": "contact", "text_version": "2026-1", "channel": "web", "given_at": NOW}
        session.add(Consent(account_id=desk.seller.account.id, fair_id=fair.id, **given))
    session.flush()
    desk.do(desk.enter(RequestKind.WITHDRAW))
    withdrawn = session.execute(select(Consent.fair_id, Consent.withdrawn_at)).all()
    assert set(withdrawn) == {(desk.fair.id, NOW), (other.id, None)}


def test_what_people_do_themselves_is_noted(desk):
    key = desk.enter(RequestKind.CORRECT)
    desk.do(key, outcome="phone corrected")
    assert (desk.one(key).state, desk.one(key).outcome) == (RequestState.DONE, "phone corrected")


def test_a_closed_request_stays_closed(session, desk):
    key = desk.enter(RequestKind.CORRECT)
    desk.do(key)
    for act in (data_requests.answer, lambda s, **who: data_requests.refuse(s, **who, reason="x")):
        with pytest.raises(Conflict, match="closed_already"):
            act(session, **desk.who(key))


@pytest.mark.parametrize("kind", [RequestKind.ACCESS, RequestKind.WITHDRAW, RequestKind.DELETE])
def test_nobody_of_another_fair_is_reached(session, desk, kind):
    stranger = desk.factory.participant(desk.factory.fair())
    stranger.account.email = "stranger@example.test"
    session.flush()
    with pytest.raises(NotFound, match="nobody_has_it"):
        desk.do(desk.enter(kind, "stranger@example.test"))
    assert data_requests.person_of(session, fair_id=desk.fair.id, email="stranger@example.test") is None


def test_who_is_at_a_fair_of_somebody_else_erases_themselves(session, desk):
    desk.factory.participation(desk.factory.fair(), desk.seller.company)
    with pytest.raises(Conflict, match="elsewhere"):
        desk.do(desk.enter())


def test_nobody_is_erased_by_a_fellow_organizer(session, desk):
    desk.factory.organizer(desk.fair, email="fellow@example.test")
    with pytest.raises(Conflict, match="is_staff"):
        desk.do(desk.enter(email="fellow@example.test"))


def test_a_request_of_another_fair_is_not_there(session, desk):
    key = desk.enter()
    with pytest.raises(NotFound, match="no_such_request"):
        data_requests.one(session, fair_id=desk.factory.fair().id, request_id=key)
