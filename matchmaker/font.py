"""Makes the font of the pages from Manrope: our letters alone, and every shape stored once."""

import hashlib
import io
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

# Latin with all Vietnamese letters, combining marks, and the signs that pages use: dashes, quotes, đồng, arrows.
LETTERS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x300, 0x309),
    (0x323, 0x323),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2026),
    (0x2030, 0x2033),
    (0x20AB, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2264, 0x2265),
    (0x2713, 0x2713),
)
# What browsers apply unasked, and figures of one width for tables.
FEATURES = ("calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "rlig", "tnum")
# Widths, which the outlines tell as well, and the names of weights in a menu of fonts.
UNREAD = ("HVAR", "STAT")


def source() -> bytes:
    """Return the font as its package brings it."""
    return (files("font_manrope") / "files" / "Manrope-VariableFont_wght.ttf").read_bytes()


def digest(source: bytes) -> bytes:
    """Digest of a font file and of the way it is cut, so that a new way makes a new font; 64 hexadecimal digits."""
    way = b"".join(Path(__file__).with_name(name).read_bytes() for name in ("font.py", "font_shapes.py"))
    return hashlib.sha256(source + way).hexdigest().encode()


def cut(source: bytes, digest: bytes, letters: Iterable[tuple[int, int]] = LETTERS) -> bytes:
    """A TrueType font cut to ranges of code points, as WOFF2 that ends with the digest as its private data."""
    # Loading the font library takes longer than all the rest of a start at which the font is already there.
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415  # slow import
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # slow import
    from fontTools.ttLib.woff2 import WOFF2FlavorData  # noqa: PLC0415  # slow import

    from matchmaker.font_shapes import store_once  # noqa: PLC0415  # slow import

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=FEATURES, drop_tables=[*Options().drop_tables, *UNREAD]))
    subsetter.populate(unicodes=[code for first, last in letters for code in range(first, last + 1)])
    subsetter.subset(font)
    store_once(font)
    font.flavor = "woff2"
    font.flavorData = WOFF2FlavorData()
    font.flavorData.privData = digest
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()
