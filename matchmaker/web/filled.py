"""Cards whose words are the same for everyone but for a few texts: drawn once, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.web.blanks import TOKEN, mark
from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import shape_for
from matchmaker.web.fragments import drawn_by
from matchmaker.web.language import language
from matchmaker.web.links import page_token

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from flask import Flask
    from markupsafe import Markup


def register(app: Flask) -> None:
    """Make ``filled`` known to every template and macro."""
    app.add_template_global(filled)


def filled(template: str, macro: str, texts: Mapping[str, str], *settings: Hashable) -> Markup:
    """Return what a macro draws of texts, in their order, and of settings.

    The macro may put texts anywhere and ask whether one is empty. What else it does must hang on the settings, of which
    there are few, and on the page's language alone. Its forms carry the token of the page that is shown.
    """
    values: dict[str, str] = {name: html(text) for name, text in texts.items()}
    key = (template, macro, language(), *map(bool, values.values()), *settings)

    def drawn() -> str:
        marks = [mark(name) if text else "" for name, text in values.items()]
        return drawn_by(template, macro, *marks, *settings)

    shape = shape_for(key, drawn)
    values[TOKEN] = html(page_token())
    return shape.joined(values)
