import gc
import weakref
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import BigInteger, bindparam, exc, func, literal, select, tuple_, union_all

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
    lengths = (3, 2, 1, 0, 3, 3, 0, 0, 1, 2)
    found = [sorted(session.scalars(statement, {"some": made[:number]})) for number in lengths]
    assert found == [made[:number] for number in lengths]
    assert is_prepared(session, statement)


def test_lists_of_keys_moments_and_fixed_values_give_the_rows_of_the_long_way(session, factory):
    fair = factory.fair()
    rows = [factory.participation(fair=fair, joined_at=AT, role=role) for role in (Role.BUYER, Role.EXHIBITOR)]
    session.flush()
    keys = [row.id for row in rows]
    some = Participation.id.in_(bindparam("ids", expanding=True))
    statement = union_all(
        select(Participation.id, Participation.joined_at).where(some, Participation.joined_at.in_([AT])),
        select(Participation.id, Participation.joined_at).where(some, Participation.fair_id == bindparam("fair_id")),
    )
    for ids in (keys, keys[:1], [], set(keys), keys[1:]):
        values = {"ids": ids, "fair_id": fair.id}
        with count_queries(session.get_bind()):  # Whoever listens gets the long way.
            long = session.execute(statement, values).all()
        assert len(long) == 2 * len(ids)
        for _ in range(3):
            assert sorted(session.execute(statement, values).all()) == sorted(long)
    assert is_prepared(session, statement)


def test_what_can_be_gone_through_once_gives_the_same_rows_each_time(session, factory):
    made = [factory.company(country=country).country for country in ("DE", "JP")]
    session.flush()
    statement = select(Company.country).where(Company.country.in_(bindparam("some", expanding=True)))
    for number in (2, 2, 1, 1, 2):
        assert sorted(session.scalars(statement, {"some": iter(made[:number])})) == made[:number]
    assert is_prepared(session, statement)


def test_of_many_lengths_only_some_are_kept(session, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_LENGTHS", 2)
    statement = select(Company.country).where(Company.country.in_(bindparam("some", expanding=True)))
    for number in (1, 1, 2, 3, 3, 4):
        assert session.execute(statement, {"some": ["VN"] * number}).all() == []
    kept = prepared.of(session.connection(), statement)
    assert kept.sent({"some": ["VN"] * 2})
    with pytest.raises(KeyError):
        kept.sent({"some": ["VN"] * 3})


def test_long_lists_are_not_kept(session, monkeypatch):
    monkeypatch.setattr(prepared, "LONGEST", 3)
    statement = select(Company.country).where(Company.country.in_(bindparam("some", expanding=True)))
    for number in (3, 3, 4, 4):
        assert session.execute(statement, {"some": ["VN"] * number}).all() == []
    kept = prepared.of(session.connection(), statement)
    assert kept.sent({"some": ["VN"] * 3})
    with pytest.raises(KeyError):
        kept.sent({"some": ["VN"] * 4})


def test_lists_of_pairs_are_sent_the_long_way(session):
    pairs = tuple_(Company.name, Company.country).in_(bindparam("some", expanding=True))
    for _ in range(3):
        assert session.execute(select(Company.name).where(pairs), {"some": [("Kaze", "JP")]}).all() == []
    statement = select(Company.name).where(pairs)
    for number in (1, 2, 3):
        assert session.execute(statement, {"some": [("Kaze", "JP")] * number}).all() == []
    assert not is_prepared(session, statement)


def test_a_value_of_the_statement_may_stand_in_its_text(session, factory):
    for country in ("JP", "JP", "VN"):
        factory.company(name=f"It’s 100% {country}", country=country)
    session.flush()
    names = select(func.aggregate_strings(Company.name, "'%,")).where(
        Company.country.in_(bindparam("wanted", expanding=True))
    )
    for wanted in (["JP"], ["JP", "VN"]):
        before, _, after = sent_thrice(session, names, {"wanted": wanted})
        assert before == after == [("'%,".join(f"It’s 100% {one}" for one in ("JP", "JP", "VN") if one in wanted),)]


def test_a_value_that_stands_in_the_text_and_can_be_given_is_looked_at_each_time(session, factory):
    factory.company(country="JP")
    session.flush()
    statement = select(Company.country).where(Company.country == bindparam("country", literal_execute=True))
    found = [session.execute(statement, {"country": one}).all() for one in ("JP", "JP", "VN", "JP")]
    assert found == [[("JP",)], [("JP",)], [], [("JP",)]]
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
