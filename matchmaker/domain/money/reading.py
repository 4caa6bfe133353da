"""What a typed amount was understood to be, and the reasons why it may not be understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matchmaker.domain.money.amount import Money

if TYPE_CHECKING:
    from decimal import Decimal


class AmountProblem(StrEnum):
    """Why a text is not an amount of money; the pages have one sentence for each."""

    EMPTY = "amount_empty"
    TOO_LONG = "amount_too_long"
    NO_NUMBER = "amount_no_number"
    NOT_A_NUMBER = "amount_not_a_number"
    NEGATIVE = "amount_negative"
    EXPONENT = "amount_exponent"
    FOREIGN_DIGITS = "amount_foreign_digits"
    MALFORMED_NUMBER = "amount_malformed_number"
    UNKNOWN_TEXT = "amount_unknown_text"
    UNCLEAR_PARTS = "amount_unclear_parts"
    TWO_CURRENCIES = "amount_two_currencies"
    OTHER_CURRENCY = "amount_other_currency"
    TOO_MANY_DECIMALS = "amount_too_many_decimals"
    TOO_LARGE = "amount_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand a typed amount; ``currency`` is None when neither text nor form named one."""

    amount: Decimal
    currency: str | None

    def as_money(self, *, currency: str) -> Money:
        """The amount as money, in the currency read or else in the one given."""
        return Money(amount=self.amount, currency=self.currency or currency)
