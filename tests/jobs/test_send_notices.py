"""The outbox at work: mails leave once, failures wait their turn, and nobody is flooded."""

import email
import itertools
import smtplib
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from sqlalchemy import select, update

from matchmaker import clock, mailer
from matchmaker.extensions import db
from matchmaker.jobs import send_notices
from matchmaker.models import Account, Consent, Mail, Notice
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, notice_choices, notices, outbox

# Ten in the morning in Hanoi, far from the quiet hours.
NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def folder(app):
    """The folder mail is kept in, emptied before."""
    folder = app.extensions["matchmaker"].instance / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    return folder


def writing(session):
    """Begin to write, unless the session does so already."""
    if not session.in_transaction():
        begin_writing(session)


def sent(folder):
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text_of(message):
    return message.get_body(("plain",)).get_content()


def queue_link(session, account, *, now=NOW):
    link = accounts.issue_link(session, email=account.email, now=now)
    notices.queue(
        session, account_id=account.id, kind="sign_in_link", once=f"l {link.id}", now=now, link_id=link.id.hex
    )
    session.commit()


def queue_answer(session, account, *, once, now=NOW, fair=None, company="Kaze Foods", kind="meeting_accepted"):
    writing(session)
    notices.queue(
        session,
        account_id=account.id,
        kind=kind,
        once=once,
        now=now,
        fair_id=fair.id if fair else None,
        path="/",
        company=company,
        reason="no_time",
    )
    session.commit()


def agree(session, account, fair):
    session.add(
        Consent(
            account_id=account.id,
            fair_id=fair.id,
            purpose="marketing",
            text_version="1",
            channel="site",
            given_at=NOW,
        )
    )
    session.flush()


def queue_news(session, account, fair, *, once, now=NOW):
    writing(session)
    words = {"title_vi": "Tin", "title_en": "News", "text_vi": "Chữ", "text_en": "Text"}
    notices.queue(session, account_id=account.id, kind="fair_news", once=once, now=now, fair_id=fair.id, **words)
    session.commit()


def states(session):
    session.rollback()
    return session.scalars(select(Mail.state).order_by(Mail.created_at, Mail.id)).all()


class TestOneMail:
    def test_it_is_sent_once_in_text_and_html_with_a_link_to_the_configured_address(self, session, factory, folder):
        account = factory.account(email="an@example.test", name="An", locale="en")
        queue_link(session, account)
        assert [send_notices.run(NOW), send_notices.run(NOW)] == [2, 0]
        (message,) = sent(folder)
        parts = [part.get_content_type() for part in message.walk()]
        assert (message["To"], parts) == ("an@example.test", ["multipart/alternative", "text/plain", "text/html"])
        assert "http://localhost/sign-in/link/" in text_of(message)
        assert "Dear An," in text_of(message)
        session.rollback()
        assert session.scalars(select(Notice.sent_at)).all() == [NOW]

    def test_it_is_written_in_its_readers_language(self, session, factory, folder):
        queue_link(session, factory.account(name="Bình", locale="vi"))
        send_notices.run(NOW)
        (message,) = sent(folder)
        assert "Mở liên kết này để đăng nhập" in text_of(message)

    def test_the_link_in_it_opens_the_page_that_signs_in(self, session, factory, folder, client):
        now = clock.now()
        queue_link(session, factory.account(locale="en"), now=now)
        send_notices.run(now)
        (message,) = sent(folder)
        path = next(word for word in text_of(message).split() if "/sign-in/link/" in word)
        assert client.submit(path.removeprefix("http://localhost")).status_code == 302

    def test_a_name_with_line_breaks_adds_no_header(self, session, factory, folder):
        queue_link(session, factory.account(name="An\r\nBcc: all@example.test", locale="en"))
        send_notices.run(NOW)
        (message,) = sent(folder)
        assert message["Bcc"] is None

    def test_a_company_with_line_breaks_adds_no_header_and_stays_one_subject(self, session, factory, folder):
        account = factory.account(locale="en")
        queue_answer(session, account, once="a", company="Kaze\r\nBcc: all@example.test")
        send_notices.run(NOW + HOUR)
        (message,) = sent(folder)
        assert (message["Bcc"], message["Subject"]) == (
            None,
            "Your meeting with Kaze Bcc: all@example.test is agreed",
        )

    def test_it_says_who_sends_it_and_that_no_person_wrote_it(self, session, factory, folder):
        queue_link(session, factory.account(locale="en"))
        send_notices.run(NOW)
        (message,) = sent(folder)
        assert (message["From"], message["Auto-Submitted"]) == ("Giao Thương <no-reply@localhost>", "auto-generated")

    def test_queueing_the_same_event_twice_tells_once(self, session, factory, folder):
        account = factory.account()
        for _ in range(2):
            queue_answer(session, account, once="one event")
        send_notices.run(NOW + HOUR)
        assert len(sent(folder)) == 1

    def test_someone_who_was_removed_gets_nothing(self, session, factory, folder):
        account = factory.account()
        queue_link(session, account)
        writing(session)
        session.execute(update(Account).values(is_active=False))
        session.commit()
        send_notices.run(NOW)
        assert (sent(folder), states(session)) == ([], ["dropped"])

    @pytest.mark.parametrize("queued", [["a,b", "a,b"], ["a,b", "a"], ["a, b", " b"]])
    def test_an_event_is_known_whatever_stands_in_its_name(self, session, factory, queued):
        account = factory.account()
        first, second = queued
        told = {account.id: (first, {}), factory.account().id: ("another", {})}
        notices.queue_each(session, kind="meeting_accepted", told=told, now=NOW)
        again = {account.id: (second, {}), factory.account().id: (first, {})}
        notices.queue_each(session, kind="meeting_accepted", told=again, now=NOW)
        assert set(session.scalars(select(Notice.once))) == {"another", first, second}

    def test_a_kind_nobody_classified_is_refused(self, session, factory):
        with pytest.raises(KeyError):
            notices.queue(session, account_id=factory.account().id, kind="gossip", once="g", now=NOW)


