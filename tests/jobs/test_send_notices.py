import email
import smtplib
from email import policy

import pytest

from matchmaker import clock
from matchmaker.jobs import send_notices
from matchmaker.services import accounts, notices


@pytest.fixture
def folder(app):
    """The folder mail is kept in, emptied before and after."""
    folder = app.extensions["matchmaker"].instance / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    return folder


def sent(folder):
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def queue_link(session, account):
    link = accounts.issue_link(session, email=account.email, now=clock.now())
    notices.queue(
        session, account_id=account.id, kind="sign_in_link", once=f"l {link.id}", now=clock.now(), link_id=link.id.hex
    )
    session.commit()


def test_a_notice_is_mailed_once_in_text_and_html_with_a_link_to_the_configured_address(session, factory, folder):
    account = factory.account(email="an@example.test", name="An", locale="en")
    queue_link(session, account)
    assert [send_notices.run(clock.now()), send_notices.run(clock.now())] == [1, 0]
    (message,) = sent(folder)
    parts = [part.get_content_type() for part in message.walk()]
    text = message.get_body(("plain",)).get_content()
    assert (message["To"], parts) == ("an@example.test", ["multipart/alternative", "text/plain", "text/html"])
    assert "http://localhost/sign-in/link/" in text
    assert "Dear An," in text


def test_mail_is_written_in_its_readers_language(session, factory, folder):
    account = factory.account(email="binh@example.test", name="Bình", locale="vi")
    queue_link(session, account)
    send_notices.run(clock.now())
    (message,) = sent(folder)
    assert "Mở liên kết này để đăng nhập" in message.get_body(("plain",)).get_content()


def test_the_link_in_the_mail_opens_the_page_that_signs_in(session, factory, folder, client):
    account = factory.account(locale="en")
    queue_link(session, account)
    send_notices.run(clock.now())
    (message,) = sent(folder)
    text = message.get_body(("plain",)).get_content()
    path = next(word for word in text.split() if "/sign-in/link/" in word).removeprefix("http://localhost")
    assert client.submit(path).status_code == 302


def test_a_mail_server_that_is_away_leaves_the_notice_queued(session, factory, folder, monkeypatch):
    queue_link(session, factory.account())

    def away(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("matchmaker.mailer.send", away)
    assert send_notices.run(clock.now()) == 0
    monkeypatch.undo()
    assert send_notices.run(clock.now()) == 1


def test_a_name_with_line_breaks_adds_no_header(session, factory, folder):
    account = factory.account(name="An\r\nBcc: all@example.test", locale="en")
    queue_link(session, account)
    send_notices.run(clock.now())
    (message,) = sent(folder)
    assert message["Bcc"] is None


def test_queueing_the_same_event_twice_tells_once(session, factory):
    account = factory.account()
    for _ in range(2):
        notices.queue(session, account_id=account.id, kind="sign_in_link", once="one event", now=clock.now())
    assert len(notices.unsent(session, count=9)) == 1


@pytest.mark.parametrize(("code", "comes_again"), [(550, False), (450, True)])
def test_an_address_the_server_refuses_holds_nobody_elses_mail_up(session, factory, monkeypatch, code, comes_again):
    tried = []

    def deliver(mail):
        tried.append(mail.email)
        if mail.email == "gone@example.test":
            raise smtplib.SMTPRecipientsRefused({mail.email: (code, b"no such mailbox")})

    monkeypatch.setattr(send_notices, "_deliver", deliver)
    for address in ("gone@example.test", "here@example.test"):
        queue_link(session, factory.account(email=address))
    assert [send_notices.run(clock.now()), send_notices.run(clock.now())] == [1, 0]
    assert tried == ["gone@example.test", "here@example.test", *(["gone@example.test"] if comes_again else [])]


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
