"""Makes the files that are derived rather than kept: the font, the icon sprite and the compiled catalogues.

``build`` runs before the application exists and costs a few milliseconds when nothing changed. Each file tells by
itself whether it is current: the font carries the digest of its source and of its making, the sprite is compared letter
by letter, and a catalogue carries the time of the text it was compiled from. Every file is written beside its place and
then moved, so two processes that start together never read half a file.
"""

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from matchmaker import font

# Our name for what a picture means, and the drawing of the lucide set that shows it.
ICONS = {
    "alert": "triangle-alert",
    "arrow-down": "arrow-down",
    "arrow-right": "arrow-right",
    "arrow-up": "arrow-up",
    "badge": "badge-check",
    "bell": "bell",
    "bolt": "zap",
    "bookmark": "bookmark",
    "building": "building-2",
    "calendar": "calendar",
    "calendar-plus": "calendar-plus",
    "chart": "chart-column",
    "check": "check",
    "clock": "clock",
    "copy": "copy",
    "deal": "handshake",
    "dots": "ellipsis",
    "down": "chevron-down",
    "download": "download",
    "external": "external-link",
    "eye": "eye",
    "file": "file-text",
    "filter": "list-filter",
    "flag": "flag",
    "gear": "settings",
    "globe": "globe",
    "grid": "table-2",
    "history": "history",
    "home": "house",
    "inbox": "inbox",
    "info": "info",
    "language": "languages",
    "left": "chevron-left",
    "link": "link",
    "lock": "lock",
    "logout": "log-out",
    "mail": "mail",
    "menu": "menu",
    "message": "message-square",
    "mic": "mic",
    "moon": "moon",
    "move": "move",
    "offline": "wifi-off",
    "pencil": "pencil",
    "phone": "phone",
    "pin": "map-pin",
    "plus": "plus",
    "print": "printer",
    "qr": "qr-code",
    "refresh": "refresh-cw",
    "right": "chevron-right",
    "scan": "scan-qr-code",
    "search": "search",
    "send": "send",
    "shield": "shield",
    "spark": "sparkle",
    "star": "star",
    "sun": "sun",
    "swap": "arrow-left-right",
    "trash": "trash-2",
    "undo": "undo-2",
    "unlock": "lock-open",
    "up": "chevron-up",
    "upload": "upload",
    "user": "user",
    "users": "users",
    "x": "x",
}

STROKE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'


def build(root: Path) -> list[Path]:
    """Bring every derived file under the project folder up to date; returns the files that were written."""
    static = root / "static"
    written = [
        build_font(static / "fonts" / "manrope-vn.woff2"),
        build_sprite(static / "img" / "icons.svg"),
        *(
            build_catalogue(source)
            for source in sorted((root / "matchmaker" / "translations").glob("*/LC_MESSAGES/*.po"))
        ),
    ]
    return [path for path in written if path is not None]


def build_font(target: Path) -> Path | None:
    """Write the font of our letters unless the one in place was made alike; returns what was written."""
    source = font.source()
    digest = font.digest(source)
    if target.exists() and target.read_bytes().endswith(digest):
        return None
    return write(target, font.cut(source, digest))


def build_sprite(target: Path) -> Path | None:
    """Write the icon sprite when its text differs from the one in place; returns what was written."""
    with (files("lucide") / "lucide.zip").open("rb") as stream, zipfile.ZipFile(stream) as pack:
        drawings = {drawing: pack.read(f"{drawing}.svg").decode() for drawing in ICONS.values()}
    text = sprite(ICONS, drawings).encode()
    if target.exists() and target.read_bytes() == text:
        return None
    return write(target, text)


def build_catalogue(source: Path) -> Path | None:
    """Compile one translation catalogue beside its text when the text is of another time; returns what was written."""
    target = source.with_suffix(".mo")
    changed = source.stat().st_mtime_ns
    if target.exists() and target.stat().st_mtime_ns == changed:
        return None
    write(target, compiled(source.read_bytes()))
    os.utime(target, ns=(changed, changed))
    return target


def sprite(names: Mapping[str, str], drawings: Mapping[str, str]) -> str:
    """One SVG with a symbol per name; ``drawings`` holds SVG texts by drawing. KeyError when a drawing is missing."""
    symbols = (
        f'<symbol id="{name}" viewBox="0 0 24 24" {STROKE}>{inner(drawings[drawing])}</symbol>'
        for name, drawing in sorted(names.items())
    )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def inner(drawing: str) -> str:
    """What stands inside the outer element of an SVG text, on one line; ValueError when there is no such element."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if found is None:
        raise ValueError("The drawing is not an SVG element.")
    return re.sub(r"\s*/>", "/>", re.sub(r">\s+<", "><", found[1].strip()))


def compiled(source: bytes) -> bytes:
    """The binary form of a gettext catalogue; doubtful (fuzzy) translations are left out."""
    out = io.BytesIO()
    write_mo(out, read_po(io.BytesIO(source)))
    return out.getvalue()


def write(target: Path, content: bytes) -> Path:
    """Put content in place in one move, readable by all; returns the place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return target


if __name__ == "__main__":
    build(Path(__file__).resolve().parent.parent)
