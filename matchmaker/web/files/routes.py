"""The blueprint that the pages of files are entered in, and the addresses of files for every template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, url_for

if TYPE_CHECKING:
    import uuid

blueprint = Blueprint("files", __name__)


@blueprint.app_template_global()
def file_url(file_id: uuid.UUID, *, is_small: bool = False) -> str:
    """Return the address of a file, on the side of the fair on which the page stands."""
    endpoint = "files.organizer_file" if g.get("is_organizer_page") else "files.file"
    size: dict[str, Any] = {"size": "small"} if is_small else {}
    return url_for(endpoint, slug=g.fair.slug, file_id=file_id, **size)
