import json
import logging
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Role
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.logs import JsonLines
from matchmaker.models import Account, Job, Notice, SignInLink, SignInSession
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, brakes, credentials, passwords, staff
from matchmaker.signed_links import signed
from matchmaker.web.recent_sign_in import RECENT
from tests.query_count import count_queries

PASSWORD = "correct horse battery"
NEW = "nine blue kettles sing"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def account(factory, session):
    account = factory.account(email="hoa@example.test", name="Hoa", password_hash=passwords.hashed(PASSWORD))
    session.commit()
    return account


def sign_in(client, password=PASSWORD, email="hoa@example.test"):
    return client.submit("/sign-in?lang=en", action="/sign-in", email=email, password=password)


def is_signed_in(client):
    return client.page("/?lang=en").find("form", action="/sign-out") is not None


def reset_address(app, session, account):
    session.rollback()
    begin_writing(session)
    link = accounts.issue_link(session, email=account.email, now=clock.now(), purpose=accounts.RESET)
    session.commit()
    return f"/password/reset/{signed(secret=app.config['SECRET_KEY'], purpose='reset', subject=link.id)}"


class TestPassword:
    def test_changing_it_signs_out_everywhere_else_and_renews_this_session(self, client, app, session, account):
        other = app.test_client()
        other.sign_in_as(account)
        client.sign_in_as(account)
        with client.session_transaction() as cookie:
            old = dict(cookie)
        answer = client.submit("/account/password", action="/account/password", current=PASSWORD, new_password=NEW)
        assert (answer.status_code, answer.location) == (302, "/account/security")
        assert (is_signed_in(client), is_signed_in(other)) == (True, False)
        stolen = app.test_client()
        with stolen.session_transaction() as cookie:
            cookie.update(old)
        assert not is_signed_in(stolen)
        session.rollback()
        assert session.scalars(select(Notice.kind)).all() == ["password_changed"]
        assert [sign_in(app.test_client(), word).status_code for word in (PASSWORD, NEW)] == [422, 302]

    def test_a_wrong_present_password_is_told_beside_its_field_and_counts_as_a_guess(self, client, account):
        client.sign_in_as(account)
        typed = {"current": "not it at all", "new_password": NEW}
        for _ in range(credentials.GUESSES):
            answer = client.submit("/account/password?lang=en", action="/account/password", **typed)
            assert answer.status_code == 422
        assert "This is not your password." in client.tree(answer).find(id="current-error").get_text()
        typed["current"] = PASSWORD
        braked = client.submit("/account/password", action="/account/password", **typed)
        assert (braked.status_code, braked.headers["Retry-After"]) == (429, "900")

    @pytest.mark.parametrize(
        ("word", "says"),
        [
            ("eleven char", "at least 12 characters"),
            ("passwordpassword", "Many people use this password"),
            ("hoa@example.test", "your name, address or company"),
            ("Blue Kettle Works", "your name, address or company"),
        ],
    )
    def test_a_password_that_is_guessed_first_is_refused_with_the_reason(self, client, factory, session, word, says):
        mine = factory.participant(factory.fair(), role=Role.BUYER, name="Blue Kettle Works")
        person = mine.account
        person.email, person.password_hash = "hoa@example.test", passwords.hashed(PASSWORD)
        session.commit()
        client.sign_in_as(person)
        typed = {"current": PASSWORD, "new_password": word}
        answer = client.submit("/account/password?lang=en", action="/account/password", **typed)
        assert answer.status_code == 422
        assert says in client.tree(answer).find(id="new_password-error").get_text()
        session.rollback()
        assert session.scalars(select(Notice)).all() == []

    @pytest.mark.parametrize("word", ["x" * 7 + " kettle " + "z9" * 30, "dấu sắc dấu huyền", "  spaces at both ends  "])
    def test_long_ones_and_any_letters_are_taken_as_they_are(self, client, app, account, word):
        client.sign_in_as(account)
        typed = {"current": PASSWORD, "new_password": word}
        assert client.submit("/account/password", action="/account/password", **typed).status_code == 302
        assert sign_in(app.test_client(), word.strip() + ".").status_code == 422
        assert sign_in(app.test_client(), word).status_code == 302

    def test_a_first_one_needs_a_recent_sign_in(self, client, factory, session, monkeypatch):
        account = factory.account()
        session.commit()
        client.sign_in_as(account)
        first = client.submit("/account/password/first", action="/first", new_password=NEW)
        assert first.location == "/account/security"
        late = clock.now() + RECENT + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: late)
        assert client.get("/account/password/first").location == "/account/confirm?next=/account/password/first"

    def test_who_has_one_cannot_set_a_first_one(self, client, session, account):
        client.sign_in_as(account)
        assert client.submit("/account/password/first", action="/first", new_password=NEW).status_code == 422
        session.rollback()
        assert passwords.is_right(PASSWORD, session.get(Account, account.id).password_hash)

    def test_a_hash_of_older_cost_is_made_anew_at_the_next_sign_in(self, client, session, factory):
        old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
        account = factory.account(email="hoa@example.test", password_hash=old)
        session.commit()
        assert sign_in(client).status_code == 302
        session.rollback()
        session.refresh(account)
        assert account.password_hash != old
        assert not passwords.is_outdated(account.password_hash)


