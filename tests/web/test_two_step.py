from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from matchmaker import clock
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, passwords, two_step
from matchmaker.signed_links import signed

PASSWORD = "correct horse battery"
SIGN_OUT = {"action": "/sign-out"}


@pytest.fixture
def account(factory, session):
    account = factory.account(email="hoa@example.test", name="Hoa", password_hash=passwords.hashed(PASSWORD))
    session.commit()
    return account


@pytest.fixture
def required(app):
    """Organizers need a second step, as in production."""
    config = app.extensions["matchmaker"]
    app.extensions["matchmaker"] = replace(config, organizers_take_two_steps=True)
    yield
    app.extensions["matchmaker"] = config


def set_up(client):
    """Turn the second step on through the pages; return the app and the recovery codes."""
    client.submit("/account/two-step", action="/account/two-step")
    page = client.page("/account/two-step/set-up?lang=en")
    totp = pyotp.TOTP(page.find("b", class_="num").get_text().replace(" ", ""))
    earlier = clock.now() - timedelta(seconds=30)
    answer = client.submit("/account/two-step/set-up", action="/set-up", code=totp.at(earlier))
    assert answer.status_code == 200
    return totp, [item.get_text() for item in client.tree(answer).select(".codes li")]


@pytest.fixture
def two_steps(app, account):
    """An account whose second step is on, set up in another browser."""
    other = app.test_client()
    other.sign_in_as(account)
    return set_up(other)


def give_password(client, **more):
    return client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password=PASSWORD, **more)


def give_code(client, code):
    return client.submit("/sign-in/code", action="/sign-in/code", code=code)


def is_signed_in(client):
    return client.page("/?lang=en").find("form", **SIGN_OUT) is not None


def test_the_password_alone_opens_nothing_and_the_code_opens_a_session_of_its_own(client, two_steps):
    answer = give_password(client)
    assert (answer.status_code, answer.location) == (302, "/sign-in/code")
    assert not is_signed_in(client)
    with client.session_transaction() as cookie:
        waiting = cookie["waits-for-code"]
        cookie["_user_id"] = waiting
    assert not is_signed_in(client)
    assert give_code(client, two_steps[0].at(clock.now())).status_code == 302
    assert is_signed_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != waiting
        assert "waits-for-code" not in cookie


def test_a_link_by_mail_asks_for_the_code_as_well(client, app, session, account, two_steps):
    session.rollback()
    begin_writing(session)
    link = accounts.issue_link(session, email=account.email, now=clock.now(), leads_to="/account/security")
    session.commit()
    address = f"/sign-in/link/{signed(secret=app.config['SECRET_KEY'], purpose='sign_in', subject=link.id)}"
    assert client.submit(address).location == "/sign-in/code?next=/account/security"
    assert not is_signed_in(client)
    assert give_code(client, two_steps[0].at(clock.now())).status_code == 302


def test_a_code_seen_by_someone_else_does_not_sign_in_again(client, app, two_steps):
    code = two_steps[0].at(clock.now())
    give_password(client)
    assert give_code(client, code).status_code == 302
    other = app.test_client()
    give_password(other)
    answer = other.submit("/sign-in/code?lang=en", action="/sign-in/code", code=code)
    assert answer.status_code == 422
    assert "it has been used" in answer.text


def test_a_recovery_code_lets_the_owner_in_without_the_phone(client, two_steps):
    give_password(client)
    assert give_code(client, two_steps[1][0]).status_code == 302
    assert "7 recovery codes are left" in client.page("/account/security?lang=en").get_text()


def test_guessing_codes_ends_soon_for_who_has_the_password_but_not_for_who_has_the_mail(
    client, app, session, account, two_steps
):
    give_password(client)
    for _ in range(accounts.CODE_GUESSES):
        assert give_code(client, "000000").status_code == 422
    braked = give_code(client, two_steps[0].at(clock.now()))
    assert (braked.status_code, braked.headers["Retry-After"]) == (429, "900")
    session.rollback()
    begin_writing(session)
    link = accounts.issue_link(session, email=account.email, now=clock.now())
    session.commit()
    owner = app.test_client()
    owner.submit(f"/sign-in/link/{signed(secret=app.config['SECRET_KEY'], purpose='sign_in', subject=link.id)}")
    assert give_code(owner, two_steps[0].at(clock.now())).status_code == 302


def test_who_waits_too_long_before_the_code_begins_again(client, two_steps, monkeypatch):
    give_password(client)
    late = clock.now() + accounts.CODE_WAIT
    monkeypatch.setattr(clock, "now", lambda: late)
    answer = give_code(client, two_steps[0].at(late))
    assert (answer.status_code, answer.location) == (302, "/sign-in")


def test_without_a_first_step_there_is_no_page_for_a_code(client):
    assert client.get("/sign-in/code").location == "/sign-in"


def test_an_organizer_is_led_to_set_it_up_and_then_to_the_page_they_wanted(client, factory, session, required):
    fair = factory.fair(slug="spring")
    factory.organizer(fair, email="hoa@example.test", password_hash=passwords.hashed(PASSWORD))
    session.commit()
    client.get("/sign-in?next=/fairs/spring/organizer/companies")
    token = client.page("/sign-in").find("input", {"name": "csrf_token"})["value"]
    wanted = "/fairs/spring/organizer/companies"
    data = {"email": "hoa@example.test", "password": PASSWORD, "csrf_token": token, "next": wanted}
    assert client.post("/sign-in", data=data).location == f"/account/two-step?next={wanted}"
    blocked = client.get(wanted)
    assert (blocked.status_code, blocked.location) == (302, f"/account/two-step?next={wanted}")
    set_up(client)
    assert client.get(wanted).status_code == 200


def test_an_organizer_cannot_turn_it_off_where_it_is_required(client, factory, session, required):
    organizer = factory.organizer(factory.fair())
    session.commit()
    client.sign_in_as(organizer)
    set_up(client)
    assert client.page("/account/security").find("form", action="/account/two-step/off") is None
    assert client.post_token("/account/two-step/off").status_code == 403
    session.rollback()
    assert two_step.is_on(session, account_id=organizer.id)


def test_everyone_else_may_turn_it_off(client, session, account):
    client.sign_in_as(account)
    set_up(client)
    assert client.submit("/account/security", action="/two-step/off").location == "/account/security"
    session.rollback()
    assert not two_step.is_on(session, account_id=account.id)


def test_the_key_is_shown_as_a_picture_to_its_owner_while_it_is_being_set_up(client, account):
    client.sign_in_as(account)
    assert client.get("/account/two-step/picture.svg").status_code == 404
    client.submit("/account/two-step", action="/account/two-step")
    picture = client.get("/account/two-step/picture.svg")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert picture.data.count(b"<path") > 0
    assert b"script" not in picture.data


def test_a_wrong_code_leaves_it_off_and_keeps_the_key(client, account):
    client.sign_in_as(account)
    client.submit("/account/two-step", action="/account/two-step")
    first = client.page("/account/two-step/set-up").find("b", class_="num").get_text()
    assert client.submit("/account/two-step/set-up", action="/set-up", code="000000").status_code == 422
    assert client.page("/account/two-step/set-up").find("b", class_="num").get_text() == first
