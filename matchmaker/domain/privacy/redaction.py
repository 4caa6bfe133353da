"""Find a person in text that others wrote, and take them out of it.

A whole name counts as one only with two words or more: a given name alone is in "Thailand" as well. An address and a
phone number count in any spelling of case, spaces and country code.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from matchmaker.domain.names import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

GONE = "[…]"
FEWEST_WORDS = 2
SHORTEST_NAME = 5
# The last nine digits are the subscriber's own; before them stand 0, +84, 84 or nothing.
OWN_DIGITS = 9
FEWEST_DIGITS = 8
BETWEEN_DIGITS = r"[\s.\-()/]*"
BETWEEN_WORDS = r"\s+"
SEPARATORS = ("", " ", ".", "-")


@dataclass(frozen=True)
class Traces:
    """What names one person in any text: whole names, mail addresses, phone numbers."""

    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *, names: Iterable[str], emails: Iterable[str], phones: Iterable[str]) -> Traces:
        """Keep what is clear enough to look for."""
        cleaned = {" ".join(clean_text(name).split()) for name in names}
        return cls(
            frozenset(name for name in cleaned if len(name.split()) >= FEWEST_WORDS and len(name) >= SHORTEST_NAME),
            frozenset(email.strip().lower() for email in emails if "@" in email),
            frozenset(phone.strip() for phone in phones if len(_digits(phone)) >= FEWEST_DIGITS),
        )

    @property
    def needles(self) -> list[str]:
        """Short texts one of which stands in every text that names the person; a database can look for them.

        Letters with marks are looked for in the usual spellings of case, since a database may not fold them; in JSON
        they stand escaped. A phone number is looked for by its last four digits, however they are set apart.
        """
        found: dict[str, None] = dict.fromkeys(self.emails)
        for name in self.names:
            for spelled in (name, name.lower(), name.upper(), name.title()):
                word = max(spelled.split(), key=len)
                found |= dict.fromkeys((word, json.dumps(word)[1:-1]))
        for phone in self.phones:
            last = _digits(phone)[-4:]
            found |= dict.fromkeys(f"{last[:at]}{mark}{last[at:]}" for mark in SEPARATORS for at in (1, 2, 3))
        return list(found)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [
            *(rf"(?<!\w){BETWEEN_WORDS.join(map(re.escape, name.split()))}(?!\w)" for name in self.names),
            *(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])" for email in self.emails),
            *(_phone_pattern(phone) for phone in self.phones),
        ]
        return re.compile("|".join(sorted(parts)), re.IGNORECASE) if parts else None

    def without(self, text: str) -> str:
        """Return the text with GONE in place of the person; the same text where they are not in it."""
        if self._pattern is None:
            return text
        return self._pattern.sub(GONE, unicodedata.normalize("NFC", text))

    def are_in(self, text: str) -> bool:
        """Whether a text names the person."""
        return self._pattern is not None and self._pattern.search(unicodedata.normalize("NFC", text)) is not None

    def out_of(self, value: Any) -> Any:
        """Return a JSON value with the person taken out of every text in it, keys included."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.out_of(one) for one in value]
        if isinstance(value, dict):
            return {self.without(str(key)): self.out_of(one) for key, one in value.items()}
        return value

    def as_json(self) -> dict[str, list[str]]:
        """Return what a job can be told."""
        return {"names": sorted(self.names), "emails": sorted(self.emails), "phones": sorted(self.phones)}


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdecimal())


def _phone_pattern(phone: str) -> str:
    own = _digits(phone)[-OWN_DIGITS:]
    return rf"(?<!\d)(?:(?:\+|00)?\d{{0,3}}{BETWEEN_DIGITS})?{BETWEEN_DIGITS.join(own)}(?!\d)"
