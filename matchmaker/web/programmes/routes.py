"""The blueprint of programmes and what all of its pages say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from matchmaker.web.language import language

if TYPE_CHECKING:
    from matchmaker.services.programmes import ProgrammeFacts

blueprint = Blueprint("programmes", __name__)
ROOT = "/programmes/<slug>"
UNPROCESSABLE = 422


def name_of(programme: ProgrammeFacts) -> str:
    """Return a programme's name in the page's language."""
    return programme.name_vi if language() == "vi" else programme.name_en
