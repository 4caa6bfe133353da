"""The demo's mailbox: what would have been sent, and nothing of it in production."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from config import Profile
from matchmaker import clock
from matchmaker.jobs import send_notices
from matchmaker.services import notices


@pytest.fixture
def settings(app):
    """Change the settings for one test."""
    kept = app.extensions["matchmaker"]

    def change(**values):
        app.extensions["matchmaker"] = replace(kept, **values)

    yield change
    app.extensions["matchmaker"] = kept


@pytest.fixture
def mail(app, session, factory):
    """One kept mail, from a company whose name is not only a name; its name in the folder."""
    folder = app.extensions["matchmaker"].instance / "mail"
    for file in folder.glob("*.eml"):
        file.unlink()
    account, now = factory.account(email="lan@example.test"), clock.now()
    facts = {"path": "/", "company": "<script>alert(1)</script>", "reason": "no_time"}
    notices.queue(session, account_id=account.id, kind="meeting_cancelled", once="c", now=now, **facts)
    session.commit()
    send_notices.run(now)
    return next(folder.glob("*.eml")).stem


def test_a_demo_shows_every_mail_as_it_would_have_been_sent(client, settings, mail):
    settings(profile=Profile.DEMO)
    assert "lan@example.test" in client.page("/mailbox").get_text()
    page = client.page(f"/mailbox/{mail}")
    assert page.h1.get_text() == "Called off: your meeting with <script>alert(1)</script>"
    assert "List-Unsubscribe-Post" in page.get_text()
    assert "Dear Person" in page.get_text()


def test_the_html_of_a_mail_is_shown_without_any_right(app, settings, mail):
    settings(profile=Profile.DEMO)
    with app.app_context():
        answer = FlaskClient(app, app.response_class).get(f"/mailbox/{mail}/html")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"<script" not in answer.data
    assert b"&lt;script&gt;alert(1)" in answer.data


@pytest.mark.parametrize(
    "values",
    [
        {"profile": Profile.PRODUCTION},
        {"profile": Profile.TEST},
        {"profile": Profile.DEMO, "public_url": "https://demo.example"},
    ],
)
def test_nowhere_else_is_there_a_mailbox(client, settings, mail, values):
    settings(**values)
    for path in ("/mailbox", f"/mailbox/{mail}", f"/mailbox/{mail}/html"):
        assert client.get(path).status_code == 404
    assert client.post_token("/mailbox/now").status_code == 404


def test_a_name_leads_to_no_other_file(client, settings, mail):
    settings(profile=Profile.DEMO)
    for name in ("..%2Fsecret-key", "../secret-key", "%2Fetc%2Fpasswd", "*", "nothing"):
        assert client.get(f"/mailbox/{name}").status_code == 404


def test_what_waits_can_be_sent_now(app, client, session, settings, factory):
    account, now = factory.account(), clock.now()
    notices.queue(
        session, account_id=account.id, kind="meeting_accepted", once="a", now=now, path="/", company="Kaze Foods"
    )
    session.commit()
    settings(profile=Profile.DEMO)
    assert client.submit("/mailbox", action="/mailbox/now").location == "/mailbox"
    session.rollback()
    assert send_notices.run(clock.now()) == 2
