"""The outbox against a real mail server: what it takes, what it refuses, and what must not be sent in the clear."""

import asyncio
import email
import threading
from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import UnthreadedController
from sqlalchemy import select

from matchmaker import clock, mailer
from matchmaker.jobs import send_notices
from matchmaker.models import Mail
from matchmaker.services import notices

REAL = mailer._by_smtp


class Server:
    """Takes mail, except to the addresses it refuses with a reply."""

    def __init__(self):
        self.taken, self.refuses = [], {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library's name.
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def server(app, monkeypatch):
    """A mail server on this machine, which the application is told to use."""
    monkeypatch.setattr(mailer, "_by_smtp", REAL)
    loop, handler = asyncio.new_event_loop(), Server()
    controller = UnthreadedController(handler, hostname="127.0.0.1", port=0, loop=loop)
    listening = loop.run_until_complete(controller._create_server())
    port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    kept = app.extensions["matchmaker"]
    app.extensions["matchmaker"] = replace(kept, mail_url=f"smtp://127.0.0.1:{port}")
    yield handler
    app.extensions["matchmaker"] = kept
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(asyncio.sleep(0.05))
    loop.close()


def queue(session, account, *, fair=None, **facts):
    told = {"path": "/", "company": "Kaze\r\n.\r\nRCPT TO:<all@example.test>", "reason": "no_time", **facts}
    session.flush()
    once = f"c {account.id}"
    fair_id = fair.id if fair else None
    kind = "meeting_cancelled"
    notices.queue(session, account_id=account.id, kind=kind, once=once, now=clock.now(), fair_id=fair_id, **told)


def test_a_mail_arrives_whole_and_what_a_company_calls_itself_stays_text(session, factory, server):
    queue(session, factory.account(email="lan@example.test", name="Lan Đỗ", locale="vi"))
    session.commit()
    assert send_notices.run(clock.now()) == 2
    [message] = server.taken
    assert (message["To"], message["X-Bcc"], message["Bcc"]) == ("lan@example.test", None, None)
    assert "Kaze . RCPT TO:<all@example.test>" in message["Subject"]
    assert "Lan Đỗ" in message.get_body(("plain",)).get_content()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_the_server_refuses_for_good_is_given_up_with_its_own_words(session, factory, server):
    fair = factory.fair()
    server.refuses = {"gone@example.test": "550 5.1.1 no such mailbox", "full@example.test": "452 4.2.2 mailbox full"}
    for address in ("gone@example.test", "full@example.test", "here@example.test"):
        queue(session, factory.account(email=address), fair=fair)
    session.commit()
    send_notices.run(clock.now())
    assert [message["To"] for message in server.taken] == ["here@example.test"]
    session.rollback()
    found = {tuple(row) for row in session.execute(select(Mail.state, Mail.failure))}
    assert found == {
        ("given_up", "550 5.1.1 no such mailbox"),
        ("waiting", "452 4.2.2 mailbox full"),
        ("sent", ""),
    }


def test_no_mail_goes_in_the_clear_to_another_machine(monkeypatch):
    said = []

    class Plain:
        def __init__(self, *_args, **_options):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

        def starttls(self, **_options):
            said.append("starttls")
            raise mailer.smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server.")

        def send_message(self, _message):
            said.append("sent")

    monkeypatch.setattr(mailer, "_by_smtp", REAL)
    monkeypatch.setattr(mailer.smtplib, "SMTP", Plain)
    with pytest.raises(mailer.smtplib.SMTPException, match="no TLS"):
        mailer.send(email.message.EmailMessage(), mail_url="smtp://mail.example", folder=None)
    assert said == ["starttls"]


@pytest.mark.parametrize(
    "subject",
    ["3 tin từ Tuần lễ kết nối nguồn hàng bền vững Hà Nội", "Lịch gặp của Quý vị tại Tuần lễ kết nối", "3 messages"],
)
def test_a_subject_keeps_its_spaces_wherever_it_is_broken(subject):
    message = EmailMessage(policy=mailer.MAIL)
    message["Subject"] = subject
    for written in (bytes(message), str(message).encode()):
        assert email.message_from_bytes(written, policy=policy.default)["Subject"] == subject
        assert max(map(len, written.splitlines())) <= 78
