"""Files such as an attacker, a phone and a careless colleague hand in, made anew for each run."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

SCRIPT = b"<script>alert(document.cookie)</script>"
PLACE = "GPS"


def picture(size=(900, 600), *, kind="JPEG", mode="RGB", **options):
    out = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with_place():
    """A photo lying on its side that says where it was taken and by which camera."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CanaryCamera"
    exif[0x8825] = {1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 15.0)}
    return picture((1200, 800), exif=exif.tobytes(), comment=b"canary comment")


def png_of(width, height):
    """A PNG that says it is huge and takes a few kilobytes to hand in."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * 65_536) for _ in range(64)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(text=b"HACCP"):
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%" + text + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


REFUSED = {
    "huge png": (lambda: png_of(30_000, 30_000), "file_too_many_pixels"),
    "large png": (lambda: png_of(4_100, 4_000), "file_too_many_pixels"),
    "svg with script": (
        lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        "file_kind",
    ),
    "html named png": (lambda: b"<!doctype html>" + SCRIPT, "file_kind"),
    "html behind a png head": (lambda: b"\x89PNG\r\n\x1a\n" + SCRIPT, "file_broken"),
    "gif": (lambda: picture(kind="GIF"), "file_kind"),
    "ten megabytes": (lambda: picture() + b"\0" * 10 * 1024 * 1024, "file_too_large"),
    "nothing": (lambda: b"", "file_empty"),
    "half a jpeg": (lambda: picture((2000, 2000))[:4_000], "file_broken"),
    "half a png": (lambda: picture((2000, 2000), kind="PNG")[:200], "file_broken"),
    "pdf for a logo": (pdf, "file_kind"),
    "zip": (lambda: b"PK\x03\x04" + b"\0" * 100, "file_kind"),
    "webp head alone": (lambda: b"RIFF\x00\x01\x00\x00WEBPVP8 " + b"\0" * 40, "file_broken"),
}
TAKEN = {
    "jpeg": picture,
    "png": lambda: picture(kind="PNG"),
    "transparent png": lambda: picture(kind="PNG", mode="RGBA"),
    "palette": lambda: picture(kind="PNG", mode="P"),
    "grey and clear": lambda: picture(kind="PNG", mode="LA"),
    "one bit": lambda: picture(kind="PNG", mode="1"),
    "sixteen bits": lambda: picture(kind="PNG", mode="I;16"),
    "cmyk": lambda: picture(mode="CMYK"),
    "webp": lambda: picture(kind="WEBP"),
    "as large as may be": lambda: picture((4_000, 4_000), kind="PNG", mode="RGBA", compress_level=1),
    "progressive": lambda: picture((5_000, 5_000), progressive=True),
    "long and thin": lambda: picture((20_000, 3), kind="PNG"),
    "one dot": lambda: picture((1, 1), kind="PNG"),
    "polyglot": lambda: picture() + SCRIPT + b"PK\x03\x04",
    "place and time": photo_with_place,
}
