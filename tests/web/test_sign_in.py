from datetime import timedelta

import pytest
from flask_login import current_user, login_user
from sqlalchemy import select

from matchmaker import clock
from matchmaker.jobs import runner
from matchmaker.models import SignInLink
from matchmaker.models.accounts import LONGEST_WAY
from matchmaker.services import accounts, passwords
from matchmaker.signed_links import signed, subject_of
from matchmaker.web import sign_in
from matchmaker.web.at_hand import held

PASSWORD = "correct horse battery"


@pytest.fixture
def account(factory, session):
    account = factory.account(email="hoa@example.test", name="Hoa", password_hash=passwords.hashed(PASSWORD))
    session.commit()
    return account


def test_the_right_password_opens_a_session_and_a_fresh_cookie(client, account):
    answer = client.submit("/sign-in", action="/sign-in", email="Hoa@Example.test ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.page("/?lang=en").find("form", action="/sign-out") is not None


def test_who_is_signed_in_is_asked_of_flask_login_once_and_then_found_where_it_holds_the_answer(app):
    with app.test_request_context():
        assert sign_in.signed_in_person() is None
        assert held()[sign_in.LOADED] is current_user._get_current_object()
        login_user(sign_in.Visitor("token", "Hoa"))
        assert sign_in.signed_in_person() == "Hoa"
        assert held()[sign_in.LOADED] is current_user._get_current_object()


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client, account):
    known = client.submit("/sign-in?lang=en", action="/sign-in", email="hoa@example.test", password="not it at all")
    typed = {"email": "nobody@example.test", "password": "not it at all"}
    unknown = client.submit("/sign-in?lang=en", action="/sign-in", **typed)
    words = "This e-mail address and password do not go together."
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert words in known.text
    assert known.text.replace("hoa@", "nobody@").count(words) == unknown.text.count(words)


def test_what_was_typed_survives_a_refusal_but_the_password_does_not(client, account):
    answer = client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password="not it at all")
    assert 'value="hoa@example.test"' in answer.text
    assert "not it at all" not in answer.text


def test_guessing_is_slowed_for_this_address_and_the_owner_still_gets_in_from_another(client, account):
    for _ in range(accounts.GUESSES_PER_ACCOUNT_AND_ADDRESS):
        client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password="not it at all")
    braked = client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password=PASSWORD)
    assert (braked.status_code, braked.headers["Retry-After"]) == (429, "900")
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    owner = client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password=PASSWORD)
    assert owner.status_code == 302


