import gc
import weakref
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import BigInteger, bindparam, exc, func, literal, select, union_all

from matchmaker.domain.fairs import Role
from matchmaker.models import Company, Fair, Participation, prepared
from matchmaker.models.base import ExactDecimal
from tests.query_count import count_queries

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
FACTS = (
    select(
        Participation.id,
        Company.id,
        Company.name.label("called"),
        Participation.joined_at,
        literal(Decimal("1.5000"), ExactDecimal(4)).label("amount"),
        func.count().over().label("number"),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.role == Role.BUYER, Participation.joined_at <= bindparam("now"))
    .order_by(Company.name)
)
BOTH = union_all(
    select(Company.name, Company.country).where(Company.country == bindparam("country")),
    select(Fair.name_vi, Fair.country).where(Fair.country == bindparam("country")),
)
SIZE = select(func.abs(bindparam("number", type_=BigInteger)))
SMALLEST = -(2**63)


def is_prepared(session, statement):
    return prepared.of(session.connection(), statement) is not None


def sent_thrice(session, statement, values):
    found = [session.execute(statement, values).all() for _ in range(3)]
    assert is_prepared(session, statement)
    return found


def test_rows_are_the_same_each_time(session, factory):
    fair = factory.fair(country="VN")
    for name in ("Trà Shan", "Gốm Bát Tràng"):
        company = factory.company(name=name, country="VN")
        factory.participation(fair=fair, company=company, role=Role.BUYER, joined_at=AT)
    session.flush()
    for statement, values, number in ((FACTS, {"now": AT}, 2), (BOTH, {"country": "VN"}, 3)):
        first, second, third = sent_thrice(session, statement, values)
        assert len(first) == number
        assert [dict(row._mapping) for row in first] == [dict(row._mapping) for row in third]
        assert [[type(value) for value in row] for row in first] == [[type(value) for value in row] for row in third]
        assert first == second == third
    row = session.execute(FACTS, {"now": AT}).first()
    assert (row.called, row.joined_at, row.amount) == ("Gốm Bát Tràng", AT, Decimal("1.5"))


def test_values_change_from_time_to_time_and_those_of_the_statement_stay(session, factory):
    factory.company(name="Kaze", country="JP")
    session.flush()
    statement = select(Company.name, literal("here")).where(Company.country == bindparam("country"))
    found = [session.execute(statement, {"country": one, "other": 1}).all() for one in ("VN", "JP", "VN", "JP")]
    assert is_prepared(session, statement)
    assert found == [[], [("Kaze", "here")]] * 2


def test_lists_of_values_may_have_any_length(session, factory):
    made = sorted(factory.company(country=country).country for country in ("DE", "JP", "KR"))
    session.flush()
    statement = select(Company.country).where(Company.country.in_(bindparam("some", expanding=True)))
    found = [sorted(session.scalars(statement, {"some": made[:number]})) for number in (3, 2, 1, 0, 3)]
    assert found == [made, made[:2], made[:1], [], made]
    assert not is_prepared(session, statement)


def test_what_is_wrong_with_values_is_said_as_the_first_time(session):
    sent_thrice(session, FACTS, {"now": AT})
    with pytest.raises(exc.StatementError, match="A value is required for bind parameter 'now'"):
        session.execute(FACTS, {})
    with pytest.raises(exc.StatementError, match="has no time zone"):
        session.execute(FACTS, {"now": AT.replace(tzinfo=None)})


def test_what_the_database_refuses_is_said_without_the_values(session):
    assert [session.scalar(SIZE, {"number": number}) for number in (-1, -2, -3)] == [1, 2, 3]
    assert is_prepared(session, SIZE)
    with pytest.raises(exc.DBAPIError) as refused:
        session.scalar(SIZE, {"number": SMALLEST})
    assert str(SMALLEST) not in str(refused.value)
    session.rollback()
    assert session.scalar(SIZE, {"number": -4}) == 4


def test_who_listens_hears_of_each_statement(session):
    sent_thrice(session, BOTH, {"country": "VN"})
    with count_queries(session.get_bind()) as sent:
        session.execute(BOTH, {"country": "VN"}).all()
    assert len(sent) == 1


def test_a_statement_that_nobody_holds_any_more_is_forgotten(session):
    statement = select(Company.name).where(Company.country == bindparam("country"))
    sent_thrice(session, statement, {"country": "VN"})
    held = weakref.ref(statement)
    del statement
    session.get_bind().clear_compiled_cache()
    gc.collect()
    assert held() is None
