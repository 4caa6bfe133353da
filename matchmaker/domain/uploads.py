"""What a file that a company hands in may be: told by its content, never by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from matchmaker.domain.errors import Refused
from matchmaker.domain.names import clean_text

PNG, JPEG, WEBP, PDF = "image/png", "image/jpeg", "image/webp", "application/pdf"
EXTENSIONS: Final = {PNG: ".png", JPEG: ".jpg", WEBP: ".webp", PDF: ".pdf"}
MOST_BYTES: Final = 8 * 1024 * 1024
# A photo of a recent phone has 12 or 24 million. JPEG is made small while it is decoded; of the others every pixel is
# held, with its clearness twice, and takes up to eight bytes.
MOST_PIXELS: Final = {JPEG: 25_000_000, PNG: 16_000_000, WEBP: 16_000_000}
MOST_PHOTOS: Final = 3
LONGEST_FILE_NAME: Final = 120
PDF_END_WITHIN: Final = 2048


class FileKind(StrEnum):
    """What a file is for."""

    LOGO = "logo"
    PHOTO = "photo"
    CERTIFICATE = "certificate"
    EVIDENCE = "evidence"

    @property
    def takes_documents(self) -> bool:
        """Whether a PDF will do as well as a picture."""
        return self in {FileKind.CERTIFICATE, FileKind.EVIDENCE}

    @property
    def is_public(self) -> bool:
        """Whether the other side may see it on the company's page; evidence is for its own side and the organizer."""
        return self is not FileKind.EVIDENCE


# The longest side in pixels that is kept, and of the small picture beside it for lists; none for documents.
LONGEST_SIDE: Final = {
    FileKind.LOGO: 512,
    FileKind.PHOTO: 1600,
    FileKind.CERTIFICATE: 1600,
    FileKind.EVIDENCE: 1600,
}
SMALL_SIDE: Final = {FileKind.LOGO: 128, FileKind.PHOTO: 640}


def checked_type(content: bytes, kind: FileKind) -> str:
    """Return what a file is by its first bytes; raise Refused for an empty, too large or unwanted one."""
    if not content:
        raise Refused("file_empty", field="file")
    if len(content) > MOST_BYTES:
        raise Refused("file_too_large", field="file", most=MOST_BYTES)
    found = _type_of(content)
    if found is None or (found == PDF and not kind.takes_documents):
        raise Refused("file_kind", field="file", takes_documents=kind.takes_documents)
    return found


def file_name(given: str, media_type: str) -> str:
    """Return a name to hand a file out by: without folders, marks and signs of control, with its true ending."""
    last = clean_text(given).replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    kept = "".join(letter for letter in stem if letter not in '<>:"|?*;%').strip(". ")
    return (kept[:LONGEST_FILE_NAME].strip(". ") or "file") + EXTENSIONS[media_type]


def _type_of(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-PDF_END_WITHIN:]:
        return PDF
    return None
