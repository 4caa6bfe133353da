"""Databases from before the ledger was sealed get the chain that the services would have written."""

import json

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from matchmaker.domain.deals.stages import Outcome
from matchmaker.models import LedgerEntry
from matchmaker.models.engine import prepare
from matchmaker.services import ledger
from tests.conftest import DATABASES, ROOT, _fresh_postgres, upgrade
from tests.factories import Factory
from tests.services.test_deals import Scene, usd


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path, worker_id):
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}" if is_sqlite else _fresh_postgres(f"{worker_id}_ledger")
    engine = prepare(create_engine(url))
    yield engine
    engine.dispose()


def downgrade(engine, revision):
    settings = Config(str(ROOT / "migrations" / "alembic.ini"))
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, revision)
        connection.commit()


def said(content):
    """The facts of an entry, without those that were not known when the migration was written."""
    return sorted((name, str(value)) for name, value in json.loads(content).items() if value is not None)


def test_reports_that_stood_before_are_sealed_as_the_service_seals_them(engine):
    upgrade(engine)
    with Session(engine) as session:
        scene = Scene(session, Factory(session))
        fair_id = scene.fair.id
        scene.say(scene.seller, Outcome.QUOTATION, usd("20000.25"))
        scene.say(scene.buyer, Outcome.FOLLOW_UP)
        session.commit()
        written = session.scalars(select(LedgerEntry.content)).all()
    downgrade(engine, "0015")
    upgrade(engine)
    with Session(engine) as session:
        sealed = session.scalars(select(LedgerEntry.content)).all()
        assert sorted(map(said, sealed)) == sorted(map(said, written))
        assert ledger.check(session, fair_id=fair_id) is None
        assert ledger.strays(session, fair_id=fair_id) == []