class TestReset:
    def test_a_link_sets_a_new_password_once_and_ends_every_session(self, client, app, session, account):
        signed_in = app.test_client()
        signed_in.sign_in_as(account)
        address = reset_address(app, session, account)
        assert client.submit(address, new_password=NEW).status_code == 302
        assert (is_signed_in(client), is_signed_in(signed_in)) == (True, False)
        assert "This link is over" in app.test_client().get(f"{address}?lang=en").text
        token = client.page("/sign-in").find("input", {"name": "csrf_token"})["value"]
        assert client.post(address, data={"csrf_token": token, "new_password": PASSWORD}).status_code == 422

    def test_a_refused_password_leaves_the_link_good(self, client, app, session, account):
        address = reset_address(app, session, account)
        assert client.submit(address, new_password="short").status_code == 422
        assert client.submit(address, new_password=NEW).status_code == 302

    def test_only_the_newest_link_works_and_none_after_a_change(self, client, app, session, account):
        older, newer = (reset_address(app, session, account) for _ in range(2))
        assert "This link is over" in client.get(f"{older}?lang=en").text
        client.sign_in_as(account)
        client.submit("/account/password", action="/account/password", current=PASSWORD, new_password=NEW)
        assert "This link is over" in client.get(f"{newer}?lang=en").text

    def test_a_link_is_good_for_an_hour(self, client, app, session, account, monkeypatch):
        address = reset_address(app, session, account)
        start = clock.now()
        for minutes, good in ((59, True), (60, False)):
            monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
            assert ("This link is over" not in client.get(f"{address}?lang=en").text) is good

    def test_links_of_the_two_kinds_cannot_be_exchanged(self, client, app, session, account):
        session.rollback()
        begin_writing(session)
        link = accounts.issue_link(session, email=account.email, now=clock.now())
        session.commit()
        for purpose in ("reset", "sign_in"):
            token = signed(secret=app.config["SECRET_KEY"], purpose=purpose, subject=link.id)
            assert "This link is over" in client.get(f"/password/reset/{token}?lang=en").text
        assert client.get("/password/reset/guessed").status_code == 404

    def test_the_mail_holds_the_link_and_the_database_nothing_that_opens_it(self, client, app, session, account):
        client.submit("/password/forgot", action="/forgot", email="hoa@example.test")
        runner.work(app, until_idle=True)
        folder = app.extensions["matchmaker"].instance / "mail"
        (mail,) = [one for one in folder.glob("*.eml") if "/password/reset/" in one.read_text()]
        mail.unlink()
        session.rollback()
        assert session.scalars(select(Job.facts)).all() == [{}]
        assert session.scalars(select(SignInLink.purpose)).all() == ["reset"]

    def test_an_organizer_has_a_link_sent_to_someone_of_the_fair_and_to_nobody_else(
        self, client, app, session, factory
    ):
        fair, other = factory.fair(slug="mine"), factory.fair(slug="other")
        organizer = factory.organizer(fair)
        person, stranger = factory.participant(fair), factory.participant(other)
        page = f"/fairs/mine/organizer/companies/{person.id}"
        keys = [one.representative.id for one in (person, stranger)]
        email = person.account.email
        session.commit()
        client.sign_in_as(organizer)
        answer = client.submit(page, action="/reset")
        assert (answer.status_code, email in answer.text) == (302, False)
        statuses = [client.post_token(f"/fairs/mine/organizer/people/{key}/reset").status_code for key in keys]
        assert statuses == [302, 404]
        session.rollback()
        told = session.execute(select(Account.email, Notice.kind).join(Notice, Notice.account_id == Account.id))
        assert set(map(tuple, told)) == {(email, "password_reset")}


