import pytest
from sqlalchemy import NullPool, column, create_engine, delete, func, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from matchmaker.extensions import db
from matchmaker.models import Company
from matchmaker.models.engine import begin_writing
from matchmaker.models.reading import reads_columns


def test_only_selects_of_columns_take_the_short_way():
    other = aliased(Company)
    assert [
        reads_columns(statement)
        for statement in (
            select(Company.id, Company.name),
            select(func.count(other.id)),
            select(Company),
            select(Company.id, other),
            delete(Company),
        )
    ] == [True, True, False, False, False]


def test_rows_hold_what_the_session_has_not_written_yet(session, factory):
    company = factory.company(name="Dệt may Hòa Bình")
    session.flush()
    company.name = "Dệt may Hòa An"
    assert session.scalar(select(Company.name).where(Company.id == company.id)) == "Dệt may Hòa An"


def test_rows_are_all_there_although_the_table_changes_while_they_are_read(session, factory):
    made = {factory.company(name=f"Company {number}").id for number in range(20)}
    session.flush()
    read = set()
    for key in session.scalars(select(Company.id)):
        session.execute(delete(Company).where(Company.id.in_(made)))
        read.add(key)
    assert read == made


def test_rows_have_the_names_of_their_columns(session, factory):
    company = factory.company(name="Gốm Bát Tràng")
    session.flush()
    row = session.execute(select(Company.id, func.upper(Company.country).label("land"))).one()
    assert dict(row._mapping) == {"id": company.id, "land": company.country.upper()}


def test_what_a_savepoint_takes_back_is_no_longer_read(session, factory):
    factory.company(name="Gốm Bát Tràng")
    session.flush()
    count = select(func.count(Company.id))
    before = session.scalar(count)
    inside = session.begin_nested()
    session.scalar(count)
    factory.company(name="Mây tre Phú Vinh")
    session.flush()
    within = session.scalar(count)
    inside.rollback()
    assert (within - before, session.scalar(count) - before) == (1, 0)


def test_a_session_reads_on_after_its_transaction_has_ended(session, factory):
    factory.company(name="Gốm Bát Tràng")
    session.commit()
    count = select(func.count(Company.id))
    first = session.connection()
    found = [session.scalar(count)]
    session.rollback()
    assert [*found, session.scalar(count)] == [1, 1]
    assert session.connection() is not first


NAMES = select(Company.name).order_by(Company.name)


@pytest.fixture
def page(app):
    """A request that only reads, in a context of its own as each has one."""
    with app.app_context(), app.test_request_context("/"):
        yield db.session


def read_thrice(session):
    """Send a statement until it goes to the driver as it was prepared."""
    return [session.scalars(NAMES).all() for _ in range(3)][-1]


class TestAPageThatOnlyReads:
    def test_reads_columns_and_rows_on_one_connection(self, session, factory, page):
        key = factory.company(name="Gốm Bát Tràng").id
        session.commit()
        assert (read_thrice(page), page.get(Company, key).name) == (["Gốm Bát Tràng"], "Gốm Bát Tràng")
        assert db.engine.pool.checkedout() == 1

    def test_gives_its_connection_back(self, session, factory, page):
        factory.company()
        session.commit()
        for end in (page.rollback, page.commit, page.close):
            page.scalar(select(func.count(Company.id)))
            end()
            assert db.engine.pool.checkedout() == 0

    def test_begins_no_transaction_at_the_server(self, session, page):
        session.commit()
        read_thrice(page)
        raw = page.get_bind().connection.dbapi_connection
        if db.engine.dialect.name == "postgresql":
            assert raw.info.transaction_status.name == "IDLE"
        else:
            assert raw.in_transaction

    def test_fetches_rows_piece_by_piece(self, session, factory, page):
        names = sorted(factory.company(name=f"Company {number}").name for number in range(5))
        session.commit()
        for _ in range(2):
            assert list(page.scalars(NAMES, execution_options={"yield_per": 2})) == names
        assert read_thrice(page) == names

    def test_leaves_nothing_behind(self, session, factory, page):
        company = factory.company(name="Gốm Bát Tràng")
        session.commit()
        page.get(Company, company.id).name = "Mây tre Phú Vinh"
        if db.engine.dialect.name == "postgresql":
            with pytest.raises(DBAPIError, match="read-only"):
                page.flush()
        else:
            page.flush()
        page.rollback()
        assert read_thrice(page) == ["Gốm Bát Tràng"]

    def test_may_begin_to_write_once_it_has_read(self, session, factory, page):
        company = factory.company(name="Gốm Bát Tràng")
        session.commit()
        read_thrice(page)
        begin_writing(page)
        page.get(Company, company.id).name = "Mây tre Phú Vinh"
        page.commit()
        session.rollback()
        assert read_thrice(session) == ["Mây tre Phú Vinh"]

    def test_reads_on_after_a_statement_failed(self, session, factory, page):
        factory.company(name="Gốm Bát Tràng")
        session.commit()
        with pytest.raises(DBAPIError):
            page.execute(select(func.no_such_function(Company.id)))
        page.rollback()
        assert read_thrice(page) == ["Gốm Bát Tràng"]

    def test_reads_on_after_a_table_was_changed_under_it(self, page):
        changed = select(table("changed_under_it", column("said")))
        db.engine.dispose()  # All that follows is asked on one connection.
        with db.engine.begin() as own:
            own.exec_driver_sql("CREATE TABLE changed_under_it (said integer)")
        try:
            for _ in range(7):  # From the fifth time on the server has it prepared.
                page.execute(changed).all()
                page.rollback()
            with create_engine(db.engine.url, poolclass=NullPool).begin() as migrating:
                migrating.exec_driver_sql("DROP TABLE changed_under_it")
                migrating.exec_driver_sql("CREATE TABLE changed_under_it (said bigint)")
            if db.engine.dialect.name == "postgresql":
                with pytest.raises(DBAPIError, match="cached plan"):
                    page.execute(changed)
                page.rollback()
            assert page.execute(changed).all() == []
            page.rollback()
        finally:
            with db.engine.begin() as own:
                own.exec_driver_sql("DROP TABLE changed_under_it")


def test_a_request_that_changes_something_reads_in_its_transaction(app, session, factory):
    factory.company(name="Gốm Bát Tràng")
    session.commit()
    with app.app_context(), app.test_request_context("/", method="POST"):
        begin_writing(db.session)
        db.session.execute(delete(Company))
        assert read_thrice(db.session) == []
        db.session.rollback()
