"""Logos and product photos of the fictional companies: drawn from a number, so that they are the same every time."""

from __future__ import annotations

import random
from io import BytesIO
from typing import Any

LOGO_SIDE, PHOTO_SIZE = 256, (960, 640)
INKS = ((14, 106, 90), (59, 79, 163), (133, 84, 0), (179, 52, 28), (70, 83, 76))
WOVEN = ((196, 155, 98), (171, 128, 74), (214, 180, 128), (150, 108, 60))
STRAND = 32


def logo(number: int) -> bytes:
    """Return a mark of a few shapes in one colour, as a PNG."""
    # Only the loading of the demo draws.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    drawn = random.Random(number)  # noqa: S311 - a pattern, not a secret.
    ink = INKS[number % len(INKS)]
    image = Image.new("RGB", (LOGO_SIDE, LOGO_SIDE), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    middle, reach = LOGO_SIDE // 2, LOGO_SIDE * 3 // 8
    pen.regular_polygon((middle, middle, reach), n_sides=drawn.choice((3, 4, 5, 6, 8)), fill=ink, rotation=number * 15)
    inner = reach // drawn.choice((2, 3))
    pen.ellipse((middle - inner, middle - inner, middle + inner, middle + inner), fill=(255, 255, 255))
    pen.regular_polygon((middle, middle, inner * 2 // 3), n_sides=drawn.choice((3, 4, 6)), fill=ink)
    return _encoded(image, "PNG")


def photo(number: int) -> bytes:
    """Return woven strands seen from near, as a JPEG."""
    from PIL import Image, ImageDraw, ImageFilter  # noqa: PLC0415 - As above.

    drawn = random.Random(number)  # noqa: S311 - As above.
    image = Image.new("RGB", PHOTO_SIZE, WOVEN[1])
    pen = ImageDraw.Draw(image)
    for row, top in enumerate(range(0, PHOTO_SIZE[1], STRAND)):
        for column, left in enumerate(range(0, PHOTO_SIZE[0], STRAND)):
            shade = drawn.randint(-14, 14)
            ink = tuple(part + shade for part in WOVEN[drawn.randrange(len(WOVEN))])
            box = (left, top + 4, left + STRAND, top + STRAND - 4)
            across = (left + 4, top, left + STRAND - 4, top + STRAND)
            pen.rounded_rectangle(box if (row + column) % 2 else across, radius=6, fill=ink)
    return _encoded(image.filter(ImageFilter.GaussianBlur(1.2)), "JPEG")


def _encoded(image: Any, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()
