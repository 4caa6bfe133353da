"""QR codes as the outline that templates draw."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: its width in modules with the quiet zone, and the path of its dark modules."""

    size: int
    path: str


def code_of(text: str) -> Code:
    """Return the QR code of a text, error correction M, with the quiet zone of four modules the standard asks for."""
    found = segno.make(text, error="m", micro=False).matrix_iter(scale=1, border=4)
    rows = [list(row) for row in found]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                parts.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = max(end, x + 1)
    return Code(len(rows), "".join(parts))
