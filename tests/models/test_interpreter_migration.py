"""Interpreters from before they were tied to accounts are tied to the accounts that their addresses led to."""

import pytest
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.orm import Session

from matchmaker.models import AddressClaim, Interpreter
from matchmaker.models.engine import prepare
from tests.conftest import DATABASES, _fresh_postgres, upgrade
from tests.factories import OPENING, Factory
from tests.models.test_ledger_migration import downgrade


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path, worker_id):
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}" if is_sqlite else _fresh_postgres(f"{worker_id}_interpreter")
    engine = prepare(create_engine(url))
    yield engine
    engine.dispose()


def test_each_is_tied_by_the_address_of_now_or_of_before(engine):
    upgrade(engine)
    with Session(engine) as session:
        factory = Factory(session)
        fair = factory.fair()
        accounts = {name: factory.account(email=f"{name}@example.test").id for name in ("hoa", "moi")}
        claim = {"purpose": "change", "created_at": OPENING, "expires_at": OPENING, "confirmed_at": OPENING}
        factory.add(
            AddressClaim(account_id=accounts["moi"], email="moi@example.test", former_email="cu@example.test", **claim)
        )
        for name, email, is_active in (
            ("Hoa", "Hoa@example.test", True),
            ("Hoa before", "hoa@example.test", False),
            ("Moi", "cu@example.test", True),
            ("Nobody", "nobody@example.test", True),
        ):
            row = {"name": name, "email": email, "languages": ["vi", "ja"], "is_active": is_active}
            factory.add(Interpreter(fair_id=fair.id, **row))
        session.commit()
    downgrade(engine, "0051")
    with engine.connect() as connection:
        assert "account_id" not in {one["name"] for one in inspect(connection).get_columns("interpreter")}
    upgrade(engine)

    with Session(engine) as session:
        tied = dict(session.execute(select(Interpreter.name, Interpreter.account_id)).all())
    assert tied == {"Hoa": accounts["hoa"], "Hoa before": None, "Moi": accounts["moi"], "Nobody": None}
