"""Meetings in one's own calendar: files in mails, downloads, and the private address."""

from datetime import timedelta

import pytest
import vobject
from sqlalchemy import select

from matchmaker import clock
from matchmaker.models import Account, CalendarFeed, Meeting, MeetingAttendee
from matchmaker.models.engine import begin_writing
from matchmaker.services import meetings
from matchmaker.signed_links import signed
from tests.factories import OPENING
from tests.mails import written

NOW = OPENING - timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def me(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def meeting(factory, fair, me):
    """A scheduled meeting with a buyer whose name tries to be more than a name."""
    buyer = factory.participant(fair, role="buyer", name="Kaze; Foods, BEGIN:VEVENT")
    slots, tables = factory.slots(fair), factory.tables(fair)
    return factory.meeting(
        me, buyer, state="scheduled", slot_id=slots[0].id, table_id=tables[0].id, answered_at=NOW, changed_at=NOW
    )


@pytest.fixture
def subscribed(client, session, me, meeting):
    """The path of the participant's private address."""
    session.commit()
    client.sign_in_as(me.account)
    client.submit("/calendar", action="/calendar")
    address = client.page("/calendar").select_one("#address")["value"]
    return address.removeprefix("http://localhost")


def writing(session, row):
    """Begin to write and return the key of a row."""
    key = row.id
    session.rollback()
    begin_writing(session)
    return key


def events(answer):
    return vobject.readOne(answer.get_data(as_text=True)).contents.get("vevent", [])


class TestAddress:
    def test_a_calendar_follows_it_without_signing_in(self, app, subscribed):
        answer = app.test_client().get(subscribed)
        [entry] = events(answer)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert entry.summary.value == "Meeting with Kaze; Foods, BEGIN:VEVENT"
        assert entry.location.value == "Table A01, Hall A, Hanoi"
        assert entry.dtstart.value == OPENING

    def test_it_names_no_person(self, app, session, subscribed, meeting):
        text = app.test_client().get(subscribed).get_data(as_text=True)
        assert "Representative" not in text
        assert "@example.test" not in text

    def test_who_has_seen_this_state_gets_no_body_and_who_has_not_gets_the_new_one(
        self, app, session, subscribed, meeting
    ):
        calendar = app.test_client()
        first = calendar.get(subscribed)
        again = calendar.get(subscribed, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, first.headers["Cache-Control"]) == (304, b"", "private, no-cache")
        key = writing(session, meeting)
        session.get(Meeting, key).changed_at = NOW + timedelta(minutes=1)
        session.commit()
        changed = calendar.get(subscribed, headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200
        assert int(events(changed)[0].sequence.value) > int(events(first)[0].sequence.value)

    def test_a_called_off_meeting_vanishes_from_it(self, app, session, subscribed, meeting):
        key = writing(session, meeting)
        session.get(Meeting, key).state = "cancelled"
        session.commit()
        assert events(app.test_client().get(subscribed)) == []

    def test_a_new_address_voids_the_old_and_voiding_voids_both(self, app, client, session, subscribed):
        client.submit("/calendar", action="/calendar")
        newer = client.page("/calendar").select_one("#address")["value"].removeprefix("http://localhost")
        calendar = app.test_client()
        assert [calendar.get(path).status_code for path in (subscribed, newer)] == [404, 200]
        client.submit("/calendar", action="/calendar/void")
        assert calendar.get(newer).status_code == 404

    def test_after_removal_it_is_dead(self, app, session, subscribed, me):
        key = writing(session, me.account)
        session.get(Account, key).is_active = False
        session.commit()
        assert app.test_client().get(subscribed).status_code == 404

    def test_it_can_neither_be_guessed_nor_made_from_another_link(self, app, session, subscribed):
        session.rollback()
        key = session.scalar(select(CalendarFeed.id))
        secret = app.config["SECRET_KEY"]
        wrong = [
            signed(secret=secret, purpose="sign_in", subject=key),
            signed(secret="another secret", purpose="calendar", subject=key),
            str(key),
        ]
        calendar = app.test_client()
        assert [calendar.get(f"/calendar/{token}.ics").status_code for token in wrong] == [404] * 3


class TestFile:
    def test_a_meeting_is_downloaded_as_a_file(self, client, session, me, meeting):
        session.commit()
        answer = client.sign_in_as(me.account).get(f"/fairs/spring/meetings/{meeting.id}/calendar.ics")
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="meeting-')
        assert events(answer)[0].uid.value == f"{meeting.id}@localhost"

    def test_another_company_does_not_find_it(self, client, session, factory, fair, meeting):
        other = factory.participant(fair)
        session.commit()
        answer = client.sign_in_as(other.account).get(f"/fairs/spring/meetings/{meeting.id}/calendar.ics")
        assert answer.status_code == 404

    def test_a_meeting_without_a_time_has_none(self, client, session, factory, fair, me):
        meeting = factory.meeting(me, factory.participant(fair, role="buyer"), state="accepted")
        session.commit()
        answer = client.sign_in_as(me.account).get(f"/fairs/spring/meetings/{meeting.id}/calendar.ics")
        assert answer.status_code == 404


def test_the_mail_about_a_called_off_meeting_takes_it_out_of_the_calendar(app, session, me, meeting):
    acting = {"fair_id": me.fair_id, "meeting_id": meeting.id, "participation_id": me.id}
    meetings.cancel(session, reason="no_time", by=me.account.id, now=NOW, **acting)
    session.commit()
    [mail] = written(app, session, kind="meeting_cancelled")
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = vobject.readOne(part.get_content())
    assert (part.get_param("method"), calendar.method.value) == ("CANCEL", "CANCEL")
    assert (calendar.vevent.status.value, calendar.vevent.uid.value) == ("CANCELLED", f"{meeting.id}@localhost")
    assert calendar.vevent.summary.value == "Meeting with Trà Núi Mây"


def test_with_a_third_company_all_three_calendars_name_the_others(client, session, factory, fair, me, meeting):
    third = factory.participant(fair, name="Bao Bì Xanh")
    meeting.third_id = third.id
    factory.add(MeetingAttendee(meeting_id=meeting.id, representative_id=third.representative.id, side="third"))
    accounts = {"main": me.account.id, "third": third.account.id}
    path = f"/fairs/spring/meetings/{meeting.id}/calendar.ics"
    session.commit()
    summaries = {}
    for who, account in accounts.items():
        client.sign_in_as(account)
        [entry] = events(client.get(path))
        summaries[who] = entry.summary.value
    assert summaries == {
        "main": "Meeting with Kaze; Foods, BEGIN:VEVENT, Bao Bì Xanh",
        "third": "Meeting with Trà Núi Mây, Kaze; Foods, BEGIN:VEVENT",
    }
