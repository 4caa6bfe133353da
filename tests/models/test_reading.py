from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from matchmaker.models import Company
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
