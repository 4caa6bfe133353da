"""Cities of Vietnam as English writes them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Two names are one word or another word in English; all others only lose their marks: Da Nang, Hai Phong, Ninh Binh.
_HANOI: Final = re.compile(r"\bHa Noi\b", re.IGNORECASE)
_HO_CHI_MINH: Final = re.compile(r"\b(?:TP\.? ?|Thanh pho )?(?:Ho Chi Minh|HCM)(?: City)?\b", re.IGNORECASE)
_CITY: Final = re.compile(r"\b(?:TP(?:\. ?| )|Thanh pho )", re.IGNORECASE)


def in_english(city: str) -> str:
    """Return the name of a Vietnamese city or province in English letters: Hanoi, Nam Dinh, Ho Chi Minh City."""
    letters = unicodedata.normalize("NFD", city.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _CITY.sub("", _HO_CHI_MINH.sub("Ho Chi Minh City", _HANOI.sub("Hanoi", bare)))
