"""Which of the site's two languages an imported text is in."""

from __future__ import annotations

import re
import unicodedata

# Horn, hook above, dot below and breve mark Vietnamese alone; so does đ, and a circumflex under another mark.
_SURE = re.compile("[\u031b\u0309\u0323\u0306]|\u0302[\u0300\u0301\u0303]|đ")
_SHARED = re.compile("[\u0300\u0301\u0302\u0303]")
_VOWELS = re.compile("[aeiouy]+")


def in_language(text: str) -> str:
    """Return ``vi`` for a text with Vietnamese marks, else ``en``, which everyone can be shown.

    Grave, acute, circumflex and tilde are French and Portuguese too. A text with only these is Vietnamese when each
    word that bears one is a single syllable, as every Vietnamese word is: "Tách trà" is, "Café crème" is not.
    """
    spelled = unicodedata.normalize("NFD", text.casefold())
    if _SURE.search(spelled):
        return "vi"
    marked = [_SHARED.sub("", word) for word in spelled.split() if _SHARED.search(word)]
    return "vi" if marked and all(len(_VOWELS.findall(word)) == 1 for word in marked) else "en"
