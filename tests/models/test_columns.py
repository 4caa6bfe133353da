import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime, literal, select, union_all
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from matchmaker.domain.meetings import MeetingState
from matchmaker.models import Company, Meeting
from matchmaker.models.base import CleanText, ExactDecimal, Instant, RowKey

RIGHT_TO_LEFT, ZERO_WIDTH = "\u202e", "\u200b"


def test_text_is_stored_composed_and_without_hidden_marks(factory, session):
    typed = unicodedata.normalize("NFD", "Gốm Bát Tràng") + RIGHT_TO_LEFT + ZERO_WIDTH + "\x00"
    company = factory.company(name=typed)
    session.expire(company)
    assert company.name == "Gốm Bát Tràng"


def test_a_time_without_zone_is_refused(factory):
    with pytest.raises(StatementError, match="has no time zone"):
        factory.account(created_at=datetime(2026, 11, 18, 9, 0))  # noqa: DTZ001 - that is what is refused.


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=4))
def test_an_amount_comes_back_as_it_was_to_the_last_digit(amount):
    column = ExactDecimal(4)
    assert column.process_result_value(column.process_bind_param(amount, None), None) == amount


def test_an_amount_finer_than_the_column_is_refused_not_rounded():
    with pytest.raises(ValueError, match="more than 4 decimal places"):
        ExactDecimal(4).process_bind_param(Decimal("0.00001"), None)


@given(st.text())
def test_cleaning_text_twice_changes_nothing(text):
    column = CleanText()
    once = column.process_bind_param(text, None)
    assert column.process_bind_param(once, None) == once


def test_a_code_that_a_statement_names_is_part_of_it_and_one_that_is_given_is_bound():
    named = (Meeting.state == MeetingState.REQUESTED) | Meeting.state.in_({MeetingState.HELD, MeetingState.ACCEPTED})
    assert str(named) == "meeting.state = 'requested' OR meeting.state IN ('accepted', 'held')"
    given_ones = (Meeting.state == "requested") | (Meeting.state == "a state' OR 1 = 1")
    assert str(given_ones) == "meeting.state = :state_1 OR meeting.state = :state_2"


def test_a_member_that_is_no_plain_word_is_bound():
    odd = StrEnum("odd", {"QUOTED": "it's"})
    assert str(Meeting.state != odd.QUOTED) == "meeting.state != :state_1"


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_moment_of_sqlite_is_read_in_one_step_as_in_two(moment):
    kind = sqlite.dialect()
    stored = DateTime().dialect_impl(kind).bind_processor(kind)(Instant().process_bind_param(moment, kind))
    read = Instant().result_processor(kind, None)
    assert (read(stored), read(stored).tzinfo, read(None)) == (moment, UTC, None)
    assert read(stored) == Instant().process_result_value(datetime.fromisoformat(stored), kind)


def test_moments_and_keys_come_back_as_they_were_from_a_table_and_from_a_union(factory, session):
    moment = datetime(2026, 11, 18, 2, 0, 0, 123456, tzinfo=UTC)
    company = factory.company(created_at=moment, checked_at=None)
    session.flush()
    nothing = literal(None, RowKey()).label("key")
    read = select(Company.id, Company.created_at, Company.checked_at).where(Company.id == company.id)
    both = union_all(select(nothing), select(Company.id).where(Company.id == company.id))
    for _ in range(3):
        row = session.execute(read).one()
        assert tuple(row) == (company.id, moment, None)
        assert row.created_at.tzinfo is UTC
        assert set(session.scalars(both)) == {None, company.id}
