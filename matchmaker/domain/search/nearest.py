"""Which words a visitor perhaps meant, when theirs are found nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHORT = 4
MOST_NEAR = 3


def nearest(words: Iterable[str], vocabulary: Mapping[str, int], *, most: int = MOST_NEAR) -> list[str]:
    """Return what to look for instead, best first, spelled as the companies spell it.

    ``words`` are folded. ``vocabulary`` holds the words of all companies that may be seen, as spelled, with how many
    companies use each. A word nobody uses is replaced by those nearest to it: one letter more, less, other or
    swapped, two in words of more than four letters. Where every word is used and only not by one company, each
    longer one is offered alone.
    """
    asked = list(words)
    spellings = _spellings(vocabulary)
    known = [word for word in asked if word in spellings]
    unknown = [word for word in asked if word not in spellings]
    if not unknown:
        return [spellings[word][0] for word in sorted(set(known), key=lambda one: (-len(one), one))][:most]
    first, *others = unknown
    near = _near(first, spellings)[:most]
    if others or not near:
        near = near or [spelling for word in others for spelling in _near(word, spellings)][:most]
        return [*near, *(spellings[word][0] for word in known)][:most]
    return [" ".join(near_one if word == first else spellings[word][0] for word in asked) for near_one in near]


def distance(one: str, other: str, *, most: int) -> int:
    """Return in how many letters two words differ, a swap of neighbours as one; ``most + 1`` for any more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            is_swap = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart
            row.append(min(cost, above[j - 2] + 1) if is_swap else cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _spellings(vocabulary: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """The most frequent spelling of each folded word, and how many companies use any of its spellings."""
    found: dict[str, tuple[str, int, int]] = {}
    for spelling, count in sorted(vocabulary.items()):
        key = fold(spelling)
        best, most, total = found.get(key, (spelling, 0, 0))
        found[key] = (spelling if count > most else best, max(count, most), total + count)
    return {key: (best, total) for key, (best, _most, total) in found.items()}


def _near(word: str, spellings: Mapping[str, tuple[str, int]]) -> list[str]:
    most = 1 if len(word) <= SHORT else 2
    ranked = sorted(
        (away, -count, spelling)
        for key, (spelling, count) in spellings.items()
        if (away := distance(word, key, most=most)) <= most and len(key) > 1
    )
    return [spelling for _away, _count, spelling in ranked]
