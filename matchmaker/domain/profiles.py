"""What a company may say of itself, of what it offers and of what it needs: the choices and the limits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal


class ItemKind(StrEnum):
    """Which of the two a company says: what it sells, or what it looks for."""

    OFFER = "offer"
    NEED = "need"


class Stage(StrEnum):
    """The stages of the value chain, from raw material to recycling, and services beside it."""

    RAW_MATERIAL = "raw_material"
    MANUFACTURE = "manufacture"
    DISTRIBUTION = "distribution"
    RETAIL = "retail"
    RECYCLING = "recycling"
    SERVICE = "service"


class SizeClass(StrEnum):
    """How large a company is, in the classes of Vietnamese law (Decree 80/2021, article 5)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


# Incoterms 2020, by any mode of transport first.
INCOTERMS: Final = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")
# The certificates most asked for at trade fairs; a name that is not here may be typed.
CERTIFICATES: Final = {
    "HACCP": "HACCP",
    "ISO22000": "ISO 22000",
    "FSSC22000": "FSSC 22000",
    "BRC": "BRCGS Food Safety",
    "HALAL": "Halal",
    "VIETGAP": "VietGAP",
    "GLOBALGAP": "GLOBALG.A.P.",
    "EUORGANIC": "EU Organic",
    "OCOP": "OCOP",
    "FAIRTRADE": "Fairtrade",
    "ISO9001": "ISO 9001",
    "ISO14001": "ISO 14001",
    "CE": "CE",
    "ROHS": "RoHS",
    "FSC": "FSC",
    "OEKOTEX": "OEKO-TEX",
    "GRS": "Global Recycled Standard",
    "BSCI": "amfori BSCI",
    "AS9100": "AS 9100",
    "OKCOMPOST": "OK compost",
}
LONGEST_TEXT: Final = 500
LONGEST_ABOUT: Final = 3000
LONGEST_NAME: Final = 250
LONGEST_SHORT: Final = 80
LONGEST_SHORT_NAME: Final = 14
MOST_ITEMS: Final = 30
MOST_CODES: Final = 20
MOST_DAYS: Final = 1000
MOST_DECIMALS: Final = 2
# A whole number of this size times ten thousand, as it is stored, stays within 64 bits.
LARGEST_QUANTITY: Final = 10**12
ENOUGH_ITEMS: Final = 3


def main_kind(role: str) -> ItemKind:
    """What a company mainly says in a role: an exhibitor what it offers, a buyer what it needs."""
    return ItemKind.OFFER if role == "exhibitor" else ItemKind.NEED


def is_quantity(amount: Decimal) -> bool:
    """Whether a number can be a quantity: above nought, not beyond what is stored, two decimals at most."""
    exponent = amount.as_tuple().exponent
    return 0 < amount <= LARGEST_QUANTITY and isinstance(exponent, int) and -exponent <= MOST_DECIMALS


def certificate_code(name: str) -> str:
    """Return the code under which a certificate is compared: a known one's own, else its letters and digits.

    "ISO 9001:2015" and "iso 9001" are one certificate; the year of a standard is not part of what is asked for.
    """
    plain = name.partition(":")[0] if ":" in name else name
    code = "".join(letter for letter in plain.upper() if letter.isalnum())
    by_letters = {"".join(sign for sign in known.upper() if sign.isalnum()): key for key, known in CERTIFICATES.items()}
    return by_letters.get(code, code)[:60]
