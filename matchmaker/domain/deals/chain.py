"""The hash chain of a fair's ledger: each entry seals the one before it.

The construction is a linear hash chain as in Haber and Stornetta, "How to time-stamp a digital document" (Journal of
Cryptology 3, 1991): whoever changes, removes, adds or reorders an entry changes every seal after it, so one published
seal fixes all that came before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = "0" * 64


class FaultCode(StrEnum):
    """What is wrong at a place of a chain."""

    OUT_OF_ORDER = "out_of_order"
    NOT_LINKED = "not_linked"
    CHANGED = "changed"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: its place from 1 on, the seal before it, its content as text, and its own seal."""

    position: int
    previous: str
    content: str
    digest: str

    @property
    def line(self) -> str:
        """The entry as one line of an exported ledger, in JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place at which a chain does not hold."""

    position: int
    code: FaultCode


def canonical(facts: Mapping[str, Any]) -> str:
    """Return the one text for these facts: JSON with sorted keys, no spaces, letters as they are.

    Raises TypeError for anything but text, whole numbers, booleans, None and lists or mappings of them: a float has
    no single text.
    """
    _require_plain(facts)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal(previous: str, content: str) -> str:
    """Return the SHA-256 of the seal before, a line break and the content, in hexadecimal."""
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def link(*, after: Link | None, content: str) -> Link:
    """Return the entry with this content that follows another one, or the first entry."""
    previous = after.digest if after else START
    return Link((after.position if after else 0) + 1, previous, content, seal(previous, content))


def first_fault(links: Iterable[Link], *, head: str | None = None) -> Fault | None:
    """Return the first place at which a chain does not hold, or None.

    ``head`` is the last seal as it was published. Without it, entries missing at the end can't be noticed.
    """
    before, position = START, 0
    for position, one in enumerate(links, start=1):
        if one.position != position:
            return Fault(position, FaultCode.OUT_OF_ORDER)
        if one.previous != before:
            return Fault(position, FaultCode.NOT_LINKED)
        if seal(before, one.content) != one.digest:
            return Fault(position, FaultCode.CHANGED)
        before = one.digest
    if head is not None and before != head:
        return Fault(position + 1, FaultCode.CUT_SHORT)
    return None


def _require_plain(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _require_plain(key)
            _require_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"{value!r} has no single text")
