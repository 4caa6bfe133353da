"""What two companies may write to each other, and what becomes of a report."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from matchmaker.domain.errors import Refused, TooMany
from matchmaker.domain.names import clean_text

LONGEST = 500
MESSAGES_A_DAY = 20
DAY_SECONDS = 86_400
# Vietnamese numbers have ten digits from their 0, foreign ones at least as many from their +; prices begin otherwise.
FEWEST_DIGITS = 9
PHONE_SIGNS = frozenset(" .-()\u00a0")
LINK = re.compile(r"https?://|www\.|\b(?:zalo|whatsapp|wechat|viber|telegram)\b")


class ComplaintReason(StrEnum):
    """Why someone reports another company to the organizer."""

    INSULT = "insult"
    FRAUD = "fraud"
    SPAM = "spam"
    OTHER = "other"


class ComplaintOutcome(StrEnum):
    """What the organizer did about a report."""

    DISMISSED = "dismissed"
    MUTED = "muted"


def check_message(text: str, *, is_agreed: bool, sent_lately: int) -> None:
    """Raise what stands against a message: Refused with field ``text``, or TooMany after MESSAGES_A_DAY in a day."""
    if not text:
        raise Refused("message_empty", field="text")
    if len(text) > LONGEST:
        raise Refused("message_too_long", field="text", longest=LONGEST)
    if not is_agreed and names_contact(text):
        raise Refused("message_names_contact", field="text")
    if sent_lately >= MESSAGES_A_DAY:
        raise TooMany("too_many_messages", retry_after=DAY_SECONDS, cap=MESSAGES_A_DAY)


def names_contact(text: str) -> bool:
    """Whether a text holds an e-mail address, a telephone number or a way to another service.

    Before both sides accepted nobody is to be led elsewhere. It is made for honest people; who wants to get around it
    can, and can be reported.
    """
    plain = unicodedata.normalize("NFKC", clean_text(text)).casefold()
    return _has_address(plain) or LINK.search(plain) is not None or _has_number(plain)


def _has_address(text: str) -> bool:
    parts = (word.partition("@") for word in text.split())
    return any(name and "." in host.strip(".,;:!?") for name, _, host in parts)


def _has_number(text: str) -> bool:
    """Whether enough digits stand in a row that begins with 0 or +, whatever is put between them."""
    digits, starts = 0, False
    for before, sign in zip(f" {text}", text, strict=False):
        if sign.isdecimal():
            if not digits:
                starts = starts or sign == "0" or before == "+"
            digits += 1
            if starts and digits >= FEWEST_DIGITS:
                return True
        elif sign == "+" and not digits:
            starts = True
        elif sign not in PHONE_SIGNS or not digits:
            digits, starts = 0, False
    return False
