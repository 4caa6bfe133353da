"""The exchange rates a fair fixes once, with their date and source, and the conversion every figure goes through."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaker.domain.money.currencies import currency_of
from matchmaker.domain.money.errors import InvalidRate, MissingRate

if TYPE_CHECKING:
    from datetime import date

    from matchmaker.domain.money.amount import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many units of the report currency one unit of ``currency`` is worth, on which day, by whose word."""

    currency: str
    rate: Decimal
    quoted_on: date
    source: str

    def __post_init__(self) -> None:
        currency_of(self.currency)
        if not isinstance(self.rate, Decimal) or not self.rate.is_finite() or self.rate <= 0:
            raise InvalidRate(currency=self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedRates:
    """A fair's rates into its report currency, which needs none and counts as one; raises ``InvalidRate``."""

    report_currency: str
    rates: tuple[Rate, ...] = ()

    def __post_init__(self) -> None:
        currency_of(self.report_currency)
        seen: set[str] = set()
        for rate in self.rates:
            is_own_but_not_one = rate.currency == self.report_currency and rate.rate != 1
            if rate.currency in seen or is_own_but_not_one:
                raise InvalidRate(currency=rate.currency)
            seen.add(rate.currency)

    @property
    def currencies(self) -> list[str]:
        """The currencies a value can be stated in, the report currency first."""
        return [self.report_currency, *sorted({rate.currency for rate in self.rates} - {self.report_currency})]

    def convert(self, money: Money) -> Money:
        """The amount in the report currency, to its minor unit, rounded half up; raises ``MissingRate``."""
        return money.times(self._factor(money.currency), currency=self.report_currency)

    def covers(self, currency: str) -> bool:
        """Whether an amount in this currency can be converted."""
        return currency == self.report_currency or any(rate.currency == currency for rate in self.rates)

    def _factor(self, currency: str) -> Decimal:
        if currency == self.report_currency:
            return Decimal(1)
        for rate in self.rates:
            if rate.currency == currency:
                return rate.rate
        raise MissingRate(currency=currency, report_currency=self.report_currency)
