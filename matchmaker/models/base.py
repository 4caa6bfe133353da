"""What every table shares: the declarative base, predictable constraint names, exact column types."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
    literal_column,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from matchmaker.domain.names import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS_KEPT = 1 << 16
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _moment_of(text: str | None) -> datetime | None:
    # Read along with its zone: to give a moment another zone afterwards takes several times as long as reading it.
    return None if text is None else datetime.fromisoformat(text + "+00:00")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Refuses values without a zone, and gives the zone back on SQLite, which forgets it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the moment in UTC; raise ValueError for a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """Return what makes a moment of what the database gave: of SQLite's text in one step, as lists have many."""
        return _moment_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment with its zone, whatever the database kept."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=KEYS_KEPT)
def _key_of(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(text)


class RowKey(TypeDecorator[uuid.UUID]):
    """The key of a row.

    SQLite keeps keys as text. Making keys of it costs more than all else in reading a large list, and the same few
    thousand come again with every page, so they are made once and shared.
    """

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[str | None], uuid.UUID | None] | None:
        """Return what makes a key of the text that the database gave, or nothing where the driver makes keys itself."""
        del coltype
        return None if dialect.supports_native_uuid else _key_of


class CleanText(TypeDecorator[str]):
    """Text in NFC without control, bidi or zero-width marks, whichever form, file or command it came from."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what is stored or looked for; line breaks stay."""
        del dialect
        return None if value is None else clean_text(value, keep_lines=True)


class CodeText(String):
    """A code of a few known ones, such as a state. What a statement compares it with by name is written into it.

    SQLite plans a statement anew whenever a value is bound that an index WHERE state = 'requested' might be used for,
    which takes many times what asking it does. A code that is only known when the statement is sent is bound as ever.
    """

    class Comparator(String.Comparator[str]):
        """Comparisons with members of an enumeration as parts of the statement."""

        def operate(self, op: Any, *other: Any, **options: Any) -> Any:
            """Compare the column with codes."""
            return super().operate(op, *(_written(one) for one in other), **options)

    comparator_factory = Comparator


def _written(given: Any) -> Any:
    """Return a member of an enumeration as SQL, or several of them; anything else as it is."""
    if isinstance(given, list | tuple | set | frozenset):
        return [_written(one) for one in (given if isinstance(given, list | tuple) else sorted(given))]
    if isinstance(given, StrEnum) and given.isidentifier():
        return literal_column(f"'{given}'", String())
    return given


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, kept as a whole number.

    SQLite has no decimal type and would round through a float; a scaled integer is exact, sorts
    and sums the same on every database. Nine integer digits less than 64 bits hold are plenty for money.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Scale to a whole number; raise ValueError where digits would be lost."""
        del dialect
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Give the decimal back."""
        del dialect
        return None if value is None else Decimal(value).scaleb(-self.places)


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute by name.
        datetime: Instant(),
        uuid.UUID: RowKey(),
        str: CleanText(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
    }


Key = Annotated[uuid.UUID, mapped_column(RowKey(), primary_key=True, default=uuid.uuid4)]
Short = Annotated[str, mapped_column(CleanText(80))]
Line = Annotated[str, mapped_column(CleanText(250))]
Code = Annotated[str, mapped_column(CodeText(60))]
CountryCode = Annotated[str, mapped_column(String(2))]
CurrencyCode = Annotated[str, mapped_column(String(3))]
Amount = Annotated[Decimal, mapped_column(ExactDecimal(4))]
Rate = Annotated[Decimal, mapped_column(ExactDecimal(10))]


def reference(target: str, **options: Any) -> Any:
    """Return a foreign-key column that deletes with its parent and is indexed."""
    index = options.pop("index", True)
    return mapped_column(RowKey(), ForeignKey(target, ondelete="CASCADE"), index=index, **options)
