"""What someone may send who means no good, against every page and form."""

import contextlib
import io
import threading
import time
import uuid
from datetime import timedelta

import pytest
from flask import flash
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.models import (
    Account,
    Base,
    FairStaff,
    Hall,
    Meeting,
    Notice,
    OutcomeReport,
    Participation,
    SignInFailure,
    SignInSession,
)
from matchmaker.services import accounts, passwords
from tests.factories import OPENING

PASSWORD = "correct horse battery"
NOW = OPENING + timedelta(hours=3)
ODD = (
    "page=0",
    "page=-1",
    "page=99999999999999999999",
    f"page={'9' * 5000}",
    "page=x",
    "day=2026-13-45",
    "lang=zz",
    "lang=en&lang=vi",
    "as=organizer",
    f"q={'a' * 5000}",
    "q=%25_%5C",
    "q=%ED%A0%80",
    "tab=x&show=x&why=x&of=__class__&deal=x&stage=x",
    "endpoint=x&self=x&slug=x&values=x",
    "_method=POST",
    "day[]=x&=y&lang",
)


@pytest.fixture(autouse=True)
def during_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(session, factory):
    """A fair with a scheduled meeting that is over and a request that waits."""
    fair = factory.fair(slug="spring")
    seller = factory.participant(fair, name="Trà Xanh")
    buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods", country="JP")
    asker = factory.participant(fair, role=Role.BUYER, name="Hoa Sen")
    organizer = factory.organizer(fair)
    (slot,) = factory.slots(fair, 1)
    met = factory.meeting(seller, buyer, state="scheduled", slot_id=slot.id)
    asked = factory.meeting(seller, asker, expires_at=NOW + timedelta(days=1))
    session.commit()
    accounts_by_name = {"seller": seller.account.id, "buyer": buyer.account.id, "organizer": organizer.id}
    ids = {"met": met.id, "asked": asked.id, "asker": asker.id, "seller": seller.id}
    session.rollback()
    return accounts_by_name, ids


def token_of(client, address="/sign-in"):
    return client.page(address).find("input", {"name": "csrf_token"})["value"]


def pages_of(client, prefix):
    """Every page without an id in its address below a fair."""
    for rule in client.application.url_map.iter_rules():
        if "GET" in rule.methods and rule.arguments <= {"slug"} and rule.endpoint != "static":
            address = rule.rule.replace("<slug>", "spring")
            if address.startswith(prefix):
                yield address


class TestAddresses:
    @pytest.mark.parametrize("query", ODD)
    @pytest.mark.parametrize(
        ("who", "prefix"), [("seller", "/"), ("organizer", "/fairs/spring/organizer")], ids=["seller", "organizer"]
    )
    def test_no_query_makes_a_page_fail(self, client, fair, who, prefix, query):
        client.sign_in_as(fair[0][who])
        answers = {address: client.get(f"{address}?{query}").status_code for address in pages_of(client, prefix)}
        assert {address: status for address, status in answers.items() if status not in {200, 302, 404}} == {}

    def test_a_query_never_decides_where_the_links_of_a_page_lead(self, client):
        page = client.page("/?lang=en&_scheme=javascript&_external=1&_anchor=x&endpoint=accounts.sign_out")
        links = [link["href"] for link in page.find_all("a", href=True) if "lang=" in link["href"]]
        assert links == ["/?lang=vi&_scheme=javascript&_external=1&_anchor=x&endpoint=accounts.sign_out"]

    @pytest.mark.parametrize(
        "address", ["/fairs/%00", "/?q=%00", "/?%00=x", "/fairs/spring/organizer/companies?role=%00"]
    )
    def test_a_nul_in_the_address_is_refused(self, client, fair, address):
        client.sign_in_as(fair[0]["organizer"])
        assert client.get(address).status_code == 400

    def test_a_nul_in_a_form_is_refused(self, client, fair):
        typed = {"email": "a\x00@example.test", "password": "not it at all"}
        assert client.submit("/sign-in", action="/sign-in", **typed).status_code == 400

    @pytest.mark.parametrize(
        "referrer",
        ["http://[", "http://evil.example/fairs", "http://localhost//evil.example", "http://localhost/sign-out"],
    )
    def test_a_button_leads_back_to_a_page_of_this_site_or_to_its_own(self, client, session, fair, referrer):
        client.sign_in_as(fair[0]["seller"])
        data = {"csrf_token": token_of(client, "/fairs/spring/requests")}
        answer = client.post(
            f"/fairs/spring/requests/{fair[1]['asked']}/accept", data=data, headers={"Referer": referrer}
        )
        assert (answer.status_code, answer.location) == (302, "/fairs/spring/requests")

    def test_asking_for_the_head_of_a_page_signs_nobody_in(self, client, session, factory, monkeypatch):
        monkeypatch.setattr("matchmaker.web.accounts.views.subject_of", lambda *_args, **_kwargs: uuid.uuid4())
        used = []
        monkeypatch.setattr("matchmaker.services.accounts.use_link", lambda *_args, **facts: used.append(facts))
        assert [client.head("/sign-in").status_code, client.head("/sign-in/link/x").status_code] == [200, 200]
        assert used == []


