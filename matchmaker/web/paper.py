"""Pages as PDF: a template is laid out on A4 by the PDF engine, which reads nothing but our own static files.

A page of paper takes the engine a tenth of a second or more, so views lay out a few alone (``web/long_files.py``).
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import io
import logging
import mimetypes
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template, request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The engine says of every rule meant for screens that it leaves it out; what went wrong it raises.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
PANGO = ("pango-1.0-0", "pango-1.0", "libpango-1.0-0")


@lru_cache(maxsize=1)
def can_print() -> bool:
    """Whether this machine has the PDF engine and the text library it draws with."""
    return importlib.util.find_spec("weasyprint") is not None and any(map(ctypes.util.find_library, PANGO))


def pdf_of(template: str, *each: Mapping[str, Any]) -> bytes:
    """Return a template as PDF, once for each of the values given; the pages of each are numbered by themselves.

    The same values give the same file, whenever it is made.
    """
    # The engine takes seconds to load and only who makes a PDF needs it.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    # Cut fonts carry the moment they were cut, unless this names another; a file must not differ by it.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    fonts, fetcher = FontConfiguration(), _fetcher()
    documents = [
        HTML(string=render_template(template, **values), base_url=request.host_url, url_fetcher=fetcher).render(
            font_config=fonts
        )
        for values in each
    ]
    pages = [page for document in documents for page in document.pages]
    return bytes(documents[0].copy(pages).write_pdf(pdf_identifier=b"matchmaker"))


def bound(pieces: Sequence[bytes]) -> bytes:
    """Return PDF files as one. Laid out in pieces, a file of thousands of pages takes the memory of a few dozen."""
    if len(pieces) == 1:
        return pieces[0]
    # As in pdf_of.
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415

    whole, writer = io.BytesIO(), PdfWriter()
    for piece in pieces:
        writer.append(io.BytesIO(piece))
    writer.add_metadata(PdfReader(io.BytesIO(pieces[0])).metadata or {})
    writer.write(whole)
    return whole.getvalue()


def static_file(address: str) -> Path:
    """Return the file behind the address of a static file; raises ValueError for any other address."""
    parts = urlsplit(address)
    root = Path(str(current_app.static_folder)).resolve()
    path = unquote(parts.path)
    start = f"{current_app.static_url_path}/"
    file = (root / path.removeprefix(start)).resolve()
    if parts.netloc != request.host or not path.startswith(start) or not file.is_relative_to(root):
        raise ValueError(f"a PDF holds only files of this site, not {address}")
    return file


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - as in pdf_of.

    class StaticFiles(URLFetcher):  # type: ignore[misc]
        """Reads static files from disk; whatever else a page asks for is refused, so that nothing leaves the server."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            """Give the file's bytes."""
            del headers
            file = static_file(url)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    return StaticFiles()
