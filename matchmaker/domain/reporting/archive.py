"""The rows of a report as plain values, so that a version can be kept for ever and drawn up again from them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from matchmaker.domain.deals.deal import Deal
from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.reports import Attribution, Horizon, OutcomeReport, Side, YearAmount
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.rates import FixedRates, Rate
from matchmaker.domain.reporting.lines import Line
from matchmaker.domain.reporting.rows import (
    CompanyRow,
    FairRows,
    MeetingFate,
    MeetingRow,
    RequestRow,
    SuggestionRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def packed(value: object) -> Any:
    """The value as text, whole numbers, booleans, None, lists and mappings; ``unpacked`` makes it again.

    Decimals become text with all their digits, moments their time in UTC. What belongs to a list of rows with ids
    is sorted by them, so that equal rows in whatever order give one text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: packed(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return sorted((packed(one) for one in value), key=_row_id)
    return str(value) if isinstance(value, str) else value


def rows_from(plain: Mapping[str, Any]) -> FairRows:
    """The rows that ``packed`` was given."""
    rows: FairRows = _made(FairRows, plain)
    return rows


def rates_from(plain: Mapping[str, Any]) -> FixedRates:
    """The rates that ``packed`` was given."""
    rates: FixedRates = _made(FixedRates, plain)
    return rates


def money_from(plain: Mapping[str, Any]) -> Money:
    """The amount that ``packed`` was given."""
    money: Money = _made(Money, plain)
    return money


def lines_from(plain: Mapping[str, Mapping[str, Any]]) -> dict[str, Line]:
    """The figures by key that ``packed`` was given one by one."""
    return {key: _made(Line, one) for key, one in plain.items()}


def _row_id(plain: Any) -> str:
    """The id of a row, which stands first in it, or the value itself."""
    return str(next(iter(plain.values()))) if isinstance(plain, dict) else str(plain)


def _made(kind: type[Any], plain: Mapping[str, Any]) -> Any:
    readers = _READERS.get(kind, {})
    return kind(
        **{
            name: readers[name](value) if name in readers and value is not None else value
            for name, value in plain.items()
        }
    )


def _many(kind: type[Any]) -> Callable[[list[Any]], tuple[Any, ...]]:
    return lambda rows: tuple(_made(kind, row) for row in rows)


def _one(kind: type[Any]) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: _made(kind, row)


_READERS: dict[type[Any], dict[str, Callable[[Any], Any]]] = {
    Money: {"amount": Decimal},
    Rate: {"rate": Decimal, "quoted_on": date.fromisoformat},
    FixedRates: {"rates": _many(Rate)},
    YearAmount: {"amount": Decimal},
    OutcomeReport: {
        "stated_by": Side,
        "outcome": Outcome,
        "stated_at": datetime.fromisoformat,
        "value": _one(Money),
        "horizon": Horizon,
        "per_year": _many(YearAmount),
        "evidence": Evidence,
        "attribution": Attribution,
        "saving": _one(Money),
    },
    Deal: {"happened_on": date.fromisoformat, "held_meeting_ids": tuple, "reports": _many(OutcomeReport)},
    MeetingRow: {"happens_on": date.fromisoformat, "fate": MeetingFate},
    Line: {"value": _one(Money)},
    FairRows: {
        "companies": _many(CompanyRow),
        "suggestions": _many(SuggestionRow),
        "requests": _many(RequestRow),
        "meetings": _many(MeetingRow),
        "deals": _many(Deal),
        "staff": frozenset,
    },
}