class TestEnumeration:
    ASKS = (
        ("/sign-in", "/sign-in", {"password": "not it at all"}, "email"),
        ("/sign-in", "/sign-in/link", {}, "link-email"),
        ("/password/forgot", "/password/forgot", {}, "email"),
    )

    @pytest.mark.parametrize("ask", ASKS, ids=["password", "link", "reset"])
    def test_known_and_unknown_addresses_get_the_same_words_by_the_same_statements(self, app, account, ask):
        page, action, fields, name = ask
        seen = []
        for email in ("hoa@example.test", "abc@example.test"):
            client = app.test_client()
            token = client.page(f"{page}?lang=en").find("input", {"name": "csrf_token"})["value"]
            with app.app_context(), count_queries(db.engine) as sent:
                answer = client.post(action, data={**fields, name: email, "csrf_token": token})
            text = answer.get_data(as_text=True).replace(email, "").replace(token, "")
            seen.append((answer.status_code, answer.location, text, list(sent)))
        known, unknown = seen
        assert known == unknown

    def test_the_password_is_checked_in_full_for_an_unknown_address(self, app, client, account, monkeypatch):
        checked = []
        real = passwords._hasher.verify

        class Counting:
            check_needs_rehash = passwords._hasher.check_needs_rehash
            hash = passwords._hasher.hash

            def verify(self, *given):
                checked.append(given[1])
                return real(*given)

        monkeypatch.setattr(passwords, "_hasher", Counting())
        sign_in(client, "not it at all")
        sign_in(client, "not it at all", "nobody@example.test")
        assert checked == ["not it at all"] * 2


class TestBrakes:
    def test_the_owners_browser_gets_in_while_a_whole_hall_and_botnet_guess(self, app, session, account):
        owner = app.test_client()
        assert sign_in(owner).status_code == 302
        owner.submit("/", action="/sign-out")
        thief = app.test_client()
        for n in range(accounts.GUESSES_PER_ACCOUNT):
            thief.environ_base["REMOTE_ADDR"] = f"198.51.100.{n % 6}"
            assert sign_in(thief, "not it at all").status_code == 422
        thief.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        assert sign_in(thief).status_code == 429
        assert sign_in(owner).status_code == 302

    def test_a_known_browser_has_a_budget_too_and_it_is_of_this_account_alone(self, app, factory, session, account):
        factory.account(email="an@example.test", password_hash=passwords.hashed(PASSWORD))
        session.commit()
        browser = app.test_client()
        sign_in(browser)
        browser.submit("/", action="/sign-out")
        for _ in range(accounts.GUESSES_PER_DEVICE):
            assert sign_in(browser, "not it at all").status_code == 422
        assert sign_in(browser).status_code == 429
        for _ in range(accounts.GUESSES_PER_ACCOUNT_AND_ADDRESS):
            assert sign_in(browser, "not it at all", "an@example.test").status_code == 422
        assert sign_in(browser, PASSWORD, "an@example.test").status_code == 429

    def test_a_cookie_made_up_or_of_another_account_gives_no_budget(self, app, account):
        thief = app.test_client()
        thief.set_cookie("known", "made-up.cookie")
        for _ in range(accounts.GUESSES_PER_ACCOUNT_AND_ADDRESS):
            sign_in(thief, "not it at all")
        assert sign_in(thief).status_code == 429

    def test_one_address_cannot_try_one_guess_on_many_accounts(self, client):
        for n in range(accounts.GUESSES_PER_ADDRESS):
            assert sign_in(client, "not it at all", f"person{n}@example.test").status_code == 422
        assert sign_in(client, "not it at all", "one-more@example.test").status_code == 429

    def test_all_addresses_of_one_network_of_version_6_count_as_one(self):
        assert brakes.network_of("2001:db8:1:2::5") == brakes.network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
        assert brakes.network_of("198.51.100.7") == "198.51.100.7"

    def test_the_page_that_refuses_says_that_a_link_works_at_once_and_it_does(self, app, client, session, account):
        for _ in range(accounts.GUESSES_PER_ACCOUNT_AND_ADDRESS):
            sign_in(client, "not it at all")
        braked = sign_in(client)
        assert "have a link sent to your mail" in braked.text
        asked = client.submit("/sign-in", action="/sign-in/link", **{"link-email": "hoa@example.test"})
        assert asked.location == "/sign-in/sent"
        runner.work(app, until_idle=True)
        session.rollback()
        (link,) = session.scalars(select(SignInLink))
        token = signed(secret=app.config["SECRET_KEY"], purpose="sign_in", subject=link.id)
        assert client.submit(f"/sign-in/link/{token}").status_code == 302


