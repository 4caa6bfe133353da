"""What every test shares: the application on each database, clean tables, and a client that checks pages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, literal, make_url, select, text, union_all

from config import Config, Profile
from matchmaker import assets, create_app
from matchmaker.extensions import db
from matchmaker.models import Base
from matchmaker.models.engine import begin_writing
from matchmaker.services import passwords
from tests.factories import Factory
from tests.page_client import PageClient

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("MATCHMAKER_TEST_POSTGRES", "")
# No test says how long something takes, and neither does Hypothesis: a machine may be busy with other things.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
DATABASES = ["sqlite", *(["postgres"] if POSTGRES else [])]


@pytest.fixture(scope="session", autouse=True)
def built_assets():
    assets.build(ROOT)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Argon2 at its real cost would take most of the suite's time and prove nothing more."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def no_mail_server(monkeypatch):
    """No test talks to a mail server; one that means to says so by replacing this itself."""

    def refuse(*_args):
        pytest.fail("a test tried to send mail by SMTP")

    monkeypatch.setattr("matchmaker.mailer._by_smtp", refuse)


@pytest.fixture(scope="session", params=DATABASES)
def app_on_database(request, tmp_path_factory, worker_id):
    folder = tmp_path_factory.mktemp(request.param)
    url = f"sqlite:///{folder / 'test.sqlite3'}" if request.param == "sqlite" else _fresh_postgres(worker_id)
    config = Config(
        profile=Profile.TEST,
        secret_key="a secret that only the tests know, long enough",
        database_url=url,
        public_url="http://localhost",
        instance=folder,
        organizers_take_two_steps=False,
    )
    app = create_app(config)
    app.test_client_class = PageClient
    with app.app_context():
        upgrade(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(app_on_database):
    """The application on an empty database; once on SQLite, and once on PostgreSQL where there is one."""
    yield app_on_database
    with app_on_database.app_context():
        _empty(db.engine)


@pytest.fixture
def session(app):
    """A writing session in an application context; commit it before the client is to see its rows."""
    with app.app_context():
        begin_writing(db.session)
        yield db.session
        db.session.rollback()


@pytest.fixture
def factory(session):
    return Factory(session)


@pytest.fixture
def client(app):
    return app.test_client()


def upgrade(engine, revision="head"):
    """Bring an engine's database to a revision by the migrations."""
    settings = AlembicConfig(str(ROOT / "migrations" / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()


def _fresh_postgres(worker_id):
    url = make_url(POSTGRES)
    name = f"{url.database}_test_{worker_id}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    server.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


TABLES = Base.metadata.sorted_tables[::-1]
FILLED = union_all(*(select(literal(table.name)).where(select(table).exists()) for table in TABLES))
FAIRS, MARKS = Base.metadata.tables["fair"], Base.metadata.tables["fair_change"]
GUARDS = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'")


def _empty(engine):
    """Empty the tables that have rows; a test fills few of them, and to empty all takes longer than most tests.

    Only a test may do so to the ledger, so what refuses it is taken off, and no connection that knows the schema from
    before is kept: SQLite trips over a new one where a table's trigger writes the search's virtual table.
    """
    with engine.execution_options(write=True).begin() as connection:
        filled = set(connection.scalars(FILLED))
        triggers = []
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            triggers = [one for one in connection.execute(GUARDS) if one.tbl_name in filled]
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger.name}"))
        connection.execute(text("DELETE FROM search_words"))
        for table in TABLES:
            if table is FAIRS:
                connection.execute(MARKS.delete())  # Emptying the other tables has left marks there.
            if table.name in filled:
                connection.execute(table.delete())
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)
    if triggers:
        engine.dispose()
