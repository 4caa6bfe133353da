"""No line of the log names a person: not what was typed, not a row that the database quotes when it refuses it."""

import io
import json
import logging

import pytest
from sqlalchemy import text

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.jobs import runner
from matchmaker.logs import JsonLines
from matchmaker.models import Account
from matchmaker.models.engine import begin_writing
from matchmaker.services import jobs, notices

CANARY, MAIL = "Canary Wvutsrqp", "canary.zyx@mk.test"


@pytest.fixture
def log():
    """All that any logger says, as the server writes it."""
    stream, handler = io.StringIO(), None
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def person(session, factory):
    seller = factory.participant(factory.fair(slug="spring"), name="Trà Núi Mây")
    seller.account.email, seller.account.name = MAIL, CANARY
    seller.representative.name, seller.representative.email = CANARY, MAIL
    key = seller.account.id
    session.commit()
    return key


def clean(log):
    return [
        word for word in ("Wvutsrqp", "canary", "mk.test", "hunter2-hunter2") if word.lower() in log.getvalue().lower()
    ]


def test_nothing_typed_or_shown_reaches_the_log(app, client, person, log):
    client.submit("/sign-in", email=MAIL, password="hunter2-hunter2")
    client.submit("/sign-in", **{"link-email": MAIL})
    client.sign_in_as(person)
    for page in ("/account/security", "/account/data", "/notices", "/fairs/spring/team", "/fairs/spring/profile"):
        client.get(page, follow_redirects=True)
    team = client.page("/fairs/spring/team")
    member = next(a["href"] for a in team.select("a") if "/team/" in a.get("href", ""))
    client.submit(member, name=CANARY + " 2", phone="0987654321")
    client.submit("/account/data", action="/copies")
    client.submit("/account/data/erase", is_sure="y")
    runner.work(app, until_idle=True)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"sign_in_refused", "person_erased"} <= {line["message"] for line in lines}
    assert clean(log) == []


def twice(*_args, **_values):
    db.session.add(Account(email=MAIL, name=CANARY, created_at=clock.now()))
    db.session.flush()


def test_a_row_that_the_database_refuses_is_not_quoted(app, client, person, log, monkeypatch):
    def page_of(*_args, **_values):
        db.session.rollback()
        begin_writing(db.session)
        twice()

    monkeypatch.setattr(notices, "page_of", page_of)
    client.sign_in_as(person)
    assert client.get("/notices").status_code == 500
    [trace] = [json.loads(line)["trace"] for line in log.getvalue().splitlines() if "unhandled error" in line]
    assert "IntegrityError" in trace
    assert "INSERT INTO account" in trace
    assert clean(log) == []


def test_a_job_that_fails_does_not_quote_it_either(app, session, person, log, monkeypatch):
    monkeypatch.setitem(runner.HANDLERS, "twice", twice)
    session.rollback()
    jobs.enqueue(session, kind="twice", once="twice", now=clock.now(), email=MAIL)
    session.commit()
    runner.work(app, until_idle=True)
    assert "job failed" in log.getvalue()
    assert clean(log) == []


def test_an_engine_keeps_the_values_of_its_statements_to_itself(app):
    with app.app_context():
        assert db.engine.hide_parameters
        with pytest.raises(Exception, match="parameters hidden"):
            db.session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY})
        db.session.rollback()
