"""What can be wrong with an amount of money; each error carries the code and facts the pages word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.errors import Refused

if TYPE_CHECKING:
    from matchmaker.domain.money.reading import Reading


class InexactAmount(Refused):
    """The amount is not a finite ``Decimal`` (a float, a text, NaN or an infinity was given)."""

    def __init__(self, *, amount: object) -> None:
        super().__init__("inexact_amount", amount=repr(amount))


class UnknownCurrency(Refused):
    """The three-letter code is not one this program knows the minor unit of."""

    def __init__(self, *, currency: str) -> None:
        super().__init__("unknown_currency", currency=currency)


class MixedCurrencies(Refused):
    """Two currencies met in one sum, difference or comparison."""

    def __init__(self, *, left: str, right: str) -> None:
        super().__init__("mixed_currencies", left=left, right=right)


class MissingRate(Refused):
    """No fixed rate leads from this currency to the report currency."""

    def __init__(self, *, currency: str, report_currency: str) -> None:
        super().__init__("missing_rate", currency=currency, report_currency=report_currency)


class InvalidRate(Refused):
    """A rate is not a positive, finite ``Decimal``, or one currency has two rates."""

    def __init__(self, *, currency: str) -> None:
        super().__init__("invalid_rate", currency=currency)


class AmbiguousAmount(Refused):
    """The typed text has more than one reading; ``readings`` holds them, the page's own convention first."""

    def __init__(self, *, readings: tuple[Reading, ...]) -> None:
        super().__init__("ambiguous_amount", readings=readings)
        self.readings = readings


class UnreadableAmount(Refused):
    """The typed text is no amount; ``code`` is one of ``reading.AmountProblem``."""

    def __init__(self, *, code: str) -> None:
        super().__init__(code)
