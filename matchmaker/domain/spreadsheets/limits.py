"""How large an imported file may be."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """The bounds of one import; a file beyond any of them is refused before it costs memory.

    Bytes are bytes, texts are counted in characters, ``max_ratio`` is unpacked size over packed size,
    ``max_pieces`` bounds the time a workbook takes: the elements and texts in one part of it.
    """

    max_bytes: int = 20 * MEBIBYTE
    max_unpacked_bytes: int = 100 * MEBIBYTE
    max_ratio: int = 100
    max_parts: int = 2_000
    max_pieces: int = 6_000_000
    max_rows: int = 20_000
    max_columns: int = 100
    max_characters: int = 40_000_000
    max_row_characters: int = 1_000_000
    max_name: int = 200
    max_item: int = 1_000
    max_items: int = 50
    max_description: int = 5_000
