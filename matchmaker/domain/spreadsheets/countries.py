"""Countries and languages by the codes and names people type, in Vietnamese and English."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale
from babel.core import get_global

from matchmaker.domain.names import fold

_CODE = re.compile(r"[A-Z]{2}")
_ALPHA_3 = re.compile(r"[A-Z]{3}")
# In the locale data but not in ISO 3166-1: unions, test regions and parts of countries.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])
# Names in daily use that the locale data spells otherwise.
_OTHER_COUNTRIES = {
    "viet nam": "VN",
    "usa": "US",
    "america": "US",
    "my": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "anh quoc": "GB",
    "korea": "KR",
    "republic of korea": "KR",
    "czech republic": "CZ",
    "turkey": "TR",
    "uae": "AE",
    "hong kong": "HK",
    "hongkong": "HK",
    "macau": "MO",
    "holland": "NL",
    "the netherlands": "NL",
    "trung hoa": "CN",
    "russian federation": "RU",
    "lao pdr": "LA",
    "burma": "MM",
    "mien dien": "MM",
    "uc": "AU",
    "dai loan": "TW",
}
_OTHER_LANGUAGES = {
    "mandarin": "zh",
    "tieng hoa": "zh",
    "hoa": "zh",
    "trung quoc": "zh",
    "han quoc": "ko",
    "nhat ban": "ja",
}


def country_code(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given by code (two or three letters) or name, None if unknown."""
    code = text.strip().upper()
    if _CODE.fullmatch(code) and code in _country_names().values():
        return code
    if _ALPHA_3.fullmatch(code):
        codes = get_global("territory_aliases").get(code, ())
        if len(codes) == 1:
            return str(codes[0])
    return _country_names().get(fold(text))


def countries_named(text: str) -> list[str]:
    """The codes of countries that have a word beginning with these letters in their Vietnamese or English name.

    Those whose name begins so come first.
    """
    typed = fold(text)
    found = {(not name.startswith(typed), code) for name, code in _country_names().items() if f" {typed}" in f" {name}"}
    return list(dict.fromkeys(code for _, code in sorted(found))) if typed else []


def language_code(text: str) -> str | None:
    """The ISO 639-1 code of a language given by code or name, "Tiếng Anh", "Anh" or "English"; None if unknown."""
    folded = fold(text)
    names = _language_names()
    if folded in names.values():
        return folded
    return names.get(folded) or names.get(f"tieng {folded}")


def country_codes() -> list[str]:
    """The codes of all countries, in order."""
    return sorted(set(_country_names().values()))


@cache
def _country_names() -> dict[str, str]:
    names = {
        fold(name): code
        for language in ("en", "vi")
        for code, name in Locale(language).territories.items()
        if _CODE.fullmatch(code) and code not in _NO_COUNTRIES
    }
    return {**names, **_OTHER_COUNTRIES}


@cache
def _language_names() -> dict[str, str]:
    names = {
        fold(name): code
        for language in ("en", "vi")
        for code, name in Locale(language).languages.items()
        if len(code) == len("vi")
    }
    return {**names, **_OTHER_LANGUAGES}
