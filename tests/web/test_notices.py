"""What someone was told, what they choose to be told, stopping mail, and the organizer's view of a fair's mail."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.notices.kinds import CHOOSABLE, Pace
from matchmaker.extensions import db
from matchmaker.models import Consent, Mail, Notice
from matchmaker.services import notice_choices, notices, outbox
from matchmaker.services.notice_choices import Choice
from matchmaker.signed_links import signed, signed_parts
from matchmaker.web.notices.forms import ChoicesForm, rows_as_chosen, rows_of
from tests.query_count import count_queries

NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring", name_en="Spring Fair")


@pytest.fixture
def me(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


def tell(session, account, *, once="a", kind="meeting_accepted", fair=None, **facts):
    notices.queue(
        session,
        account_id=account.id,
        kind=kind,
        once=once,
        now=NOW,
        fair_id=fair.id if fair else None,
        **{"path": "/fairs/spring/agenda", "company": "Kaze <b>Foods</b>", **facts},
    )


def stop_address(app, account, *kinds):
    secret = app.config["SECRET_KEY"]
    return f"/unsubscribe/{signed_parts(secret=secret, purpose='stop', parts=[account.id.hex, ' '.join(kinds)])}"


def mailed(session, account):
    return {choice.kind.code: choice.pace.value for choice in notice_choices.choices_of(session, account_id=account.id)}


class TestReading:
    def test_notices_stand_newest_first_in_words_and_are_counted_in_the_frame(self, client, session, fair, me):
        tell(session, me.account, fair=fair)
        session.commit()
        page = client.sign_in_as(me.account).page("/notices?lang=en")
        assert [button.get_text() for button in page.select(".told")] == [
            "Your meeting with Kaze <b>Foods</b> is agreed"
        ]
        assert page.select_one(".notices p").get_text() == "10 Nov 2026, 10:00"
        assert page.select_one(".bell .count").get_text() == "11 new"

    def test_opening_one_marks_it_as_read_and_leads_to_what_it_is_about(self, client, session, fair, me):
        tell(session, me.account, fair=fair)
        session.commit()
        client.sign_in_as(me.account)
        answer = client.submit("/notices", action="/open")
        assert answer.location == "/fairs/spring/agenda"
        assert client.page("/notices").select_one(".bell .count") is None

    def test_nobody_opens_anothers_notice(self, client, session, factory, fair, me):
        other = factory.account()
        tell(session, other, fair=fair)
        session.commit()
        notice_id = session.scalar(select(Notice.id))
        client.sign_in_as(me.account)
        assert client.post_token(f"/notices/{notice_id}/open").status_code == 404
        session.rollback()
        assert notices.page_of(session, account_id=other.id, now=NOW).unread == 1

    def test_all_are_marked_as_read_at_once_and_only_ones_own(self, client, session, factory, fair, me):
        other = factory.account()
        for number, account in enumerate((me.account, me.account, other)):
            tell(session, account, once=f"{number}", fair=fair)
        session.commit()
        client.sign_in_as(me.account).submit("/notices", action="/notices/read")
        session.rollback()
        counts = [notices.page_of(session, account_id=account.id, now=NOW).unread for account in (me.account, other)]
        assert counts == [0, 1]

    def test_a_path_that_leads_to_another_site_leads_to_the_list(self, client, session, fair, me):
        tell(session, me.account, fair=fair, path="//evil.example")
        session.commit()
        assert client.sign_in_as(me.account).submit("/notices", action="/open").location == "/notices"

    def test_it_asks_few_questions_whatever_their_number(self, client, session, fair, me):
        for number in range(40):
            tell(session, me.account, once=f"{number}", fair=fair)
        session.commit()
        client.sign_in_as(me.account)
        with client.application.app_context(), count_queries(db.engine) as asked:
            client.page("/notices")
        assert len(asked) <= 6

    def test_without_any_the_page_says_what_will_be_there(self, client, session, me):
        session.commit()
        assert "Nothing to read yet" in client.sign_in_as(me.account).page("/notices?lang=en").get_text()


class TestChoosing:
    def test_the_page_keeps_what_is_chosen(self, client, session, fair, me):
        session.commit()
        client.sign_in_as(me.account)
        answer = client.submit("/notices/choices", mail_meeting_accepted="at_once", mail_meeting_declined="off")
        assert answer.location == "/notices/choices"
        session.rollback()
        chosen = mailed(session, me.account)
        assert (chosen["meeting_accepted"], chosen["meeting_declined"], chosen["meeting_requested"]) == (
            "at_once",
            "off",
            "digest",
        )

    def test_who_wants_a_kind_not_on_screen_does_not_see_it(self, client, session, fair, me):
        notice_choices.choose(
            session,
            account_id=me.account.id,
            kind="meeting_accepted",
            is_on_screen=False,
            pace=notice_choices.Pace.DIGEST,
            now=NOW,
        )
        tell(session, me.account, fair=fair)
        session.commit()
        assert client.sign_in_as(me.account).page("/notices").select(".told") == []

    def test_the_rows_of_an_opened_page_are_those_of_a_form_with_the_same_choices(self, app):
        stored = [Choice(kind, number % 2 == 0, list(Pace)[number % 3]) for number, kind in enumerate(CHOOSABLE)]
        for lang in ("vi", "en"):
            with app.test_request_context(f"/notices/choices?lang={lang}"):
                assert rows_as_chosen(stored) == rows_of(ChoicesForm.of(stored))

    def test_what_one_chose_stands_on_their_page_alone(self, client, session, factory, fair, me):
        other = factory.participant(fair, name="Kaze Foods")
        notice_choices.choose(
            session, account_id=other.account.id, kind="meeting_moved", is_on_screen=False, pace=Pace.OFF, now=NOW
        )
        session.commit()
        for person, pace, is_on_screen in ((other, "off", False), (me, "at_once", True)):
            page = client.sign_in_as(person.account).page("/notices/choices")
            assert page.select_one("#mail_meeting_moved option[selected]")["value"] == pace
            assert page.select_one("#screen_meeting_moved").has_attr("checked") is is_on_screen

    def test_advertising_is_not_mixed_with_other_mail(self, client, session, me):
        session.commit()
        client.sign_in_as(me.account)
        answer = client.submit("/notices/choices?lang=en", mail_fair_news="digest")
        assert answer.status_code == 422
        assert "Choose how you want to be told." in answer.get_data(as_text=True)


class TestStopping:
    def test_opening_the_link_changes_nothing_and_its_button_stops_that_kind_alone(self, app, client, session, me):
        session.commit()
        address = stop_address(app, me.account, "meeting_accepted")
        before = mailed(session, me.account)
        session.rollback()
        assert client.page(f"{address}?lang=en").h1.get_text() == "Stop this mail?"
        assert mailed(session, me.account) == before
        session.rollback()
        assert client.submit(address).status_code == 200
        session.rollback()
        assert mailed(session, me.account) == {**before, "meeting_accepted": "off"}

    def test_a_slip_is_taken_back_on_the_page(self, app, client, session, me):
        session.commit()
        address = stop_address(app, me.account, "meeting_accepted")
        client.submit(address)
        client.post(address, data={"again": "1"})
        session.rollback()
        assert mailed(session, me.account)["meeting_accepted"] == "digest"

    def test_a_link_made_for_something_else_stops_nothing(self, app, client, session, me):
        session.commit()
        secret, parts = app.config["SECRET_KEY"], [me.account.id.hex, "meeting_accepted"]
        wrong = [
            signed_parts(secret=secret, purpose="answer", parts=parts),
            signed_parts(secret="another secret", purpose="stop", parts=parts),
            signed(secret=secret, purpose="stop", subject=me.account.id),
            signed_parts(secret=secret, purpose="stop", parts=[*parts, "more"]),
        ]
        assert {client.post(f"/unsubscribe/{token}").status_code for token in wrong} == {404}
        session.rollback()
        assert mailed(session, me.account)["meeting_accepted"] == "digest"

    def test_an_essential_kind_is_not_stopped_whatever_the_link_says(self, app, client, session, me):
        session.commit()
        assert client.post(stop_address(app, me.account, "sign_in_link")).status_code == 200
        notices.queue(session, account_id=me.account.id, kind="sign_in_link", once="l", now=NOW, link_id="x")
        assert session.scalar(select(Notice.send_at)) == NOW

    def test_after_removal_the_link_is_dead(self, app, client, session, me):
        me.account.is_active = False
        session.commit()
        assert client.get(stop_address(app, me.account, "meeting_accepted")).status_code == 404


class TestMailOfAFair:
    @pytest.fixture
    def lost(self, session, factory, fair, me):
        """A mail of the fair that was given up."""
        tell(session, me.account, fair=fair)
        outbox.collect(session, now=NOW.replace(hour=4))
        mail = session.scalar(select(Mail))
        mail.state, mail.failure = "given_up", "550 no such <mailbox>"
        session.flush()
        return mail

    def test_the_organizer_sees_what_did_not_arrive_and_sends_it_again(self, client, session, factory, fair, lost):
        organizer = factory.organizer(fair)
        session.commit()
        client.sign_in_as(organizer)
        page = client.page("/fairs/spring/organizer/mail?lang=en")
        assert "The mail server said: 550 no such <mailbox>" in page.get_text()
        assert "1 mail did not arrive" in client.page("/fairs/spring/organizer").get_text()
        answer = client.submit("/fairs/spring/organizer/mail", action="/again")
        assert answer.location == "/fairs/spring/organizer/mail"
        session.rollback()
        assert session.scalar(select(Mail.state)) == "waiting"

    def test_mail_of_another_fair_is_not_to_be_found(self, client, session, factory, fair, lost):
        other = factory.fair(slug="autumn")
        organizer = factory.organizer(other)
        session.commit()
        client.sign_in_as(organizer)
        assert "550" not in client.page("/fairs/autumn/organizer/mail").get_text()
        assert client.post_token(f"/fairs/autumn/organizer/mail/{lost.id}/again").status_code == 404

    def test_news_goes_to_those_who_agreed_once(self, client, session, factory, fair, me):
        organizer, agreed = factory.organizer(fair), factory.account()
        factory.add(
            Consent(
                account_id=agreed.id,
                fair_id=fair.id,
                purpose="marketing",
                text_version="1",
                channel="site",
                given_at=NOW,
            )
        )
        session.commit()
        client.sign_in_as(organizer)
        words = {"title_vi": "Mở thêm phiên", "title_en": "One more day", "text_vi": "Chữ", "text_en": "Words"}
        for _ in range(2):
            assert client.submit("/fairs/spring/organizer/mail", action="/news", **words).status_code == 302
        session.rollback()
        assert session.execute(select(Notice.account_id, Notice.kind)).all() == [(agreed.id, "fair_news")]

    def test_news_without_a_text_in_either_language_is_refused_and_keeps_what_was_typed(
        self, client, session, factory, fair, me
    ):
        organizer = factory.organizer(fair)
        factory.add(
            Consent(
                account_id=me.account.id,
                fair_id=fair.id,
                purpose="marketing",
                text_version="1",
                channel="site",
                given_at=NOW,
            )
        )
        session.commit()
        client.sign_in_as(organizer)
        answer = client.submit("/fairs/spring/organizer/mail", action="/news", title_vi="Mở thêm phiên")
        assert answer.status_code == 422
        assert 'value="Mở thêm phiên"' in answer.get_data(as_text=True)
        again = client.submit(
            "/fairs/spring/organizer/mail", action="/news", title_vi="Mở thêm phiên", text_en="One more day"
        )
        assert again.status_code == 302
        session.rollback()
        facts = session.scalar(select(Notice.facts))
        assert (facts["title_en"], facts["text_vi"]) == ("Mở thêm phiên", "One more day")
