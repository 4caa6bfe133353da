from datetime import timedelta

from sqlalchemy import text

from matchmaker.extensions import db
from matchmaker.jobs import tend_database
from tests.factories import OPENING


def test_statistics_are_gathered_now_and_then(app, factory, session):
    factory.company()
    session.commit()
    tend_database._gathered.clear()
    assert tend_database.run(OPENING) == 0
    first = dict(tend_database._gathered)
    tend_database.run(OPENING + timedelta(minutes=29))
    assert tend_database._gathered == first
    tend_database.run(OPENING + tend_database.EVERY)
    assert tend_database._gathered != first
    if db.engine.dialect.name == "sqlite":
        tables = set(session.scalars(text("SELECT tbl FROM sqlite_stat1")))
        assert "company" in tables
