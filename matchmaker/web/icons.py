"""The drawings of the sprite (names: matchmaker/assets.py, ICONS)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from matchmaker.web.links import asset

if TYPE_CHECKING:
    from flask import Flask

KEPT = 512
CLASS = Markup(' class="%s"')
SPOKEN = Markup(' role="img" aria-label="%s"')
SILENT = Markup(' aria-hidden="true"')
DRAWING = Markup('<svg%s width="%s" height="%s"%s><use href="%s#%s"/></svg>')


def register(app: Flask) -> None:
    """Make ``icon`` known to every template and macro."""
    app.add_template_global(icon)
    app.add_template_filter(icon)


def icon(name: str, size: int = 20, cls: str = "", label: str = "") -> Markup:
    """Return one drawing. It is hidden from readers unless it has a label; beside words it needs none."""
    return _drawn(name, size, cls, SPOKEN % label) if label else _silent(name, size, cls)


@lru_cache(maxsize=KEPT)
def _silent(name: str, size: int, cls: str) -> Markup:
    return _drawn(name, size, cls, SILENT)


def _drawn(name: str, size: int, cls: str, for_readers: Markup) -> Markup:
    return DRAWING % (CLASS % cls if cls else "", size, size, for_readers, asset("img/icons.svg"), name)
