"""How near two product categories stand in the tree."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.domain.matching.profiles import Category, Item, Profile

MAX_DEPTH = 20
PARENT_ONLY = 0.5
SAME_BRANCH = 0.4
SUGGESTED = 0.7


class CategoryTree:
    """Paths from the root for every code; a code outside the tree is a root of its own."""

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._parents = {category.code: category.parent or None for category in categories}

    def extended(self, categories: Iterable[Category]) -> "CategoryTree":
        """The same tree with more categories hung into it; one it knows already stays where it is."""
        wider = CategoryTree(categories)
        wider._parents |= self._parents
        return wider

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the root down to this one; a circle in the data ends the walk."""
        found = [code]
        parent = self._parents.get(code)
        while parent is not None and parent not in found and len(found) < MAX_DEPTH:
            found.append(parent)
            parent = self._parents.get(parent)
        return tuple(reversed(found))

    def shared_path(self, first: str, second: str) -> tuple[str, ...]:
        """The part of both paths that is the same, from the root."""
        shared = []
        for one, other in zip(self.path(first), self.path(second), strict=False):
            if one != other:
                break
            shared.append(one)
        return tuple(shared)

    def likeness(self, first: str, second: str) -> float:
        """1 for the same code; at most .5 when one contains the other, .4 for neighbours; 0 across branches.

        Both fall with the distance: the shared part of the longer path is what counts.
        """
        if first == second:
            return 1.0
        shared = len(self.shared_path(first, second))
        longest = max(len(self.path(first)), len(self.path(second)))
        is_parent = shared == min(len(self.path(first)), len(self.path(second)))
        return (PARENT_ONLY if is_parent else SAME_BRANCH) * shared / max(longest - 1, 1) if shared else 0.0

    def table(self, codes: Sequence[str]) -> NDArray[np.float64]:
        """The likeness of every two of the codes."""
        table = np.eye(len(codes))
        for row, first in enumerate(codes):
            for column in range(row):
                table[row, column] = table[column, row] = self.likeness(first, codes[column])
        return table


def declared(profile: Profile, items: Sequence[Item]) -> Mapping[str, float]:
    """The codes of a profile in one role with the trust they deserve: 1 declared, .7 only suggested."""
    trust = dict.fromkeys((code for item in items for code in item.suggested), SUGGESTED)
    trust.update(dict.fromkeys((code for item in items for code in item.categories), 1.0))
    trust.update(dict.fromkeys(profile.categories, 1.0))
    return trust
