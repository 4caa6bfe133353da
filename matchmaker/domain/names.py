"""Names of companies and people: made clean to store, and compared without being confused.

Vietnamese is typed with or without marks, with the tone on either vowel of a pair, and with many spellings of
the same legal form. Comparing has to look through all of that and still keep apart "Hòa Mai" and "Hoa Mai".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

# The five Vietnamese tone marks as combining characters: huyền, sắc, ngã, hỏi, nặng.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_MARKS_PER_LETTER = 3
_NAMES_KEPT = 1 << 13
_BREAKS = frozenset("\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
# Codes that Unicode has set aside for ever; XML cannot hold the last two of the first plane.
_NO_CHARACTERS = frozenset(
    map(chr, (*range(0xFDD0, 0xFDF0), *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))))
)
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co"})
# The diacritics of European letters, to be taken away.
_DIACRITICS = dict.fromkeys(range(0x0300, 0x0370))


class LegalForm(StrEnum):
    """What kind of legal person a name says it is; forms of one kind are the same in every language."""

    LIMITED = "limited"
    JOINT_STOCK = "joint_stock"
    PARTNERSHIP = "partnership"
    PRIVATE_ENTERPRISE = "private_enterprise"
    COOPERATIVE = "cooperative"
    COOP_GROUP = "coop_group"
    HOUSEHOLD = "household"
    ESTABLISHMENT = "establishment"


# Words before the proper name, folded, longest first within a start. None says "a company" and no more.
_BEFORE: tuple[tuple[str, LegalForm | None], ...] = (
    ("cong ty trach nhiem huu han mot thanh vien", LegalForm.LIMITED),
    ("cong ty trach nhiem huu han hai thanh vien", LegalForm.LIMITED),
    ("cong ty trach nhiem huu han", LegalForm.LIMITED),
    ("cong ty tnhh mot thanh vien", LegalForm.LIMITED),
    ("cong ty tnhh 1 thanh vien", LegalForm.LIMITED),
    ("cong ty tnhh 2 thanh vien", LegalForm.LIMITED),
    ("cong ty tnhh mtv", LegalForm.LIMITED),
    ("cong ty tnhh 1 tv", LegalForm.LIMITED),
    ("cong ty tnhh", LegalForm.LIMITED),
    ("cong ty co phan", LegalForm.JOINT_STOCK),
    ("cong ty cp", LegalForm.JOINT_STOCK),
    ("cong ty hop danh", LegalForm.PARTNERSHIP),
    ("cong ty", None),
    ("cty tnhh mot thanh vien", LegalForm.LIMITED),
    ("cty tnhh mtv", LegalForm.LIMITED),
    ("cty tnhh", LegalForm.LIMITED),
    ("cty co phan", LegalForm.JOINT_STOCK),
    ("cty cp", LegalForm.JOINT_STOCK),
    ("cty", None),
    ("ctcp", LegalForm.JOINT_STOCK),
    ("tnhh mtv", LegalForm.LIMITED),
    ("tnhh", LegalForm.LIMITED),
    ("doanh nghiep tu nhan", LegalForm.PRIVATE_ENTERPRISE),
    ("dntn", LegalForm.PRIVATE_ENTERPRISE),
    ("hop tac xa", LegalForm.COOPERATIVE),
    ("lien hiep hop tac xa", LegalForm.COOPERATIVE),
    ("htx", LegalForm.COOPERATIVE),
    ("to hop tac", LegalForm.COOP_GROUP),
    ("tht", LegalForm.COOP_GROUP),
    ("ho kinh doanh", LegalForm.HOUSEHOLD),
    ("hkd", LegalForm.HOUSEHOLD),
    ("co so san xuat", LegalForm.ESTABLISHMENT),
    ("cssx", LegalForm.ESTABLISHMENT),
)
# Words after it, folded, longest first. "Company" names no form; "Corporation" is as often a part of the name.
_AFTER: tuple[tuple[str, LegalForm | None], ...] = (
    ("one member limited liability company", LegalForm.LIMITED),
    ("one member company limited", LegalForm.LIMITED),
    ("one member co ltd", LegalForm.LIMITED),
    ("private limited company", LegalForm.LIMITED),
    ("limited liability company", LegalForm.LIMITED),
    ("public limited company", LegalForm.JOINT_STOCK),
    ("joint stock company", LegalForm.JOINT_STOCK),
    ("joint stock co", LegalForm.JOINT_STOCK),
    ("joint stock corporation", LegalForm.JOINT_STOCK),
    ("co pte ltd", LegalForm.LIMITED),
    ("s r l", LegalForm.LIMITED),
    ("j s c", LegalForm.JOINT_STOCK),
    ("private limited", LegalForm.LIMITED),
    ("company limited", LegalForm.LIMITED),
    ("pte limited", LegalForm.LIMITED),
    ("pte ltd", LegalForm.LIMITED),
    ("pvt ltd", LegalForm.LIMITED),
    ("pty ltd", LegalForm.LIMITED),
    ("sdn bhd", LegalForm.LIMITED),
    ("co limited", LegalForm.LIMITED),
    ("co ltd", LegalForm.LIMITED),
    ("ltd co", LegalForm.LIMITED),
    ("b v", LegalForm.LIMITED),
    ("joint stock", LegalForm.JOINT_STOCK),
    ("limited", LegalForm.LIMITED),
    ("ltd", LegalForm.LIMITED),
    ("llc", LegalForm.LIMITED),
    ("gmbh", LegalForm.LIMITED),
    ("srl", LegalForm.LIMITED),
    ("bv", LegalForm.LIMITED),
    ("jsc", LegalForm.JOINT_STOCK),
    ("ctcp", LegalForm.JOINT_STOCK),
    ("plc", LegalForm.JOINT_STOCK),
    ("bhd", LegalForm.JOINT_STOCK),
    ("llp", LegalForm.PARTNERSHIP),
    ("company", None),
    ("co", None),
)
# Short spellings that a Vietnamese name uses for words of trade.
_SHORT = {
    "tm": "thương mại",
    "dv": "dịch vụ",
    "sx": "sản xuất",
    "xnk": "xuất nhập khẩu",
    "xd": "xây dựng",
}


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A company's name taken apart to be compared.

    ``key`` is the proper name folded, without legal form. ``spelling`` is the same with its marks, or None when
    the whole name was typed without any, which leaves open what the marks would be. ``form`` is None when unsaid.
    """

    key: str
    spelling: str | None
    form: LegalForm | None


