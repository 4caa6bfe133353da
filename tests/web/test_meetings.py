"""Asking, answering and the page of a meeting."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import event, select, update

from matchmaker import clock
from matchmaker.domain.errors import Conflict
from matchmaker.domain.fairs import Acceptance
from matchmaker.domain.meetings import CancelReason, DeclineReason, MeetingState
from matchmaker.extensions import db
from matchmaker.models import Fair, MatchRun, Meeting, Notice, Veto
from matchmaker.models.engine import begin_writing
from matchmaker.services import meetings
from matchmaker.services.leaving import NOT_TAKING_PART
from matchmaker.web.meetings import wording
from tests.factories import OPENING
from tests.mails import composed

NOW = OPENING - timedelta(days=10)
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _ten_days_before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", time_zone="Asia/Ho_Chi_Minh")


@pytest.fixture
def exhibitor(factory, fair):
    row = factory.participant(fair, name="Trà Núi Mây", city="Hà Giang")
    factory.offer(row, text_vi="Trà ô long", text_en="Oolong tea")
    return row


@pytest.fixture
def buyer(factory, fair):
    row = factory.participant(fair, role="buyer", name="Kaze Foods", country="JP", city="Osaka")
    factory.need(row, text_en=None, text_vi="Trà hữu cơ")
    return row


@pytest.fixture
def meeting(factory, exhibitor, buyer):
    return factory.meeting(exhibitor, buyer)


def suggest(factory, exhibitor, buyer):
    run = factory.add(
        MatchRun(fair_id=buyer.fair_id, state="done", version="1", weights={}, coverage={}, started_at=NOW)
    )
    told = {"params": {"languages": ["vi"]}, "contribution": 0.2, "code": "shared_language"}
    both = [{**told, "side": "mine"}, {**told, "side": "theirs", "params": {"languages": ["en"]}}]
    return factory.suggestion(
        exhibitor,
        buyer,
        run_id=run.id,
        score=0.8,
        label="default",
        contributions=[],
        reasons={"exhibitor": both, "buyer": both},
    )


@contextmanager
def queries():
    """Collect the statements that are run inside."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def texts(page, selector):
    return [" ".join(found.get_text(" ").split()) for found in page.select(selector)]


def look(session):
    """Let a session see what the client's requests have written."""
    session.rollback()
    return session


def state_of(session, meeting_id):
    return look(session).scalar(select(Meeting.state).where(Meeting.id == meeting_id))


