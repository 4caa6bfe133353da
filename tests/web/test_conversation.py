"""Messages, the line to a request, how much a meeting is wanted, keeping away, and reports to the organizer."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import object_session

from matchmaker import clock
from matchmaker.domain.errors import NotAllowed
from matchmaker.domain.fairs import Role
from matchmaker.models import (
    Complaint,
    HistoryEntry,
    Meeting,
    MeetingMessage,
    Notice,
    Participation,
    Representative,
    Veto,
)
from matchmaker.models.engine import begin_writing
from matchmaker.services import fairs, requests, schedule_problem
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """The clock of the pages, which a test may put forward."""
    times = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: times["now"])
    return times


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def exhibitor(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def buyer(factory, fair):
    return factory.participant(fair, role="buyer", name="Kaze Foods", country="JP")


@pytest.fixture
def meeting(factory, exhibitor, buyer):
    return factory.meeting(exhibitor, buyer)


def texts(page, selector):
    return [" ".join(found.get_text(" ").split()) for found in page.select(selector)]


def look(session):
    session.rollback()
    return session


class TestMessages:
    def say(self, client, meeting, text):
        return client.submit(f"/fairs/spring/meetings/{meeting.id}", action="/messages", text=text)

    def test_what_one_side_writes_the_other_reads_and_is_told_once(self, client, exhibitor, buyer, meeting, time):
        session = object_session(meeting)
        session.commit()
        client.sign_in_as(buyer.account)
        for minute, text in enumerate(("Do you have <b>organic</b> tea?", "And samples?")):
            time["now"] = NOW + timedelta(minutes=minute)
            assert self.say(client, meeting, text).status_code == 302
        page = client.sign_in_as(exhibitor.account).page(f"/fairs/spring/meetings/{meeting.id}")
        assert texts(page, "section[aria-labelledby=messages] blockquote p:last-child") == [
            "Do you have <b>organic</b> tea?",
            "And samples?",
        ]
        assert look(session).scalars(select(Notice.kind)).all() == ["meeting_message"]
        assert session.scalars(select(Notice.account_id)).all() == [exhibitor.account.id]

    def test_a_second_tap_is_one_message(self, client, session, buyer, meeting, time):
        session.commit()
        client.sign_in_as(buyer.account)
        for seconds in (0, 5):
            time["now"] = NOW + timedelta(seconds=seconds)
            self.say(client, meeting, "Do you have samples?")
        assert len(look(session).scalars(select(MeetingMessage)).all()) == 1

    def test_before_both_accepted_no_address_and_no_number_is_sent(self, client, session, buyer, meeting):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = self.say(client, meeting, "Write to ken@kaze.example")
        assert answer.status_code == 422
        assert "Leave out addresses, numbers and links." in answer.text
        assert "Write to ken@kaze.example" in answer.text
        assert look(session).scalars(select(MeetingMessage)).all() == []
        begin_writing(look(session))
        session.execute(update(Meeting).values(state="accepted"))
        session.commit()
        assert self.say(client, meeting, "Write to ken@kaze.example").status_code == 302

    @pytest.mark.parametrize(("text", "says"), [("", "Write something first."), ("x" * 501, "at most 500 characters")])
    def test_nothing_and_too_much_are_refused_beside_the_box(self, client, session, buyer, meeting, text, says):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = self.say(client, meeting, text)
        assert (answer.status_code, says in answer.text) == (422, True)

    @pytest.mark.parametrize("state", ["declined", "withdrawn", "expired", "cancelled"])
    def test_what_is_over_is_no_place_to_write(self, client, session, buyer, meeting, state):
        meeting.state = state
        session.commit()
        client.sign_in_as(buyer.account)
        answer = client.post_token(f"/fairs/spring/meetings/{meeting.id}/messages", text="Why?")
        assert answer.status_code == 409
        assert look(session).scalars(select(MeetingMessage)).all() == []

    def test_after_twenty_in_a_day_it_is_enough(self, client, factory, buyer, meeting):
        for number in range(20):
            row = {"meeting_id": meeting.id, "side": "buyer", "account_id": buyer.account.id}
            factory.add(MeetingMessage(text=str(number), at=NOW, **row))
        factory.session.commit()
        client.sign_in_as(buyer.account)
        assert self.say(client, meeting, "One more").status_code == 429

    @pytest.mark.parametrize("address", ["meetings/{id}/messages", "meetings/{id}/grade", "requests/{id}/note"])
    def test_a_third_company_finds_nothing(self, client, factory, fair, meeting, address):
        third = factory.participant(fair)
        factory.session.commit()
        client.sign_in_as(third.account)
        fields = {"text": "Hello", "grade": "must_meet", "note": "Hello"}
        answer = client.post_token(f"/fairs/spring/{address.format(id=meeting.id)}", **fields)
        assert answer.status_code == 404
        assert client.get(f"/fairs/spring/meetings/{meeting.id}/report").status_code == 404


class TestTheLine:
    def test_it_can_be_added_after_asking_and_goes_with_the_mail(self, client, session, factory, exhibitor, buyer):
        session.commit()
        client.sign_in_as(buyer.account)
        client.post_token(f"/fairs/spring/requests/{exhibitor.id}")
        key = look(session).scalar(select(Meeting.id))
        answer = client.submit(f"/fairs/spring/meetings/{key}", action="/note", note="Thirty tonnes a month?")
        assert answer.status_code == 302
        assert look(session).scalar(select(Meeting.note)) == "Thirty tonnes a month?"
        assert [facts["note"] for facts in session.scalars(select(Notice.facts))] == ["Thirty tonnes a month?"]
        page = client.page("/fairs/spring/requests?tab=asked")
        assert texts(page, ".acts a") == ["Change the line Trà Núi Mây"]

    @pytest.mark.parametrize(
        ("note", "says"), [("x" * 251, "at most 250 characters"), ("0912345678", "Leave out addresses")]
    )
    def test_what_may_not_be_sent_is_said_beside_it(self, client, session, buyer, meeting, note, says):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = client.submit(f"/fairs/spring/meetings/{meeting.id}", action="/note", note=note)
        assert (answer.status_code, says in answer.text, note in answer.text) == (422, True, True)
        assert look(session).scalar(select(Meeting.note)) == ""

    def test_contact_is_refused_when_asking_too(self, client, session, exhibitor, buyer):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = client.post_token(f"/fairs/spring/requests/{exhibitor.id}", note="call 0912345678")
        assert answer.status_code == 422
        assert look(session).scalars(select(Meeting)).all() == []

    def test_the_other_side_and_an_answered_request_are_refused(self, client, session, exhibitor, buyer, meeting):
        session.commit()
        address = f"/fairs/spring/requests/{meeting.id}/note"
        assert client.sign_in_as(exhibitor.account).post_token(address, note="x").status_code == 403
        begin_writing(look(session))
        session.execute(update(Meeting).values(state="accepted"))
        session.commit()
        assert client.sign_in_as(buyer.account).post_token(address, note="x").status_code == 409


class TestGrade:
    def test_what_both_must_have_is_placed_first_and_neither_learns_of_the_other(
        self, client, session, exhibitor, buyer, meeting
    ):
        fair_id = meeting.fair_id
        meeting.state = "accepted"
        session.commit()
        weights = []
        for who in (exhibitor, buyer):
            client.sign_in_as(who.account)
            address = f"/fairs/spring/meetings/{meeting.id}"
            assert texts(client.page(address), "section[aria-labelledby=grade] .is-done") == ["Would like"]
            assert client.post_token(f"{address}/grade", grade="must_meet").status_code == 302
            (one,) = schedule_problem.fair_problem(look(session), fair_id=fair_id, now=NOW).problem.meetings
            weights.append((one.weight, one.is_must))
        assert weights == [(2, False), (3, True)]

    def test_an_invented_grade_is_not_taken(self, client, session, buyer, meeting):
        session.commit()
        client.sign_in_as(buyer.account)
        assert client.post_token(f"/fairs/spring/meetings/{meeting.id}/grade", grade="x").status_code == 404


class TestKeepingAway:
    def block(self, client, meeting):
        return client.submit(f"/fairs/spring/meetings/{meeting.id}", action="/block")

    @pytest.mark.parametrize(
        ("state", "asked_by", "becomes"),
        [
            ("requested", "buyer", "declined"),
            ("requested", "exhibitor", "withdrawn"),
            ("accepted", "buyer", "cancelled"),
        ],
    )
    def test_what_is_open_ends_and_neither_can_ask_again(
        self, client, session, exhibitor, buyer, meeting, state, asked_by, becomes
    ):
        meeting.state, meeting.requested_by = state, asked_by
        session.commit()
        client.sign_in_as(exhibitor.account)
        assert self.block(client, meeting).status_code == 302
        assert look(session).scalar(select(Meeting.state)) == becomes
        begin_writing(look(session))
        for who, other in ((buyer, exhibitor), (exhibitor, buyer)):
            me = next(
                one
                for one in fairs.memberships(session, fair_id=who.fair_id, account_id=who.account.id)
                if one.participation_id == who.id
            )
            with pytest.raises(NotAllowed, match="not_available"):
                requests.ask(
                    session,
                    fair=fairs.by_slug(session, slug="spring"),
                    me=me,
                    other_id=other.id,
                    note="",
                    now=NOW + timedelta(days=1),
                )

    def test_it_holds_in_the_other_roles_of_both(self, client, session, factory, fair, exhibitor, buyer, meeting):
        """The one that is kept away sells as well, and the one that keeps it away buys."""
        selling = factory.participation(fair, buyer.company, role=Role.EXHIBITOR)
        buying = factory.participation(fair, exhibitor.company, role=Role.BUYER)
        other = factory.meeting(selling, buying, requested_by=Role.EXHIBITOR)
        session.commit()
        client.sign_in_as(exhibitor.account)
        assert self.block(client, meeting).status_code == 302
        assert look(session).get(Meeting, other.id).state == "declined"
        (me,) = (
            one
            for one in fairs.memberships(session, fair_id=selling.fair_id, account_id=buyer.account.id)
            if one.participation_id == selling.id
        )
        begin_writing(look(session))
        spring = fairs.by_slug(session, slug="spring")
        with pytest.raises(NotAllowed, match="not_available"):
            requests.ask(session, fair=spring, me=me, other_id=buying.id, note="", now=NOW + timedelta(days=1))

    def test_the_company_is_not_told_of_it(self, client, session, exhibitor, buyer, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        self.block(client, meeting)
        told = look(session).execute(select(Notice.account_id, Notice.kind, Notice.facts)).all()
        assert [(who, kind, facts["reason"]) for who, kind, facts in told] == [
            (buyer.account.id, "meeting_declined", "other")
        ]
        page = client.sign_in_as(buyer.account).get("/fairs/spring/requests?tab=answered")
        assert "block" not in page.text.casefold()

    def test_twice_is_once(self, client, session, exhibitor, buyer, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        for _ in range(2):
            assert client.post_token(f"/fairs/spring/companies/{buyer.id}/block").status_code == 302
        assert len(look(session).scalars(select(Veto.reason)).all()) == 1
        assert session.scalars(select(HistoryEntry.action).where(HistoryEntry.action == "company_blocked")).all() == [
            "company_blocked"
        ]

    def test_a_company_of_another_fair_and_ones_own_are_not_there(self, client, factory, exhibitor):
        stranger = factory.participant(factory.fair())
        factory.session.commit()
        client.sign_in_as(exhibitor.account)
        for other in (stranger, exhibitor):
            assert client.post_token(f"/fairs/spring/companies/{other.id}/block").status_code == 404


class TestReports:
    def report(self, client, meeting, **fields):
        return client.submit(f"/fairs/spring/meetings/{meeting.id}/report", **fields)

    def test_the_organizer_reads_it_stops_the_messages_and_lets_them_again(
        self, client, factory, fair, exhibitor, meeting
    ):
        session, organizer = factory.session, factory.organizer(fair)
        session.commit()
        client.sign_in_as(exhibitor.account)
        assert self.report(client, meeting, reason="spam", text="<i>Only</i> selling").status_code == 302
        key = look(session).scalar(select(Complaint.id))
        client.sign_in_as(organizer)
        overview = client.page("/fairs/spring/organizer")
        assert "1 report about a company" in overview.get_text()
        listed = client.page("/fairs/spring/organizer/complaints")
        assert texts(listed, "tbody td")[:3] == ["Kaze Foods", "Trà Núi Mây", "Advertising instead of a meeting"]
        address = f"/fairs/spring/organizer/complaints/{key}"
        assert "<i>Only</i> selling" in client.page(address).get_text()
        for outcome, status in (("muted", 403), ("dismissed", 302)):
            client.sign_in_as(organizer)
            assert client.post_token(address, outcome=outcome).status_code == 302
            client.sign_in_as(self.account_of_buyer(session))
            answer = client.post_token(f"/fairs/spring/meetings/{meeting.id}/messages", text=f"Hello {outcome}")
            assert answer.status_code == status

    def account_of_buyer(self, session):
        look(session)
        return session.scalar(
            select(Representative.account_id)
            .join(Participation, Participation.company_id == Representative.company_id)
            .where(Participation.role == "buyer")
        )

    def test_a_report_without_a_reason_is_refused_and_keeps_the_words(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = self.report(client, meeting, text="They shout")
        assert (answer.status_code, "They shout" in answer.text) == (422, True)
        assert look(session).scalars(select(Complaint)).all() == []

    def test_reporting_again_changes_the_report(self, client, session, exhibitor, meeting):
        session.commit()
        client.sign_in_as(exhibitor.account)
        for reason in ("spam", "insult"):
            self.report(client, meeting, reason=reason)
        assert look(session).scalars(select(Complaint.reason)).all() == ["insult"]

    @pytest.mark.parametrize("who", ["by the third company", "about the third company", "between the two"])
    def test_only_a_report_between_the_two_opens_what_they_wrote(
        self, client, factory, fair, exhibitor, buyer, meeting, who
    ):
        third, organizer = factory.participant(fair, name="Bao Bì Xanh"), factory.organizer(fair)
        sides = {"by the third company": (third, buyer), "about the third company": (buyer, third)}
        by, about = sides.get(who, (buyer, exhibitor))
        complaint = factory.add(
            Complaint(
                fair_id=fair.id, meeting_id=meeting.id, by_id=by.id, about_id=about.id, reason="spam", text="", at=NOW
            )
        )
        meeting.note, meeting.third_id = "Our price list", third.id
        factory.add(MeetingMessage(meeting_id=meeting.id, side="buyer", text="A secret offer", at=NOW))
        address = f"/fairs/spring/organizer/complaints/{complaint.id}"
        factory.session.commit()
        shown = client.sign_in_as(organizer).page(address).get_text()
        is_open = who == "between the two"
        wanted = ("Our price list", "A secret offer", "What the two wrote to each other")
        assert [text in shown for text in wanted] == [is_open] * 3

    def test_another_fairs_organizer_finds_nothing(self, client, factory, exhibitor, meeting):
        session, stranger = factory.session, factory.organizer(factory.fair(slug="autumn"))
        session.commit()
        client.sign_in_as(exhibitor.account)
        self.report(client, meeting, reason="spam")
        key = look(session).scalar(select(Complaint.id))
        client.sign_in_as(stranger)
        address = f"/fairs/autumn/organizer/complaints/{key}"
        assert client.get(address).status_code == 404
        assert client.post_token(address, outcome="muted").status_code == 404
        assert look(session).scalar(select(Complaint.outcome)) == ""


class TestSwitches:
    @pytest.mark.parametrize("where", ["the fair", "the meeting"])
    def test_the_organizer_stops_messages_and_lets_them_go_on(self, client, factory, fair, buyer, meeting, where):
        session, organizer = factory.session, factory.organizer(fair)
        key, writer = meeting.id, buyer.account
        part = f"meetings/{key}/move" if where == "the meeting" else "complaints"
        address = f"/fairs/spring/meetings/{key}"
        session.commit()
        for is_on in (False, True):
            client.sign_in_as(organizer)
            answer = client.submit(f"/fairs/spring/organizer/{part}", action="/messages")
            assert answer.status_code == 302
            shown = client.sign_in_as(writer).page(address)
            assert bool(shown.select("form[action$='/messages']")) is is_on
            answer = client.post_token(f"{address}/messages", text="Organic tea?")
            assert answer.status_code == (302 if is_on else 403)
            assert ("The organizer has stopped them" in answer.text) is not is_on
        assert look(session).scalars(select(MeetingMessage.text)).all() == ["Organic tea?"]
        actions = select(HistoryEntry.action).where(HistoryEntry.action.like("messages_%"))
        assert sorted(session.scalars(actions)) == ["messages_turned_off", "messages_turned_on"]

    def test_another_meeting_goes_on(self, client, factory, fair, buyer, meeting):
        session, organizer = factory.session, factory.organizer(fair)
        other = factory.meeting(factory.participant(fair), buyer)
        key, writer, stopped = other.id, buyer.account, meeting.id
        session.commit()
        client.sign_in_as(organizer)
        client.submit(f"/fairs/spring/organizer/meetings/{stopped}/move", action="/messages")
        client.sign_in_as(writer)
        assert client.post_token(f"/fairs/spring/meetings/{key}/messages", text="Hello").status_code == 302

    def test_a_meeting_of_another_fair_is_not_there(self, client, factory, meeting):
        organizer, key = factory.organizer(factory.fair(slug="autumn")), meeting.id
        factory.session.commit()
        client.sign_in_as(organizer)
        answer = client.post_token(f"/fairs/autumn/organizer/meetings/{key}/messages", on="0")
        assert answer.status_code == 404
