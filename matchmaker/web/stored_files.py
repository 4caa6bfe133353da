"""What is wrong with a file, in words, and where files lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import gettext as _

from matchmaker.web.filters import number

if TYPE_CHECKING:
    from pathlib import Path

    from matchmaker.domain.errors import Refused

MEGA = 1024 * 1024
MILLION = 1_000_000


def refused_words(error: Refused) -> str:
    """Return what is wrong with a file and what to do about it."""
    most = error.facts.get("most", 0)
    if error.code == "file_kind":
        if error.facts["takes_documents"]:
            return _("This is no PDF and no picture (JPEG, PNG or WebP). Save it as one of these and choose it again.")
        return _("This is no picture (JPEG, PNG or WebP). Save it as one of these and choose it again.")
    if error.code == "file_too_large":
        return _("The file is larger than %(most)s MB. Choose a smaller one.", most=number(most // MEGA))
    if error.code == "file_too_many_pixels":
        return _(
            "The picture has more than %(most)s million pixels. Make it smaller and choose it again.",
            most=number(most // MILLION),
        )
    return {
        "file_empty": _("The file is empty. Choose another one."),
        "file_broken": _("The picture can’t be read; the file seems to be damaged. Choose another one."),
        "too_many_photos": _("There are %(most)s photos already. Remove one first.", most=number(most)),
        "too_many_certificates": _("At most %(most)s certificates can be listed. Remove one first.", most=number(most)),
        "file_replaced": _("Another file has taken its place meanwhile. Remove that one first."),
    }[error.code]


def folder() -> Path:
    """Return where the bytes of files lie."""
    instance: Path = current_app.extensions["matchmaker"].instance
    return (instance / "files").resolve()
