"""Tax codes: Vietnamese ones in one spelling, foreign ones as given."""

from __future__ import annotations

import re

# A company has ten digits, a branch ten and three after a hyphen, a household its owner's twelve-digit personal
# number (Law on Tax Administration 38/2019/QH14, article 35; Circular 86/2024/TT-BTC).
_COMPANY = 10
_BRANCH = 13
_PERSON = 12
_SEPARATORS = re.compile(r"[\s.\-]")
_FOREIGN = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9 ./-]{2,28}[A-Z0-9]")
_DIGITS = re.compile(r"[0-9]+")
# Weights of the first nine digits; the tenth is 10 less the weighted sum modulo 11.
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(text: str, *, country: str | None) -> str | None:
    """A tax code in the one spelling it is stored and compared in, None if it cannot be one.

    For Vietnam, or an unknown country: "0101234567", "0101234567-001" or twelve digits. A code of nine digits is one
    whose leading zero a spreadsheet has eaten; the zero is given back if the check digit then proves it right.
    """
    if country not in {None, "VN"}:
        foreign = text.upper()
        return foreign if _FOREIGN.fullmatch(foreign) else None
    digits = _SEPARATORS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        return None
    if len(digits) == _COMPANY - 1 and has_check_digit(f"0{digits}"):
        return f"0{digits}"
    if len(digits) == _BRANCH:
        return f"{digits[:_COMPANY]}-{digits[_COMPANY:]}"
    return digits if len(digits) in {_COMPANY, _PERSON} else None


def has_check_digit(digits: str) -> bool:
    """Whether the tenth of ten digits is the check digit of the nine before it."""
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return 10 - weighted % 11 == int(digits[_COMPANY - 1])
