"""Money: an exact decimal amount in one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, localcontext
from functools import cache
from typing import TYPE_CHECKING

from matchmaker.domain.money.currencies import currency_of
from matchmaker.domain.money.errors import InexactAmount, MixedCurrencies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Sums must come out to the last digit whatever precision the caller's thread is set to,
# so they run in a context that is wide and that raises instead of rounding.
_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])
_WIDE = Context(prec=80, traps=[InvalidOperation])


@cache
def quantum_of(currency: str) -> Decimal:
    """The smallest unit of the currency as a Decimal: 0.01 for USD, 1 for VND."""
    return Decimal(1).scaleb(-currency_of(currency).minor_digits)


def rounded(amount: Decimal, *, currency: str) -> Decimal:
    """The amount to the currency's minor unit, halves away from zero (ROUND_HALF_UP)."""
    return amount.quantize(quantum_of(currency), rounding=ROUND_HALF_UP, context=_WIDE)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum to the last digit, whatever precision the caller's thread is set to; nought for none."""
    with localcontext(_EXACT):
        return sum(amounts, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in one currency.

    ``amount`` must be a finite ``Decimal``; floats, integers and texts are refused with ``InexactAmount`` so that no
    binary fraction can slip in. ``currency`` is an ISO 4217 code. Adding or comparing two currencies raises
    ``MixedCurrencies``. Minus nought is stored as nought.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise InexactAmount(amount=self.amount)
        currency_of(self.currency)
        if self.amount.is_zero() and self.amount.is_signed():
            object.__setattr__(self, "amount", self.amount.copy_abs())

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return cls(amount=Decimal(0), currency=currency)

    @classmethod
    def total(cls, parts: Iterable[Money], *, currency: str) -> Money:
        """The exact sum of the parts, nought for none; raises ``MixedCurrencies`` if one is in another currency."""
        amounts = []
        for part in parts:
            if part.currency != currency:
                raise MixedCurrencies(left=currency, right=part.currency)
            amounts.append(part.amount)
        return cls(amount=exact_sum(amounts), currency=currency)

    def __add__(self, other: Money) -> Money:
        self._demand_same_currency(other)
        return Money(amount=_EXACT.add(self.amount, other.amount), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        self._demand_same_currency(other)
        return Money(amount=_EXACT.subtract(self.amount, other.amount), currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        self._demand_same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._demand_same_currency(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def times(self, factor: Decimal, *, currency: str | None = None) -> Money:
        """The amount multiplied by an exact factor, in ``currency`` (its own if none is given), rounded half up."""
        target = currency or self.currency
        return Money(amount=rounded(_WIDE.multiply(self.amount, factor), currency=target), currency=target)

    def mean_with(self, other: Money) -> Money:
        """The middle of two amounts of one currency, to the minor unit, rounded half up."""
        return (self + other).times(Decimal("0.5"))

    def divided_by(self, count: int) -> Money:
        """The amount per one of ``count`` (one or more), to the minor unit, rounded half up."""
        quotient = _WIDE.divide(self.amount, Decimal(count))
        return Money(amount=rounded(quotient, currency=self.currency), currency=self.currency)

    def split(self, weights: Sequence[Decimal]) -> tuple[Money, ...]:
        """Parts in proportion to the weights whose sum is exactly this amount.

        Weights are not negative and not all nought (``ValueError`` otherwise). The minor units left over by rounding
        down go one each to the parts with the largest remainders, earlier parts first.
        """
        whole = sum(weights, Decimal(0))
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative and must not all be nought")
        quantum = quantum_of(self.currency)
        wanted = [_WIDE.divide(_WIDE.multiply(self.amount, weight), whole) for weight in weights]
        parts = [share.quantize(quantum, rounding=ROUND_DOWN, context=_WIDE) for share in wanted]
        left = int((self.amount - sum(parts, Decimal(0))) / quantum)
        by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - wanted[index], index))
        for index in by_remainder[:left]:
            parts[index] += quantum
        return tuple(Money(amount=part, currency=self.currency) for part in parts)

    def _demand_same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(left=self.currency, right=other.currency)