class TestAsking:
    def ask(self, client, other_id, **fields):
        """Post the one-button form as the suggestions page shows it, with the token of this browser."""
        token = client.page("/fairs/spring/requests").find("input", {"name": "csrf_token"})
        assert token is not None
        address = f"/fairs/spring/requests/{other_id}"
        return client.post(
            address,
            data={"csrf_token": token["value"], **fields},
            headers={"Referer": "http://localhost/fairs/spring/requests?tab=asked"},
        )

    def test_one_tap_asks_and_can_be_undone(self, client, session, exhibitor, buyer):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = self.ask(client, exhibitor.id, note="  Thirty tonnes a month?  ")
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/requests?tab=asked")
        row = look(session).scalars(select(Meeting)).one()
        assert (row.state, row.note, row.buyer_id) == ("requested", "Thirty tonnes a month?", buyer.id)
        page = client.page("/fairs/spring/requests?tab=asked")
        assert texts(page, "[data-say]") == ["You asked Trà Núi Mây for a meeting."]
        undo = page.select_one(".flashes form")
        client.post(undo["action"], data={"csrf_token": undo.find("input")["value"]})
        assert state_of(session, row.id) == "withdrawn"
        assert session.scalars(select(Notice)).all() == []

    def test_a_fair_that_accepts_for_everyone_says_so(self, client, session, fair, exhibitor, buyer):
        fair.acceptance = Acceptance.AUTOMATIC
        session.commit()
        client.sign_in_as(buyer.account)
        self.ask(client, exhibitor.id)
        page = client.page("/fairs/spring/requests")
        said = "You have a meeting with Trà Núi Mây; its time follows with the schedule."
        assert texts(page, "[data-say]") == [said]
        assert look(session).scalar(select(Meeting.state)) == "accepted"

    def test_asking_twice_says_that_there_is_a_request(self, client, session, exhibitor, buyer, monkeypatch):
        session.commit()
        client.sign_in_as(buyer.account)
        self.ask(client, exhibitor.id)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
        answer = self.ask(client, exhibitor.id)
        assert answer.status_code == 409
        assert "There is a request between you already" in answer.text
        assert len(look(session).scalars(select(Meeting)).all()) == 1

    def test_a_veto_reads_like_a_company_that_is_not_there(self, client, factory, exhibitor, buyer):
        factory.add(Veto(participation_id=exhibitor.id, other_company_id=buyer.company_id, reason="competitor", at=NOW))
        factory.session.commit()
        client.sign_in_as(buyer.account)
        answer = self.ask(client, exhibitor.id)
        assert answer.status_code == 403
        assert "It is not available to you at this fair." in answer.text
        assert "veto" not in answer.text.casefold()

    def test_a_message_that_is_too_long_is_not_sent(self, client, session, exhibitor, buyer):
        session.commit()
        client.sign_in_as(buyer.account)
        answer = self.ask(client, exhibitor.id, note="x" * 251)
        assert answer.status_code == 422
        assert "Write at most 250 characters." in answer.text
        assert look(session).scalars(select(Meeting)).all() == []

    def test_a_company_of_another_fair_is_not_found(self, client, factory, buyer):
        stranger = factory.participant(factory.fair())
        factory.session.commit()
        client.sign_in_as(buyer.account)
        assert self.ask(client, stranger.id).status_code == 404
        assert self.ask(client, factory.unknown_id()).status_code == 404

    def test_a_foreign_page_is_not_gone_back_to(self, client, session, exhibitor, buyer):
        session.commit()
        client.sign_in_as(buyer.account)
        token = client.page("/fairs/spring/requests").find("input", {"name": "csrf_token"})["value"]
        answer = client.post(
            f"/fairs/spring/requests/{exhibitor.id}",
            data={"csrf_token": token},
            headers={"Referer": "https://elsewhere.example/fairs/spring/suggestions"},
        )
        assert answer.location == "/fairs/spring/requests?tab=asked"


