"""A shared term together with the words around it that both texts have as well: what the thing is called, whole."""

from __future__ import annotations

from typing import Final

LONGEST_RUN: Final = 42
_MARKS: Final = ".,:;()[]“”\"'!?–-"
_ENDS: Final = frozenset(".:;)]!?”")
_STARTS: Final = frozenset("([“")
# Words that lead on to something else: a name neither begins nor ends with them.
_LINK_WORDS: Final = """
và hoặc cho có từ bằng với của trong
and or for of with the a an in on to from
"""
_LINKS: Final = frozenset(_LINK_WORDS.split())


def shared_run(term: str, need: str, offer: str) -> tuple[str, str] | None:
    """Return the longest run of words around ``term`` that both texts have, as each of them writes it.

    ``giấy`` in "Cần mua cốc giấy, 500 cái" and in "Cốc giấy: 150 ml" becomes ``cốc giấy``. None where one of them does
    not have the term as words of its own, and where the run would be longer than a line takes.
    """
    asked, offered = need.split(), offer.split()
    words = term.casefold().split()
    here, there = _place(words, asked), _place(words, offered)
    if here is None or there is None:
        return None
    before, after = 0, len(words)
    while _goes_on(asked, offered, here - before - 1, there - before - 1):
        before += 1
    while _goes_on(asked, offered, here + after - 1, there + after - 1):
        after += 1
    while before and _bare(asked[here - before]) in _LINKS:
        before -= 1
    while after > len(words) and _bare(asked[here + after - 1]) in _LINKS:
        after -= 1
    runs = _written(asked, here - before, here + after), _written(offered, there - before, there + after)
    return runs if max(map(len, runs)) <= LONGEST_RUN else None


def _place(words: list[str], text: list[str]) -> int | None:
    bare = [_bare(word) for word in text]
    return next((at for at in range(len(bare)) if bare[at : at + len(words)] == words), None)


def _goes_on(asked: list[str], offered: list[str], here: int, there: int) -> bool:
    """Whether the words at ``here`` and ``there`` and those after them are the same two, with no stop between them."""
    if min(here, there) < 0 or here + 1 >= len(asked) or there + 1 >= len(offered):
        return False
    for step in (0, 1):
        if not _bare(asked[here + step]) or _bare(asked[here + step]) != _bare(offered[there + step]):
            return False
    firsts, seconds = (asked[here], offered[there]), (asked[here + 1], offered[there + 1])
    if any(first[-1] in _ENDS for first in firsts) or any(second[0] in _STARTS for second in seconds):
        return False
    return firsts[0].endswith(",") == firsts[1].endswith(",")


def _written(text: list[str], start: int, end: int) -> str:
    """The words as they stand there, without the capital of a sentence's first word."""
    run = " ".join(text[start:end]).strip(_MARKS)
    return run[0].lower() + run[1:] if start == 0 and run.split()[0][1:].islower() else run


def _bare(word: str) -> str:
    return word.casefold().strip(_MARKS)
