"""Codes of tables as they are typed: single ones and whole ranges, such as ``A01–A40, B1-B6, VIP``."""

from __future__ import annotations

import re

from matchmaker.domain.errors import Refused

MOST_TABLES = 1_000
LONGEST_CODE = 20
_PARTS = re.compile(r"[,;\n]+")
_RANGE = re.compile(r"(?P<prefix>.*?)(?P<first>\d{1,4})\s*(?:-|–|—|\.\.|…|đến|to)\s*(?P<again>.*?)(?P<last>\d{1,4})")


def table_codes(typed: str) -> list[str]:
    """Return the codes that were typed, each once, in order; numbers of a range are as wide as its first one.

    Raises Refused for the field ``tables``: no_tables, bad_range with the part that can't be read, too_many_tables, and
    code_too_long.
    """
    codes: dict[str, None] = {}
    for part in _PARTS.split(typed):
        text = " ".join(part.split())
        if text:
            codes.update(dict.fromkeys(_expanded(text)))
        if len(codes) > MOST_TABLES:
            raise Refused("too_many_tables", field="tables", limit=MOST_TABLES)
    if not codes:
        raise Refused("no_tables", field="tables")
    return list(codes)


def _expanded(text: str) -> list[str]:
    found = _RANGE.fullmatch(text)
    if found is None:
        if len(text) > LONGEST_CODE:
            raise Refused("code_too_long", field="tables", limit=LONGEST_CODE, part=text[:LONGEST_CODE])
        return [text]
    prefix, again = found["prefix"], found["again"]
    first, last = int(found["first"]), int(found["last"])
    if again not in {"", prefix} or last < first or len(prefix) > LONGEST_CODE:
        raise Refused("bad_range", field="tables", part=text[: 2 * LONGEST_CODE])
    if last - first >= MOST_TABLES:
        raise Refused("too_many_tables", field="tables", limit=MOST_TABLES)
    width = len(found["first"])
    return [f"{prefix}{number:0{width}d}" for number in range(first, last + 1)]