class TestForms:
    def test_no_field_beside_those_of_a_form_reaches_a_table(self, client, session, fair):
        """Every column of every table, posted to every action of a participant and of an organizer."""
        keys, ids = fair
        columns = {column.key: "1" for table in Base.metadata.sorted_tables for column in table.columns}
        columns |= {"role": "organizer", "status": "approved", "state": "held", "fair_id": str(uuid.uuid4())}
        forms = {
            "seller": (f"requests/{ids['asked']}/accept", f"suggestions/{ids['asker']}/save"),
            "organizer": ("organizer/matching", "organizer/schedule", f"organizer/meetings/{ids['met']}/lock"),
        }
        before = facts_of_everyone(session)
        for who, actions in forms.items():
            client.sign_in_as(keys[who])
            token = token_of(client, "/")
            for action in actions:
                client.post(f"/fairs/spring/{action}", data={**columns, "csrf_token": token})
        assert facts_of_everyone(session) == before
        asked = session.get(Meeting, ids["asked"])
        assert (asked.state, asked.slot_id, asked.is_walk_in, asked.note) == ("accepted", None, False, "")

    def test_a_value_in_a_currency_without_a_rate_is_refused(self, client, session, fair):
        """The page offers only currencies with a rate, but what it carries along is anybody's to change."""
        client.sign_in_as(fair[0]["seller"])
        address = f"/fairs/spring/meetings/{fair[1]['met']}/outcome"
        data = {
            "kind": "mou",
            "value": "5000",
            "currency": "CHF",
            "horizon": "12m",
            "csrf_token": token_of(client, address),
        }
        assert client.post(f"{address}/confirm", data=data).status_code == 422
        session.rollback()
        assert session.scalars(select(OutcomeReport)).all() == []
        assert client.get("/fairs/spring/results").status_code == 200

    def test_the_same_form_sent_five_times_at_once_makes_one_of_it(self, app, client, session, fair):
        keys, ids = fair
        client.sign_in_as(keys["seller"])
        token = token_of(client, "/")
        with client.session_transaction() as cookie:
            kept = dict(cookie)
        statuses = []

        def send():
            other = app.test_client()
            with other.session_transaction() as own:
                own.update(kept)
            statuses.append(
                other.post(f"/fairs/spring/requests/{ids['asked']}/accept", data={"csrf_token": token}).status_code
            )

        threads = [threading.Thread(target=send) for _ in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert statuses == [302] * 5, "whoever is late is told what stands, as the first one was"
        session.rollback()
        assert session.get(Meeting, ids["asked"]).state == "accepted"
        told = session.scalars(select(Notice.kind)).all()
        assert told == ["meeting_accepted"]

    def test_what_two_add_at_once_is_there_once_and_nobody_meets_a_fault(self, app, client, session, fair):
        keys, _ = fair
        client.sign_in_as(keys["organizer"])
        data = {
            "csrf_token": token_of(client, "/"),
            "code": "Z",
            "name_vi": "Nhà Z",
            "name_en": "Hall Z",
            "tables": "Z1",
        }
        with client.session_transaction() as cookie:
            kept = dict(cookie)
        together, statuses = threading.Barrier(5), []

        def send():
            other = app.test_client()
            with other.session_transaction() as own:
                own.update(kept)
            together.wait()
            statuses.append(other.post("/fairs/spring/organizer/setup/places", data=data).status_code)

        threads = [threading.Thread(target=send) for _ in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(statuses) == [302, 422, 422, 422, 422]
        session.rollback()
        assert session.scalars(select(Hall.code).where(Hall.code == "Z")).all() == ["Z"]

    def test_who_was_a_moment_later_is_answered_by_what_stands(self, client, session, fair, monkeypatch):
        """What the first try has said is not said twice, and the file it has read is there again."""
        read = []

        def overtaken_once(_session, *, content, **_facts):
            flash("Said by this try.")
            read.append(content)
            if len(read) == 1:
                raise IntegrityError("INSERT INTO company_import", {}, Exception("it is there"))
            return uuid.uuid4()

        monkeypatch.setattr("matchmaker.services.company_uploads.keep", overtaken_once)
        client.sign_in_as(fair[0]["organizer"])
        data = {"csrf_token": token_of(client, "/"), "file": (io.BytesIO(b"Company name"), "list.csv")}
        with client.session_transaction() as cookie:
            cookie["_flashes"] = [("done", "Said before.")]
        assert client.post("/fairs/spring/organizer/import", data=data).status_code == 302
        with client.session_transaction() as cookie:
            assert [text for _kind, text in cookie["_flashes"]] == ["Said before.", "Said by this try."]
        assert read == [b"Company name"] * 2


class TestSessions:
    def test_signing_in_again_ends_the_session_from_before(self, client, session, factory):
        account = factory.account(email="hoa@example.test", password_hash=passwords.hashed(PASSWORD))
        session.commit()
        client.sign_in_as(account)
        client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password=PASSWORD)
        session.rollback()
        ended = session.scalars(select(SignInSession.ended_at.is_not(None)).order_by(SignInSession.created_at)).all()
        assert sorted(ended) == [False, True]

    def test_a_mailbox_cannot_be_flooded_with_links_and_the_newest_still_works(self, app, client, session, factory):
        account = factory.account(email="hoa@example.test")
        session.commit()
        for _ in range(accounts.LINKS_PER_ACCOUNT + 3):
            answer = client.submit("/sign-in", action="/sign-in/link", **{"link-email": "hoa@example.test"})
            assert answer.location == "/sign-in/sent"
            runner.work(app, until_idle=True)
        session.rollback()
        queued = session.scalars(select(Notice).where(Notice.account_id == account.id)).all()
        assert len(queued) == accounts.LINKS_PER_ACCOUNT
        links = [uuid.UUID(notice.facts["link_id"]) for notice in queued]
        assert [accounts.link_is_open(session, link_id=one, now=NOW) for one in links].count(True) == 1

    def test_failed_guesses_are_forgotten_once_they_slow_nobody(self, client, session, monkeypatch):
        session.commit()
        for later in (timedelta(), accounts.GUESS_WINDOW):
            monkeypatch.setattr(clock, "now", lambda later=later: NOW + later)
            client.submit("/sign-in", action="/sign-in", email="hoa@example.test", password="not it at all")
        session.rollback()
        assert set(session.scalars(select(SignInFailure.at))) == {NOW + accounts.GUESS_WINDOW}

    def test_who_is_approved_in_one_role_acts_in_it(self, client, session, factory):
        fair = factory.fair(slug="spring")
        both = factory.participant(fair)
        both.status = ParticipationStatus.PENDING
        factory.participation(fair, session.get(Participation, both.id).company, role=Role.BUYER)
        session.commit()
        client.sign_in_as(both.account)
        assert client.get("/fairs/spring/agenda").status_code == 200
        assert client.get("/fairs/spring/agenda?as=exhibitor").status_code == 403


class TestFaults:
    def test_while_another_writer_holds_the_database_pages_can_be_read(
        self, app, client, session, factory, monkeypatch
    ):
        """Noting that a session was used is all that a read writes; it must not wait for the other one."""
        factory.fair(slug="spring")
        account = factory.account()
        session.commit()
        client.sign_in_as(account)
        monkeypatch.setattr(clock, "now", lambda: NOW + accounts.TOUCH_EVERY)
        with db.engine.execution_options(write=True).begin():
            began = time.monotonic()
            assert client.get("/").status_code == 200
            waited = time.monotonic() - began
        assert waited < WAITS_SECONDS

    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_a_form_that_waited_in_line_too_long_says_so_and_can_be_sent_again(
        self, client, session, fair, monkeypatch, lang
    ):
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL lets everyone write at a time")
        client.sign_in_as(fair[0]["seller"])
        address = f"/fairs/spring/requests/{fair[1]['asked']}/accept?lang={lang}"
        data = {"csrf_token": token_of(client, "/")}
        monkeypatch.setattr("matchmaker.models.engine.WAIT_SECONDS", 0.1)
        with db.engine.execution_options(write=True).begin():
            answer = client.post(address, data=data)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert f'<html lang="{lang}">' in answer.text
        assert client.post(address, data=data).status_code == 302
        session.rollback()
        assert session.get(Meeting, fair[1]["asked"]).state == "accepted"

    def test_a_form_that_cannot_be_taken_now_says_so_without_asking_the_database_again(
        self, client, session, fair, monkeypatch
    ):
        def away(*_args, **_kwargs):
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

        client.sign_in_as(fair[0]["seller"])
        token = token_of(client, "/")
        monkeypatch.setattr("matchmaker.web.transaction.begin_writing", away)
        monkeypatch.setattr("matchmaker.services.accounts.by_session_token", away)
        answer = client.post(f"/fairs/spring/requests/{fair[1]['asked']}/accept?lang=en", data={"csrf_token": token})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        session.rollback()
        assert session.get(Meeting, fair[1]["asked"]).state == "requested"

    @pytest.mark.parametrize("lang", ["vi", "en"])
    def test_a_database_that_goes_away_while_a_page_is_made_gives_503(self, client, fair, monkeypatch, lang):
        def away(*_args, **_kwargs):
            raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

        client.sign_in_as(fair[0]["seller"])
        monkeypatch.setattr("matchmaker.services.agenda.agenda_of", away)
        monkeypatch.setattr("matchmaker.services.meetings.waiting_count", away)
        answer = client.get(f"/fairs/spring/agenda?lang={lang}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert f'<html lang="{lang}">' in answer.text

    def test_a_fault_in_the_database_logs_nobodys_data(self, client, session, factory, monkeypatch, caplog):
        factory.account(email="canary@example.test")
        session.commit()

        def doubled(*_args, **_kwargs):
            with db.sessionmaker() as own, own.begin():
                own.add(Account(email="canary@example.test", name="Canary", created_at=NOW))

        monkeypatch.setattr("matchmaker.services.fairs.all_fairs", doubled)
        with contextlib.suppress(IntegrityError):
            assert client.get("/").status_code == 500
        logged = [record for record in caplog.records if record.name == "matchmaker.errors"]
        assert len(logged) == 1
        assert "Canary" not in caplog.text


WAITS_SECONDS = 10


def facts_of_everyone(session):
    """What no form may change: who is who, and who may do what."""
    session.rollback()
    session.expire_all()
    return {
        table: sorted(
            tuple(str(getattr(row, column.key)) for column in inspect(table).columns)
            for row in session.scalars(select(table))
        )
        for table in (Account, FairStaff, Participation)
    }
