"""Who may register when, how often, and how long what nobody confirmed is kept."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from matchmaker.domain.fairs import Role

# A week is long enough to open a mail, and short enough that nobody's typing error lies about for long.
REGISTRATION_LIFE: Final = timedelta(days=7)
CHANGE_LIFE: Final = timedelta(days=1)
# Within a quarter of an hour. A fair's own desk registers many companies from one network, a machine far more.
REGISTRATIONS_PER_NETWORK: Final = 40
MAILS_PER_ADDRESS: Final = 4
MAIL_WINDOW: Final = timedelta(hours=1)


class ClaimPurpose(StrEnum):
    """Why someone claims an address."""

    REGISTER = "register"
    CHANGE = "change"

    @property
    def life(self) -> timedelta:
        """How long the mailed link works."""
        return REGISTRATION_LIFE if self is ClaimPurpose.REGISTER else CHANGE_LIFE


class RoleChoice(StrEnum):
    """What a company wants to be at a fair: one of the roles, or both."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"
    BOTH = "both"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles it stands for."""
        return tuple(Role) if self is RoleChoice.BOTH else (Role(self.value),)


def mixes_scripts(name: str) -> bool:
    """Whether one word of a name has letters of two alphabets that look alike, as in "Kаze" with a Cyrillic а.

    Chinese, Japanese and Korean characters stand beside Latin ones in honest names, so only Latin, Greek, Cyrillic,
    Armenian and Cherokee letters are told apart.
    """
    return any(len(_alphabets(word)) > 1 for word in name.split())


_LOOKALIKES = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")


def _alphabets(word: str) -> set[str]:
    return {_alphabet(letter) for letter in word if letter.isalpha()} - {""}


@lru_cache(maxsize=4096)
def _alphabet(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((alphabet for alphabet in _LOOKALIKES if name.startswith(alphabet)), "")
