"""An XLSX file as a zip archive, opened only when its directory promises a bounded size, and read as a stream.

The files are read by streaming instead of through a workbook library, because such a library builds whole parts in
memory: a directory that lies about sizes, a million empty shared strings or a row number of 10**18 would each get
past the checks made here and cost gigabytes or hours there.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException

from matchmaker.domain.spreadsheets.errors import FileRefusedError, ImportCode
from matchmaker.domain.spreadsheets.limits import MEBIBYTE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.sax.xmlreader import AttributesImpl

    from matchmaker.domain.spreadsheets.limits import ImportLimits

_DIRECTORY_ENTRY = b"PK\x01\x02"
_CHUNK = 64 * 1024
_DEEPEST = 64
_LONGEST_TAG_CHUNKS = 16
_SMALL_PART = MEBIBYTE


class PartHandler(ContentHandler):
    """Receives the elements of one part of the archive, by their names without prefix.

    Children implement ``opened``, ``closed`` and ``text``. Nesting is bounded here, since a parser remembers every
    open element.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events = 0
        self._depth = 0

    def opened(self, name: str, attributes: AttributesImpl) -> None:
        """An element begins."""

    def closed(self, name: str) -> None:
        """An element ends."""

    def text(self, content: str) -> None:
        """A piece of text inside the current element."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser calls it by this name.
        """Count the element and pass it on."""
        self.events += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
        self.opened(name.rpartition(":")[2], attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser calls it by this name.
        """Pass the end of an element on."""
        self._depth -= 1
        self.closed(name.rpartition(":")[2])

    def characters(self, content: str) -> None:
        """Count the text and pass it on."""
        self.events += 1
        self.text(content)


@contextmanager
def open_archive(*, data: bytes, limits: ImportLimits) -> Iterator[zipfile.ZipFile]:
    """The archive in these bytes, its directory checked against the limits.

    Whatever goes wrong inside the block because the file is broken is raised as ``FileRefusedError``.
    """
    # Each directory entry costs the archive object some 600 bytes, so they are counted before it is made.
    if data.count(_DIRECTORY_ENTRY) > limits.max_parts:
        raise FileRefusedError(ImportCode.ZIP_BOMB, limit=limits.max_parts)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive, packed=len(data), limits=limits)
            yield archive
    except DefusedXmlException as error:
        raise FileRefusedError(ImportCode.XML_ENTITIES) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,  # A part packed by bzip2 that is broken.
        SAXException,
        EOFError,
        LookupError,
        NotImplementedError,  # A compression method or zip version this Python does not know.
        RuntimeError,  # A part under a password.
        OverflowError,
        ValueError,
    ) as error:
        raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET) from error


def read_part(archive: zipfile.ZipFile, name: str, handler: PartHandler, *, limits: ImportLimits) -> None:
    """Feed one part to its handler piece by piece.

    The archive reads no more of a part than its directory says, so the sizes checked at opening hold.
    Raises KeyError when there is no such part, and whatever the handler raises.
    """
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    quiet, events = 0, 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            parser.feed(chunk)
            quiet = quiet + 1 if handler.events == events else 0
            events = handler.events
            if events > limits.max_pieces:
                raise FileRefusedError(ImportCode.TOO_LARGE, limit=limits.max_pieces)
            # A single tag of many megabytes would be kept whole by the parser.
            if quiet > _LONGEST_TAG_CHUNKS:
                raise FileRefusedError(ImportCode.NOT_A_SPREADSHEET)
    parser.close()


def _check_sizes(archive: zipfile.ZipFile, *, packed: int, limits: ImportLimits) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.max_unpacked_bytes:
        raise FileRefusedError(ImportCode.ZIP_BOMB, limit=limits.max_unpacked_bytes)
    is_dense = any(
        part.file_size > _SMALL_PART and part.file_size > limits.max_ratio * part.compress_size for part in parts
    )
    if is_dense or unpacked > limits.max_ratio * packed:
        raise FileRefusedError(ImportCode.ZIP_BOMB, limit=limits.max_ratio)
