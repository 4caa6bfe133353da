"""The words for what is wrong with a typed amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from matchmaker.domain.money.reading import AmountProblem

if TYPE_CHECKING:
    from flask_babel import LazyString

AMOUNT_PROBLEMS: dict[AmountProblem, LazyString] = {
    AmountProblem.EMPTY: _l("Type an amount, such as 1,200,000 or 1.2 million."),
    AmountProblem.TOO_LONG: _l("This is too long for an amount. Type the number alone."),
    AmountProblem.NO_NUMBER: _l("There is no number here. Type an amount, such as 1,200,000 or 1.2 million."),
    AmountProblem.NOT_A_NUMBER: _l("This is not a number. Type an amount, such as 1,200,000 or 1.2 million."),
    AmountProblem.NEGATIVE: _l("An amount can't be below zero. Take the minus sign away."),
    AmountProblem.EXPONENT: _l("Write the number out in full instead of with an exponent."),
    AmountProblem.FOREIGN_DIGITS: _l("Use the digits 0 to 9."),
    AmountProblem.MALFORMED_NUMBER: _l("The separators don't fit a number. Type it as 1,200,000 or 1200000."),
    AmountProblem.UNKNOWN_TEXT: _l("Part of this can't be read. Type the number, and million or billion if you like."),
    AmountProblem.UNCLEAR_PARTS: _l("The parts don't add up to one amount. Type it as one number."),
    AmountProblem.TWO_CURRENCIES: _l("Two currencies are named. Keep one."),
    AmountProblem.OTHER_CURRENCY: _l("You typed another currency than the one chosen beside it. Make them the same."),
    AmountProblem.TOO_MANY_DECIMALS: _l("This currency has fewer decimals. Round the amount."),
    AmountProblem.TOO_LARGE: _l("This amount is too large. Check the number of zeros."),
}