class TestRequestsPage:
    def test_a_waiting_request_shows_who_why_and_until_when(self, client, factory, exhibitor, buyer):
        suggest(factory, exhibitor, buyer)
        factory.meeting(exhibitor, buyer, note="Thirty tonnes?", expires_at=NOW + timedelta(days=2, hours=1))
        factory.session.commit()
        page = client.sign_in_as(exhibitor.account).page("/fairs/spring/requests")
        assert texts(page, ".seg a") == ["Waiting for you 1", "You asked", "Answered"]
        assert texts(page, ".sug-name h2") == ["Kaze Foods"]
        assert texts(page, ".sug .fit") == ["Strong fit"]
        assert texts(page, ".sug blockquote") == ["Kaze Foods writes Thirty tonnes?"]
        assert texts(page, ".sug q") == ["Trà hữu cơ"]
        assert page.select_one(".sug q")["lang"] == "vi"
        assert texts(page, ".why li") == ["You share a language: Vietnamese", "You share a language: English"]
        assert texts(page, ".sug .when") == ["Expires in 2 days"]

    def test_the_need_that_fits_is_quoted_and_not_the_first_on_the_list(self, client, factory, exhibitor, buyer):
        suggest(factory, exhibitor, buyer).best_pair = {
            "need": "Chè xanh",
            "offer": "Trà ô long",
            "need_versions": {"vi": "Chè xanh", "en": "Green tea"},
        }
        factory.meeting(exhibitor, buyer)
        factory.session.commit()
        page = client.sign_in_as(exhibitor.account).page("/fairs/spring/requests?lang=en")
        assert [(q.get_text(), q["lang"]) for q in page.select(".sug q")] == [("Green tea", "en")]

    def test_a_verified_company_is_marked(self, client, session, factory, exhibitor, buyer):
        other = factory.participant(factory.session.get_one(Fair, exhibitor.fair_id), role="buyer", name="Nordhavn")
        buyer.company.verified_at, buyer.company.verified_as = NOW, f"{buyer.company.name_key}|"
        for one in (buyer, other):
            factory.meeting(exhibitor, one)
        session.commit()
        cards = client.sign_in_as(exhibitor.account).page("/fairs/spring/requests").select(".sug")
        marks = {card.h2.get_text(): texts(card, ".tag-jade") for card in cards}
        assert marks == {"Kaze Foods": ["Verified"], "Nordhavn": []}

    def test_no_name_or_address_of_a_person_stands_on_it(self, client, session, factory, exhibitor, buyer):
        factory.meeting(exhibitor, buyer)
        session.commit()
        answer = client.sign_in_as(exhibitor.account).get("/fairs/spring/requests")
        assert buyer.representative.name not in answer.text
        assert buyer.representative.email not in answer.text

    def test_accepting_is_one_tap(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()
        client.sign_in_as(exhibitor.account)
        answer = client.submit("/fairs/spring/requests", action="/accept")
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/requests")
        assert state_of(session, meeting.id) == "accepted"
        page = client.page("/fairs/spring/requests?tab=answered")
        assert texts(page, ".sug .tag") == ["Accepted"]
        assert page.select_one(".sug .acts a")["href"] == f"/fairs/spring/meetings/{meeting.id}"

    def test_declining_asks_for_the_reason_and_tells_it(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()
        name = f"decline-{meeting.id.hex[:12]}-reason"
        client.sign_in_as(exhibitor.account)
        answer = client.submit("/fairs/spring/requests", action="/decline")
        assert answer.status_code == 422
        assert "Why do you decline to meet Kaze Foods?" in answer.text
        assert state_of(session, meeting.id) == "requested"
        answer = client.submit("/fairs/spring/requests", action="/decline", **{name: "competitor"})
        assert answer.status_code == 302
        row = look(session).get(Meeting, meeting.id)
        assert (row.state, row.close_reason) == ("declined", "competitor")
        page = client.sign_in_as(buyer.account).page("/fairs/spring/requests?tab=answered")
        assert texts(page, ".sug .when") == ["Sun 8 Nov: competitors"]

    def test_an_invented_reason_is_not_taken(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()
        client.sign_in_as(exhibitor.account)
        name = f"decline-{meeting.id.hex[:12]}-reason"
        assert client.submit("/fairs/spring/requests", action="/decline", **{name: "rude"}).status_code == 422
        assert state_of(session, meeting.id) == "requested"

    def test_an_expired_request_can_be_made_again(self, client, session, factory, exhibitor, buyer):
        factory.meeting(exhibitor, buyer, state="expired")
        session.commit()
        client.sign_in_as(buyer.account)
        answer = client.submit("/fairs/spring/requests?tab=answered", action=f"/requests/{exhibitor.id}")
        assert answer.status_code == 302
        assert sorted(look(session).scalars(select(Meeting.state))) == ["expired", "requested"]

    def test_an_answer_that_comes_too_late_says_what_happened(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()
        client.sign_in_as(exhibitor.account)
        page = client.page("/fairs/spring/requests")
        form = page.select_one("form[action$='/accept']")
        begin_writing(look(session))
        session.execute(update(Meeting).values(state="withdrawn"))
        session.commit()
        answer = client.post(form["action"], data={"csrf_token": form.find("input")["value"]})
        assert answer.status_code == 409
        assert "The company that asked has withdrawn this request." in answer.text
        assert state_of(session, meeting.id) == "withdrawn"

    def test_of_two_answers_the_second_is_told_of_the_first(self, client, factory, exhibitor, buyer, monkeypatch):
        """The race that no check before can see: the state changes between reading and writing."""
        session = factory.session
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()

        def lost(*_args, **_values):
            raise Conflict("meeting_moved_on", state=MeetingState.ACCEPTED)

        client.sign_in_as(exhibitor.account)
        monkeypatch.setattr(meetings, "move", lost)
        answer = client.submit("/fairs/spring/requests", action="/accept")
        assert answer.status_code == 409
        assert "This request is accepted already." in answer.text
        assert state_of(session, meeting.id) == "requested"

    @pytest.mark.parametrize(
        ("tab", "title"),
        [
            ("waiting", "No request waits for you"),
            ("asked", "You wait for no answer"),
            ("answered", "No request is answered yet"),
            ("nonsense", "No request waits for you"),
        ],
    )
    def test_an_empty_tab_says_what_will_be_there(self, client, session, buyer, tab, title):
        session.commit()
        page = client.sign_in_as(buyer.account).page(f"/fairs/spring/requests?tab={tab}")
        assert texts(page, ".empty h2") == [title]

    def test_a_full_page_is_cut_and_asks_few_questions(self, client, session, factory, fair, exhibitor):
        for number in range(23):
            other = factory.participant(fair, role="buyer", name=f"Buyer {number}", signs_in=False)
            suggest(factory, exhibitor, other)
            factory.meeting(exhibitor, other, expires_at=NOW + timedelta(hours=number + 1))
        session.commit()
        client.sign_in_as(exhibitor.account)
        with queries() as asked:
            page = client.page("/fairs/spring/requests")
        assert texts(page, ".sug-name h2") == [f"Buyer {number}" for number in range(20)]
        assert len(asked) <= MOST_QUERIES
        assert texts(client.page("/fairs/spring/requests?page=9"), ".sug-name h2") == [
            "Buyer 20",
            "Buyer 21",
            "Buyer 22",
        ]


class TestScope:
    """Another company's and another fair's meeting answer 404, and nothing changes."""

    @pytest.mark.parametrize("who", ["third company", "other fair"])
    @pytest.mark.parametrize("action", ["accept", "decline", "withdraw", "cancel", "meeting"])
    def test_what_is_not_ones_own_is_not_there(self, client, factory, meeting, who, action):
        session = factory.session
        fair = session.get(Fair, meeting.fair_id) if who == "third company" else factory.fair(slug="autumn")
        slug, stranger = fair.slug, factory.participant(fair)
        session.commit()
        client.sign_in_as(stranger.account)
        if action == "meeting":
            assert client.get(f"/fairs/{slug}/meetings/{meeting.id}").status_code == 404
            return
        part = "meetings" if action == "cancel" else "requests"
        token = client.page(f"/fairs/{slug}/requests").find("input", {"name": "csrf_token"})["value"]
        fields = {"reason": "other", f"decline-{meeting.id.hex[:12]}-reason": "other"}
        answer = client.post(f"/fairs/{slug}/{part}/{meeting.id}/{action}", data={"csrf_token": token, **fields})
        assert answer.status_code == 404
        assert state_of(session, meeting.id) == "requested"

    def test_the_asker_cannot_accept_for_the_other_side(self, client, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        factory.session.commit()
        client.sign_in_as(buyer.account)
        token = client.page("/fairs/spring/requests?tab=asked").find("input", {"name": "csrf_token"})["value"]
        answer = client.post(f"/fairs/spring/requests/{meeting.id}/accept", data={"csrf_token": token})
        assert answer.status_code == 403
        assert "This is for the other side to do" in answer.text
        assert state_of(factory.session, meeting.id) == "requested"


class TestMeetingPage:
    def page(self, client, who, meeting):
        return client.sign_in_as(who.account).page(f"/fairs/spring/meetings/{meeting.id}")

    def test_before_both_accept_no_person_of_the_other_side_is_named(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer)
        session.commit()
        page = self.page(client, exhibitor, meeting)
        assert texts(page, "h1") == ["Kaze Foods"]
        assert texts(page, ".tag") == ["Waiting for an answer"]
        assert texts(page, "section[aria-labelledby=theirs] p") == [
            "Names, e-mail and phone are shown once both sides have accepted."
        ]
        assert buyer.representative.name not in page.get_text()
        assert exhibitor.representative.name in page.get_text()

    def test_a_scheduled_meeting_shows_when_where_and_whom(self, client, factory, fair, exhibitor, buyer):
        slot, table = factory.slots(fair)[0], factory.tables(fair)[0]
        buyer.representative.phone, buyer.representative.title_en = "+81 6 1234", "Head of sourcing"
        meeting = factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id, table_id=table.id)
        factory.session.commit()
        page = self.page(client, exhibitor, meeting)
        assert texts(page, ".kv > div") == [
            "When Wed 18 Nov, 09:00–09:25",
            "Where Table A01, Hall A",
            "Language English, Vietnamese",
        ]
        person = buyer.representative
        assert texts(page, "section[aria-labelledby=theirs] .grow") == [
            f"{person.name} Head of sourcing · Vietnamese, English {person.email} · +81 6 1234"
        ]
        assert page.find(string="Record the outcome") is None

    def test_calling_off_wants_a_reason_and_tells_it(self, client, session, factory, exhibitor, buyer):
        meeting = factory.meeting(exhibitor, buyer, state="accepted")
        session.commit()
        client.sign_in_as(buyer.account)
        address = f"/fairs/spring/meetings/{meeting.id}"
        assert client.submit(address, action="/cancel").status_code == 422
        assert state_of(session, meeting.id) == "accepted"
        answer = client.submit(address, action="/cancel", reason="cannot_come")
        assert (answer.status_code, answer.location) == (302, address)
        assert state_of(session, meeting.id) == "cancelled"
        page = client.page(address)
        assert texts(page, ".tag") == ["Called off"]
        assert "Sun 8 Nov: one side can't come to the fair" in page.get_text()
        assert page.select_one("form[action$='/cancel']") is None

    def test_when_its_time_is_over_the_outcome_can_be_recorded(self, client, factory, fair, exhibitor, buyer):
        slot, *_ = factory.slots(fair)
        slot.starts_at, slot.ends_at = NOW - timedelta(minutes=25), NOW
        meeting = factory.meeting(exhibitor, buyer, state="scheduled", slot_id=slot.id)
        factory.session.commit()
        page = self.page(client, exhibitor, meeting)
        link = next(link for link in page.select("a.btn-primary") if "Record the outcome" in link.get_text())
        assert link["href"] == f"/fairs/spring/meetings/{meeting.id}/outcome"
        assert page.select_one("form[action$='/cancel']") is None

    def test_it_asks_few_questions(self, client, factory, exhibitor, buyer):
        suggest(factory, exhibitor, buyer)
        meeting = factory.meeting(exhibitor, buyer, state="accepted")
        factory.session.commit()
        client.sign_in_as(exhibitor.account)
        address = f"/fairs/spring/meetings/{meeting.id}"
        with queries() as asked:
            client.page(address)
        assert len(asked) <= MOST_QUERIES


class TestMail:
    @pytest.mark.parametrize(
        ("kind", "facts", "subject", "says"),
        [
            (
                "meeting_requested",
                {"note": "Thirty <tonnes>?", "hours": 71},
                "<b>Kaze</b> & Sons asks to meet you",
                ["Thirty <tonnes>?", "You can answer within 2 days."],
            ),
            (
                "meeting_requested",
                {"note": "", "hours": 1},
                "<b>Kaze</b> & Sons asks to meet you",
                ["You can answer within 1 hour."],
            ),
            ("meeting_accepted", {}, "Your meeting with <b>Kaze</b> & Sons is agreed", ["You and <b>Kaze</b> & Sons"]),
            (
                "meeting_declined",
                {"reason": "no_answer"},
                "No answer from <b>Kaze</b> & Sons",
                ["<b>Kaze</b> & Sons did not answer your request in time."],
            ),
            (
                "meeting_cancelled",
                {"reason": "cannot_come"},
                "Called off: your meeting with <b>Kaze</b> & Sons",
                ["The meeting with <b>Kaze</b> & Sons is called off: they can't come to the fair."],
            ),
            (
                "meeting_cancelled",
                {"reason": "withdrawn"},
                "<b>Kaze</b> & Sons has withdrawn its request",
                ["<b>Kaze</b> & Sons has withdrawn its request."],
            ),
        ],
    )
    def test_every_message_says_what_happened_in_text_and_html(self, app, kind, facts, subject, says):
        message = composed(app, kind, path="/fairs/spring/requests", company="<b>Kaze</b> & Sons", **facts)
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        assert message["Subject"] == subject
        assert text.startswith("Dear Lan,")
        assert "http://localhost/fairs/spring/requests" in text
        for sentence in says:
            assert sentence in text
            assert sentence not in html or "<" not in sentence
        assert "<b>Kaze</b>" not in html
        assert "&lt;b&gt;Kaze&lt;/b&gt; &amp; Sons" in html


def test_every_code_has_words_in_both_languages(app):
    tables = [
        (wording.DECLINE_REASONS, DeclineReason),
        (wording.CLOSED_BECAUSE[MeetingState.DECLINED], DeclineReason),
        (wording.CLOSED_BECAUSE[MeetingState.CANCELLED], {*CancelReason, NOT_TAKING_PART}),
        (wording.CANCEL_REASONS, CancelReason),
        (wording.STATES, MeetingState),
        (wording.MOVED_ON, MeetingState),
    ]
    for table, codes in tables:
        assert set(table) == set(codes)
    for language in ("vi", "en"):
        with app.test_request_context(), force_locale(language):
            words = [words for table, _ in tables for words in table.values()]
            assert all(str(one[0] if isinstance(one, tuple) else one) for one in words)