class TestFailures:
    def test_a_server_that_is_away_leaves_everything_queued(self, session, factory, folder, monkeypatch):
        for _ in range(3):
            queue_link(session, factory.account())
        tried = []

        def away(*_args, **_kwargs):
            tried.append(1)
            raise ConnectionRefusedError

        monkeypatch.setattr("matchmaker.mailer.send", away)
        send_notices.run(NOW)
        send_notices.run(NOW + MINUTE / 2)
        assert len(tried) == 1
        monkeypatch.undo()
        send_notices.run(NOW + 2 * MINUTE)
        assert (len(sent(folder)), states(session)) == (3, ["sent"] * 3)

    def test_a_server_that_answers_nothing_is_left_after_a_while(self, monkeypatch, app):
        monkeypatch.undo()
        monkeypatch.setattr(mailer, "TIMEOUT_SECONDS", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(OSError, match="timed out"):
                mailer.send(email.message.EmailMessage(), mail_url=f"smtp://127.0.0.1:{port}", folder=None)

    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (smtplib.SMTPRecipientsRefused({"gone@example.test": (550, b"no such mailbox")}), "given_up"),
            (smtplib.SMTPRecipientsRefused({"gone@example.test": (450, b"mailbox full")}), "waiting"),
            (smtplib.SMTPDataError(554, b"looks like spam"), "given_up"),
            (smtplib.SMTPDataError(451, b"try later"), "waiting"),
        ],
    )
    def test_a_refused_mail_holds_nobody_elses_up(self, session, factory, monkeypatch, error, state):
        tried = []

        def deliver(message):
            tried.append(message["To"])
            if message["To"] == "gone@example.test":
                raise error

        monkeypatch.setattr(send_notices, "_deliver", deliver)
        queue_link(session, factory.account(email="gone@example.test"))
        queue_link(session, factory.account(email="here@example.test"))
        send_notices.run(NOW)
        assert sorted(tried) == ["gone@example.test", "here@example.test"]
        assert sorted(states(session)) == sorted([state, "sent"])
        send_notices.run(NOW + MINUTE)
        assert tried.count("gone@example.test") == (2 if state == "waiting" else 1)

    def test_pauses_grow_and_after_three_days_the_organizer_finds_it(self, session, factory, monkeypatch):
        fair, account = factory.fair(), factory.account(email="full@example.test", name="Lan")
        refusal = smtplib.SMTPRecipientsRefused({"full@example.test": (452, b"mailbox full")})
        times = []

        def deliver(_message):
            times.append(now)
            raise refusal

        monkeypatch.setattr(send_notices, "_deliver", deliver)
        queue_answer(session, account, once="a", fair=fair)
        now = NOW
        while now < NOW + 4 * DAY:
            now += MINUTE
            send_notices.run(now)
        pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert pauses[:7] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE, HOUR]
        assert max(pauses) == HOUR
        session.rollback()
        (lost,) = outbox.given_up(session, fair_id=fair.id)
        assert (lost.name, lost.email, lost.failure) == ("Lan", "full@example.test", "452 mailbox full")

    def test_one_that_was_given_up_is_sent_again_when_the_organizer_says_so(self, session, factory, folder):
        fair, account = factory.fair(), factory.account()
        queue_answer(session, account, once="a", fair=fair)
        writing(session)
        outbox.collect(session, now=NOW + HOUR)
        (mail,) = session.scalars(select(Mail))
        mail.state = "given_up"
        session.flush()
        outbox.try_again(session, fair_id=fair.id, mail_id=mail.id, now=NOW + HOUR)
        session.commit()
        send_notices.run(NOW + HOUR)
        assert len(sent(folder)) == 1

    def test_a_mail_that_cannot_be_written_keeps_no_other_from_leaving(self, session, factory, folder, monkeypatch):
        queue_link(session, factory.account(email="bad@example.test"))
        queue_link(session, factory.account(email="good@example.test"))
        real = send_notices.compose

        def broken(mail, **values):
            if mail.email == "bad@example.test":
                raise ValueError("a template is broken")
            return real(mail, **values)

        monkeypatch.setattr(send_notices, "compose", broken)
        send_notices.run(NOW)
        assert [message["To"] for message in sent(folder)] == ["good@example.test"]

    def test_a_worker_killed_while_sending_leaves_the_mail_to_the_next_under_the_same_id(
        self, session, factory, folder, monkeypatch
    ):
        queue_link(session, factory.account())
        ids = []

        def killed(message):
            ids.append(message["Message-ID"])
            raise KeyboardInterrupt

        monkeypatch.setattr(send_notices, "_deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            send_notices.run(NOW)
        monkeypatch.undo()
        session.rollback()
        assert (send_notices.run(NOW + MINUTE), sent(folder)) == (0, [])
        send_notices.run(NOW + outbox.LEASE + MINUTE)
        assert [message["Message-ID"] for message in sent(folder)] == ids

    def test_a_sign_in_link_that_came_too_late_is_not_sent_any_more(self, session, factory, folder):
        queue_link(session, factory.account())
        send_notices.run(NOW + HOUR)
        assert sent(folder) == []

    def test_several_workers_send_every_mail_once(self, app, session, factory, monkeypatch):
        count, workers = 12, 4
        for _ in range(count):
            queue_link(session, factory.account())
        gone, start = [], threading.Barrier(workers)
        monkeypatch.setattr(send_notices, "_deliver", lambda message: gone.append(message["To"]))

        def work():
            with app.app_context():
                start.wait()
                for _ in range(count):
                    send_notices.run(NOW)
                db.session.rollback()

        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(gone) == sorted(session.scalars(select(Account.email)))


class TestDigest:
    def test_what_happens_within_minutes_is_one_mail(self, session, factory, folder):
        fair, account = factory.fair(name_en="Spring Fair"), factory.account(locale="en")
        for number, company in enumerate(("Kaze Foods", "Nordhavn", "Almira"), start=1):
            queue_answer(session, account, once=f"{number}", fair=fair, company=company, now=NOW + number * MINUTE)
        send_notices.run(NOW + 5 * MINUTE)
        assert sent(folder) == []
        send_notices.run(NOW + 6 * MINUTE)
        (message,) = sent(folder)
        assert message["Subject"] == "3 messages from Spring Fair"
        assert [line for line in text_of(message).splitlines() if line.startswith("- ")] == [
            "- Your meeting with Kaze Foods is agreed",
            "- Your meeting with Nordhavn is agreed",
            "- Your meeting with Almira is agreed",
        ]

    def test_a_single_one_is_a_mail_of_its_own(self, session, factory, folder):
        queue_answer(session, factory.account(locale="en"), once="a")
        send_notices.run(NOW + 5 * MINUTE)
        assert [message["Subject"] for message in sent(folder)] == ["Your meeting with Kaze Foods is agreed"]

    def test_a_flood_of_a_day_is_a_mail_an_hour_at_most(self, session, factory, folder):
        fair, account = factory.fair(), factory.account()
        for minute in range(0, 8 * 60, 4):
            now = NOW + minute * MINUTE
            queue_answer(session, account, once=f"{minute}", fair=fair, now=now)
            send_notices.run(now)
        send_notices.run(NOW + 9 * HOUR)
        assert len(sent(folder)) <= 9

    def test_a_cancelled_meeting_does_not_wait_for_others(self, session, factory, folder):
        account = factory.account(locale="en")
        queue_answer(session, account, once="a")
        queue_answer(session, account, once="c", kind="meeting_cancelled")
        send_notices.run(NOW)
        assert [message["Subject"] for message in sent(folder)] == ["Called off: your meeting with Kaze Foods"]

    def test_nothing_but_what_is_urgent_leaves_at_night_in_the_fairs_own_zone(self, session, factory, folder):
        fair, account = factory.fair(time_zone="Europe/Berlin"), factory.account(locale="en")
        night = datetime(2026, 11, 10, 21, 30, tzinfo=UTC)  # 22:30 in Berlin.
        queue_answer(session, account, once="a", fair=fair, now=night)
        queue_answer(session, account, once="c", fair=fair, now=night, kind="meeting_cancelled")
        send_notices.run(night + HOUR)
        assert [message["Subject"] for message in sent(folder)] == ["Called off: your meeting with Kaze Foods"]
        morning = datetime(2026, 11, 11, 6, 0, tzinfo=UTC)  # 07:00 in Berlin.
        send_notices.run(morning - MINUTE)
        assert len(sent(folder)) == 1
        send_notices.run(morning)
        assert len(sent(folder)) == 2


class TestChoices:
    def test_who_wants_no_mail_of_a_kind_gets_none_and_still_reads_it_on_the_site(self, session, factory, folder):
        account = factory.account()
        notice_choices.stop_mail(session, account_id=account.id, kinds=["meeting_accepted"], now=NOW)
        queue_answer(session, account, once="a")
        send_notices.run(NOW + HOUR)
        assert sent(folder) == []
        assert notices.page_of(session, account_id=account.id, now=NOW).unread == 1

    def test_stopping_also_stops_what_waits(self, session, factory, folder):
        account = factory.account()
        queue_answer(session, account, once="a")
        writing(session)
        notice_choices.stop_mail(session, account_id=account.id, kinds=["meeting_accepted"], now=NOW)
        session.commit()
        send_notices.run(NOW + HOUR)
        assert sent(folder) == []

    def test_stopping_also_stops_what_failed_and_would_be_tried_again(self, session, factory, folder):
        account = factory.account()
        queue_answer(session, account, once="a")
        writing(session)
        outbox.collect(session, now=NOW + HOUR)
        notice_choices.stop_mail(session, account_id=account.id, kinds=["meeting_accepted"], now=NOW)
        session.commit()
        send_notices.run(NOW + HOUR)
        assert (sent(folder), states(session)) == ([], ["dropped"])

    def test_mail_that_can_be_stopped_says_so_to_people_and_programs(self, session, factory, folder, client):
        account = factory.account(locale="en")
        queue_answer(session, account, once="a")
        send_notices.run(NOW + HOUR)
        (message,) = sent(folder)
        address = message["List-Unsubscribe"].strip("<>")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"Stop such mail: {address}" in text_of(message)
        path = address.removeprefix("http://localhost")
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        session.rollback()
        (choice,) = (one for one in notice_choices.choices_of(session, account_id=account.id) if one.pace == "off")
        assert choice.kind.code == "meeting_accepted"

    def test_a_sign_in_link_cannot_be_stopped(self, session, factory, folder):
        queue_link(session, factory.account())
        send_notices.run(NOW)
        (message,) = sent(folder)
        assert (message["List-Unsubscribe"], "/unsubscribe/" in text_of(message)) == (None, False)


class TestAdvertising:
    def test_without_consent_it_is_refused(self, session, factory):
        fair, account = factory.fair(), factory.account()
        with pytest.raises(Exception, match="no_consent"):
            queue_news(session, account, fair, once="n")

    def test_it_is_labelled_first_in_the_readers_language_and_names_its_sender(self, session, factory, folder):
        fair = factory.fair()
        for locale in ("vi", "en"):
            account = factory.account(locale=locale)
            agree(session, account, fair)
            queue_news(session, account, fair, once=f"n {locale}")
        send_notices.run(NOW)
        assert sorted(message["Subject"] for message in sent(folder)) == ["[AD] News", "[QC] Tin"]
        assert all("no-reply@localhost" in text_of(message) for message in sent(folder))

    def test_three_a_day_are_the_most_over_all_fairs(self, session, factory, folder):
        account = factory.account()
        for number in range(5):
            fair = factory.fair()
            agree(session, account, fair)
            queue_news(session, account, fair, once=f"n {number}", now=NOW + number * MINUTE)
        for minute in range(30):
            send_notices.run(NOW + minute * MINUTE)
        assert len(sent(folder)) == 3
        send_notices.run(NOW + DAY - MINUTE)
        assert len(sent(folder)) == 3
        send_notices.run(NOW + DAY + 5 * MINUTE)
        assert len(sent(folder)) == 5

    def test_who_withdrew_meanwhile_gets_nothing(self, session, factory, folder):
        fair, account = factory.fair(), factory.account()
        agree(session, account, fair)
        queue_news(session, account, fair, once="n")
        writing(session)
        session.execute(update(Consent).values(withdrawn_at=NOW))
        session.commit()
        send_notices.run(NOW)
        assert (sent(folder), states(session)) == ([], ["dropped"])

    def test_who_stops_it_by_the_link_withdraws_the_consent(self, session, factory, folder, client):
        fair, account = factory.fair(), factory.account()
        agree(session, account, fair)
        queue_news(session, account, fair, once="n")
        send_notices.run(NOW)
        (message,) = sent(folder)
        path = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        session.rollback()
        assert session.scalars(select(Consent.withdrawn_at.is_not(None))).all() == [True]


SECURITY_MAIL = {
    "password_reset": ("Set a new password for", "Đặt mật khẩu mới cho"),
    "password_changed": ("Your password for", "Mật khẩu"),
    "two_step_on": ("Two-step sign-in is on at", "Đã bật đăng nhập hai bước tại"),
    "two_step_off": ("Two-step sign-in is off at", "Đã tắt đăng nhập hai bước tại"),
    "recovery_code_used": ("A recovery code was used at", "Một mã khôi phục vừa được dùng tại"),
    "recovery_codes_renewed": ("New recovery codes at", "Mã khôi phục mới tại"),
}


@pytest.mark.parametrize("kind", sorted(SECURITY_MAIL))
def test_mail_about_ones_account_says_what_happened_in_both_languages(session, factory, folder, kind):
    for locale in ("en", "vi"):
        account = factory.account(email=f"{locale}@example.test", locale=locale)
        facts = {"path": "/account/security", "link_id": factory.unknown_id().hex}
        once = f"{kind} {locale}"
        notices.queue(session, account_id=account.id, kind=kind, once=once, now=clock.now(), **facts)
    session.commit()
    send_notices.run(clock.now())
    subjects = {message["To"]: message["Subject"] for message in sent(folder)}
    english, vietnamese = SECURITY_MAIL[kind]
    assert subjects["en@example.test"].startswith(english)
    assert subjects["vi@example.test"].startswith(vietnamese)
    for message in sent(folder):
        address = "/password/reset/" if kind == "password_reset" else "/account/security"
        bodies = [message.get_body((form,)).get_content() for form in ("plain", "html")]
        assert all(f"http://localhost{address}" in body for body in bodies)