def clean_text(text: str, *, keep_lines: bool = False) -> str:
    """Text fit to store: NFC, without control, bidi, zero-width and private marks, spaces single and trimmed.

    With ``keep_lines`` the ends of lines stay; without, they become spaces. More than three combining marks on
    one letter are cut, since no language at a fair writes them.
    """
    composed = unicodedata.normalize("NFC", text)
    # Nearly all texts are like this, and an import cleans millions of letters.
    if composed.isprintable() and not any(map(unicodedata.combining, composed)):
        return " ".join(composed.split())
    kept: list[str] = []
    marks = 0
    for character in composed:
        if character in _BREAKS:
            kept.append("\n" if keep_lines and character not in "\t\r\x1f" else " ")
            continue
        if unicodedata.category(character) in _UNWANTED or character in _NO_CHARACTERS:
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(character)
    lines = (" ".join(line.split()) for line in "".join(kept).split("\n"))
    # Taking out a mark between two characters can make them composable, so the normal form is taken again.
    return unicodedata.normalize("NFC", "\n".join(lines).strip())


def fold(text: str) -> str:
    """Text to search by: clean, case-folded, without diacritics, đ as d. "Gốm Sứ Hoà" and "gom su hoa" agree.

    Only the diacritics of European letters go; the vowel signs of other scripts are letters and stay.
    """
    letters = unicodedata.normalize("NFKD", clean_text(text).casefold())
    bare = unicodedata.normalize("NFC", letters.translate(_DIACRITICS))
    return " ".join(bare.replace("đ", "d").split())


def same_tone_placement(text: str) -> str:
    """Text with each word's tone mark moved to its end, so that "hoà" and "hòa" compare equal, "hoa" does not.

    The result is for comparing only; it is in decomposed form and not meant to be shown.
    """
    return " ".join(_tone_last(word) for word in unicodedata.normalize("NFD", text).split())


@lru_cache(maxsize=_NAMES_KEPT)
def company_name(name: str) -> CompanyName:
    """The parts of a company's name that tell it from another's.

    Every look for companies that are there twice takes the names of the whole fair apart again, so they are kept.
    """
    spelled = _words(clean_text(name).casefold())
    folded = [fold(word) for word in spelled]
    start, form_before = _form_before(folded)
    end, form_after = _form_after(folded, start)
    proper = _written_out(spelled[start:end], vietnamese=start > 0) or clean_text(name)
    is_marked = folded != spelled
    return CompanyName(
        key=fold(proper),
        spelling=same_tone_placement(proper) if is_marked else None,
        form=form_before or form_after,
    )


def company_key(name: str) -> str:
    """The folded proper name, without legal form: equal keys are candidates, ``same_company`` decides."""
    return company_name(name).key


def same_company(one: str, other: str) -> bool:
    """Whether two names can be one company's.

    They are when their keys agree, their marks agree (or one was typed without marks) and their legal forms agree
    (or one says none). Two names with the same letters and different tones are two companies.
    """
    first, second = company_name(one), company_name(other)
    return (
        first.key == second.key
        and (first.spelling is None or second.spelling is None or first.spelling == second.spelling)
        and (first.form is None or second.form is None or first.form is second.form)
    )


def _tone_last(word: str) -> str:
    letters = "".join(letter for letter in word if letter not in _TONES)
    return letters + "".join(letter for letter in word if letter in _TONES)


def _form_before(words: list[str]) -> tuple[int, LegalForm | None]:
    for phrase, form in _BEFORE:
        parts = phrase.split()
        # A name made of nothing but its legal form keeps it, or all such names would be one company.
        if words[: len(parts)] == parts and len(words) > len(parts):
            return len(parts), form
    return 0, None


def _form_after(words: list[str], start: int) -> tuple[int, LegalForm | None]:
    for phrase, form in _AFTER:
        parts = phrase.split()
        if words[-len(parts) :] == parts and len(words) - len(parts) > start:
            return len(words) - len(parts), form
    return len(words), None


def _words(text: str) -> list[str]:
    kept = (letter if letter == "&" or unicodedata.category(letter)[0] in "LNM" else " " for letter in text)
    return "".join(kept).replace("&", " & ").split()


def _written_out(words: list[str], *, vietnamese: bool) -> str:
    said: list[str] = []
    for place, word in enumerate(words):
        is_between = 0 < place < len(words) - 1
        if word == "and" or (vietnamese and is_between and word in {"va", "và"}):
            said.append("&")
        elif word == "vietnam":
            said.append("việt nam")
        else:
            said.append(_SHORT.get(word, word) if vietnamese else word)
    return " ".join(said)
