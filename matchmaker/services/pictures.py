"""Make pictures that strangers hand in harmless and small: decoded within bounds, turned upright, written anew.

What is written anew holds the picture and nothing else: no place and time of a photo, no hidden second file.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from matchmaker.domain.errors import Refused
from matchmaker.domain.uploads import JPEG, MOST_PIXELS, PNG, WEBP

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
QUALITY, SMALL_QUALITY = 84, 80
# What decoders raise at broken files, the several libraries behind them each in their own way.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)
AS_THEY_ARE = frozenset({"RGB", "RGBA", "L"})


def written_anew(content: bytes, *, longest: int, small: int | None) -> tuple[str, bytes, bytes]:
    """Return a picture's media type, the picture within ``longest`` pixels a side, and a ``small`` one or nothing.

    Raises Refused for one with more pixels than MOST_PIXELS says, before it is decoded, and for one that can't be
    decoded.
    """
    # Pages that take no picture in must not pay for the library.
    from PIL import Image, ImageFile  # noqa: PLC0415

    # The PDF engine tells the library to fill up half pictures, for the whole process; here they are refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    too_large = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(content), formats=tuple(FORMATS)) as image:
            most = MOST_PIXELS[FORMATS[str(image.format)]]
            if image.width * image.height > most:
                raise Refused("file_too_many_pixels", field="file", most=most)
            upright = _upright(image, longest)
    except too_large:
        raise Refused("file_too_many_pixels", field="file", most=max(MOST_PIXELS.values())) from None
    except BROKEN:
        raise Refused("file_broken", field="file") from None
    kept = _encoded(upright, PNG if upright.mode == "RGBA" else JPEG, quality=QUALITY)
    media_type = PNG if upright.mode == "RGBA" else JPEG
    if small is None:
        return media_type, kept, b""
    upright.thumbnail((small, small))
    return media_type, kept, _encoded(upright, WEBP, quality=SMALL_QUALITY)


def _upright(image: Any, longest: int) -> Image:
    """The picture made small, then turned as its camera was held, without anything that came with it."""
    from PIL import ImageOps  # noqa: PLC0415

    image.draft("RGB", (longest, longest))
    if image.mode not in AS_THEY_ARE:
        has_alpha = "A" in image.mode or "transparency" in image.info
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((longest, longest), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "L":
        upright = upright.convert("RGB")
    upright.info = {}
    return upright


def _encoded(image: Image, media_type: str, *, quality: int) -> bytes:
    out = BytesIO()
    options: dict[str, Any] = {"optimize": True} if media_type == PNG else {"quality": quality}
    image.save(out, {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}[media_type], **options)
    return out.getvalue()
