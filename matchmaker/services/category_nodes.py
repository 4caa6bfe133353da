"""The nodes of a category tree, and what pages make of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_MADE = 12


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes that a fair can use, in order, with what was made of those it uses, by what says which these are."""

    rows: tuple[Any, ...]
    made: dict[Any, Any] = field(default_factory=dict, compare=False)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what is made of them, which is made once for each key."""
        made = self.made.get(key)
        if made is None:
            if len(self.made) >= MOST_MADE:
                self.made.clear()
            made = self.made[key] = make()
        return made


@dataclass(frozen=True, slots=True, eq=False)
class CategoryList:
    """What an item can be filed under: code, name and the name of its sector, in the tree's order; and names by code.

    It is the same object for everyone for as long as nothing of the tree is written.
    """

    lines: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]
    codes: frozenset[str]


def list_of(categories: Sequence[Any], lang: str) -> CategoryList:
    """Return what an item can be filed under, of the nodes of a tree in order."""
    names = {category.code: category.name_vi if lang == "vi" else category.name_en for category in categories}
    parents = {category.code: category.parent_code for category in categories if category.parent_code in names}
    return CategoryList(
        lines=tuple((code, name, names[path_of(code, parents)[-1]]) for code, name in names.items()),
        names=MappingProxyType(names),
        codes=frozenset(names),
    )


def path_of(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a node with all that is above it, upwards."""
    path = [code]
    above = parents.get(code)
    while above is not None and above not in path:
        path.append(above)
        above = parents.get(above)
    return path