class TestSessions:
    def test_one_sees_ones_own_browsers_in_words_and_ends_them(self, client, app, session, factory, account):
        phone = app.test_client()
        phone.environ_base["HTTP_USER_AGENT"] = PHONE
        sign_in(phone)
        stranger = factory.account()
        session.commit()
        app.test_client().sign_in_as(stranger)
        client.sign_in_as(account)
        page = client.page("/account/security?lang=en")
        rows = [row.get_text(" ", strip=True) for row in page.select("ul.rows li")]
        assert [row.split(" Signed in")[0] for row in rows] == ["Another browser", "Chrome on Android"]
        assert "This browser" in rows[0]
        action = page.select("ul.rows form")[0]["action"]
        assert client.submit("/account/security", action=action).status_code == 302
        assert (is_signed_in(client), is_signed_in(phone)) == (True, False)

    def test_nobody_ends_the_session_of_somebody_else(self, client, app, session, factory, account):
        other = factory.account()
        session.commit()
        theirs = app.test_client()
        theirs.sign_in_as(other)
        session.rollback()
        key = session.scalars(select(SignInSession.id)).one()
        client.sign_in_as(account)
        assert client.post_token(f"/account/security/sessions/{key}/end").status_code == 404
        assert is_signed_in(theirs)

    def test_all_other_browsers_are_signed_out_at_once(self, client, app, account):
        others = [app.test_client() for _ in range(2)]
        for other in others:
            other.sign_in_as(account)
        client.sign_in_as(account)
        client.submit("/account/security", action="/end-others")
        assert [is_signed_in(one) for one in (client, *others)] == [True, False, False]

    def test_a_session_planted_before_signing_in_is_not_the_one_signed_in(self, client, app, session, factory, account):
        """Fixation: whoever knows the cookie from before learns nothing about the session after."""
        client.get("/sign-in")
        planted = client.get_cookie("session").value
        sign_in(client)
        assert client.get_cookie("session").value != planted
        thief = app.test_client()
        thief.set_cookie("session", planted)
        assert not is_signed_in(thief)

    def test_becoming_an_organizer_ends_sessions_that_were_meant_to_last(self, client, factory, session, account):
        factory.fair(slug="spring")
        session.commit()
        client.sign_in_as(account)
        email = account.email
        session.rollback()
        begin_writing(session)
        staff.appoint_organizer(session, slug="spring", email=email, name="Hoa", now=clock.now())
        session.commit()
        assert not is_signed_in(client)

    @pytest.mark.parametrize("idle", [accounts.ORGANIZER_IDLE, accounts.ORGANIZER_LIFE])
    def test_an_organizers_session_is_short(self, client, factory, session, monkeypatch, idle):
        organizer = factory.organizer(factory.fair())
        session.commit()
        client.sign_in_as(organizer)
        start = clock.now()
        monkeypatch.setattr(clock, "now", lambda: start + idle - timedelta(seconds=1))
        session.rollback()
        begin_writing(session)
        session.get(SignInSession, session.scalars(select(SignInSession.id)).one()).last_used_at = clock.now()
        session.commit()
        assert is_signed_in(client)
        monkeypatch.setattr(clock, "now", lambda: start + idle + accounts.ORGANIZER_IDLE)
        assert not is_signed_in(client)

    def test_switching_an_account_off_ends_its_sessions_and_links_for_good(self, client, app, session, account):
        client.sign_in_as(account)
        address = reset_address(app, session, account)
        for on in (False, True):
            session.rollback()
            begin_writing(session)
            credentials.switch(session, email=account.email, on=on, by=None, now=clock.now())
            session.commit()
            assert not is_signed_in(client)
            assert "This link is over" in client.get(f"{address}?lang=en").text
            assert sign_in(app.test_client()).status_code == (302 if on else 422)