def test_signing_out_ends_the_session_on_the_server(client, app, account):
    client.sign_in_as(account)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    answer = client.submit("/", action="/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.page("/?lang=en").find("form", action="/sign-out") is None


@pytest.mark.parametrize("idle", [accounts.PARTICIPANT_IDLE, accounts.PARTICIPANT_LIFE])
def test_a_session_left_idle_or_grown_old_opens_nothing(client, session, account, monkeypatch, idle):
    client.sign_in_as(account)
    later = clock.now() + idle + timedelta(seconds=1)
    monkeypatch.setattr("matchmaker.clock.now", lambda: later)
    assert client.page("/?lang=en").find("form", action="/sign-out") is None


def test_reading_keeps_a_session_awake(client, session, account, monkeypatch):
    client.sign_in_as(account)
    start = clock.now()
    for hours in (8, 16, 24):
        monkeypatch.setattr("matchmaker.clock.now", lambda hours=hours: start + timedelta(hours=hours))
        assert client.page("/?lang=en").find("form", action="/sign-out") is not None


def test_a_link_signs_in_once_and_only_by_its_button(client, app, session, account):
    link = accounts.issue_link(session, email=account.email, now=clock.now())
    session.commit()
    address = f"/sign-in/link/{signed(secret=app.config['SECRET_KEY'], purpose='sign_in', subject=link.id)}"
    for _ in range(3):
        client.page(address)
    assert client.submit(address).status_code == 302
    again = client.get(address + "?lang=en")
    assert "This link no longer works" in again.text


def test_a_newer_link_voids_the_older_one(session, account):
    older = accounts.issue_link(session, email=account.email, now=clock.now())
    accounts.issue_link(session, email=account.email, now=clock.now())
    session.refresh(older)
    assert not accounts.link_is_open(session, link_id=older.id, now=clock.now())


def test_a_link_grows_too_old(session, account):
    link = accounts.issue_link(session, email=account.email, now=clock.now())
    assert not accounts.link_is_open(session, link_id=link.id, now=clock.now() + accounts.LINK_LIFE)


def test_links_of_another_purpose_or_secret_mean_nothing(factory):
    key = factory.unknown_id()
    token = signed(secret="one", purpose="accept", subject=key)
    assert subject_of(token, secret="one", purpose="accept") == key
    assert subject_of(token, secret="one", purpose="sign_in") is None
    assert subject_of(token, secret="two", purpose="accept") is None
    assert subject_of("ééé.x", secret="one", purpose="accept") is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/\r\nSet-Cookie:x",
        "evil.example",
        "http://localhost@evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(client, account, elsewhere):
    with client:
        page = client.get("/sign-in")
        assert page.status_code == 200
    answer = client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password=PASSWORD)
    assert answer.location == "/"
    client.delete_cookie("session")
    token = client.page("/sign-in").find("input", {"name": "csrf_token"})["value"]
    data = {"email": "hoa@example.test", "password": PASSWORD, "csrf_token": token, "next": elsewhere}
    assert client.post("/sign-in", data=data).location == "/"


def sent_link(client, app, session, account, *, page="/sign-in", action="/sign-in/link", field="link-email"):
    """Ask for a link on a page, let the jobs send it, and return it with the page that says so."""
    said = client.submit(page, action=action, **{field: account.email})
    runner.work(app, until_idle=True)
    session.rollback()
    return session.scalars(select(SignInLink)).one(), said


def test_a_link_by_mail_leads_back_to_the_page_first_asked_for(client, app, session, account):
    link, said = sent_link(client, app, session, account, page="/sign-in?next=/account/security?lang%3Den")
    key = app.config["SECRET_KEY"]
    address = f"/sign-in/link/{signed(secret=key, purpose='sign_in', subject=link.id)}"
    assert client.page(said.location).find("a", href="/sign-in?next=/account/security?lang%3Den") is not None
    assert client.submit(address).location == "/account/security?lang=en"
    client.delete_cookie("session")
    assert client.page(address).find("a", href="/sign-in?next=/account/security?lang%3Den") is not None


def test_a_new_password_leads_back_to_the_page_first_asked_for(client, app, session, account):
    forgot = client.page("/sign-in?next=/account/security").find("a", href="/password/forgot?next=/account/security")
    link, said = sent_link(client, app, session, account, page=forgot["href"], action="/password/forgot", field="email")
    key = app.config["SECRET_KEY"]
    address = f"/password/reset/{signed(secret=key, purpose='reset', subject=link.id)}"
    assert client.page(said.location).find("a", href="/sign-in?next=/account/security") is not None
    assert client.submit(address, new_password="another horse battery").location == "/account/security"
    client.delete_cookie("session")
    assert client.page(address).find("a", href="/password/forgot?next=/account/security") is not None


def test_a_page_with_an_address_too_long_to_keep_is_let_go_and_the_link_still_comes(client, app, session, account):
    link, _ = sent_link(client, app, session, account, page="/sign-in?next=/" + "a" * LONGEST_WAY)
    assert link.leads_to == ""


def test_a_link_by_mail_is_queued_for_a_known_address_and_the_answer_is_the_same_for_all(client, session, account):
    known = client.submit("/sign-in", action="/sign-in/link", **{"link-email": "hoa@example.test"})
    unknown = client.submit("/sign-in", action="/sign-in/link", **{"link-email": "nobody@example.test"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (302, "/sign-in/sent")