class TestRecentSignIn:
    @pytest.fixture
    def stale(self, client, account, monkeypatch):
        """A browser that was signed in longer ago than what is about to be done allows."""
        client.sign_in_as(account)
        late = clock.now() + RECENT + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: late)
        return client

    def test_a_password_confirms_and_leads_back_to_the_page(self, stale):
        asked = stale.submit("/account/two-step", action="/account/two-step")
        assert asked.location == "/account/confirm?next=/account/security"
        wrong = stale.submit("/account/confirm", action="/account/confirm", password="not it at all")
        assert wrong.status_code == 422
        right = stale.submit("/account/confirm?next=/account/two-step", action="/account/confirm", password=PASSWORD)
        assert right.location == "/account/two-step"
        assert stale.submit("/account/two-step", action="/account/two-step").location == "/account/two-step/set-up"

    def test_a_link_by_mail_confirms_as_well(self, app, stale, session):
        stale.submit("/account/confirm?next=/account/two-step", action="/confirm/link")
        runner.work(app, until_idle=True)
        session.rollback()
        (link,) = session.scalars(select(SignInLink))
        token = signed(secret=app.config["SECRET_KEY"], purpose="sign_in", subject=link.id)
        assert stale.submit(f"/sign-in/link/{token}").location == "/account/two-step"
        assert stale.submit("/account/two-step", action="/account/two-step").location == "/account/two-step/set-up"

    def test_confirming_leads_nowhere_else(self, stale):
        token = stale.page("/account/confirm").find("input", {"name": "csrf_token"})["value"]
        data = {"csrf_token": token, "password": PASSWORD, "next": "//evil.example"}
        assert stale.post("/account/confirm", data=data).location == "/account/security"


def test_the_language_is_kept_for_pages_and_mail(client, session, factory):
    account = factory.account(locale="en")
    session.commit()
    client.sign_in_as(account)
    client.submit("/account/security", action="/language", locale="vi")
    assert client.page("/account/security").html["lang"] == "vi"
    session.rollback()
    assert session.get(Account, account.id).locale == "vi"
    assert client.post_token("/account/security/language", locale="fr").status_code == 422


def test_the_security_page_takes_few_statements_however_many_browsers_there_are(client, app, account):
    for _ in range(15):
        app.test_client().sign_in_as(account)
    client.sign_in_as(account)
    with app.app_context(), count_queries(db.engine) as sent:
        client.get("/account/security")
    assert len(sent) <= 12


def test_what_happens_at_the_door_is_logged_without_a_secret(app, client, session, account, caplog):
    caplog.set_level(logging.INFO, logger="matchmaker.security")
    sign_in(client, "canary-wrong-password")
    sign_in(client)
    client.submit("/account/password", action="/account/password", current=PASSWORD, new_password=NEW)
    client.submit("/", action="/sign-out")
    client.submit("/password/forgot", action="/forgot", email="hoa@example.test")
    lines = [JsonLines().format(one) for one in caplog.records if one.name == "matchmaker.security"]
    told = [json.loads(line) for line in lines]
    events = ["sign_in_refused", "signed_in", "password_changed", "signed_out", "reset_asked"]
    assert [one["message"] for one in told] == events
    assert {one["address"] for one in told} == {"127.0.0.1"}
    assert [one.get("account") for one in told] == [None, *[str(account.id)] * 3, None]
    assert not any(word in line for line in lines for word in ("canary", PASSWORD, NEW, "hoa@example.test"))
