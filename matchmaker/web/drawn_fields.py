"""Fields as pages show them, with their labels, hints and errors."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wtforms import Field, FieldList, FormField

from matchmaker.web.controls import quoted
from matchmaker.web.drawing import html
from matchmaker.web.drawn_options import Options
from matchmaker.web.field_shapes import draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask
    from markupsafe import Markup

LISTS_KEPT = 64
NOTHING: Mapping[str, str] = {}


def register(app: Flask) -> None:
    """Make the functions known to their component, where templates find them beside its macros."""
    app.add_template_global(drawn_field)
    app.add_template_global(drawn_pair)
    app.add_template_global(has_errors)


def drawn_field(
    f: Any,
    hint: str = "",
    *,
    unit: str = "",
    optional: bool = False,
    autocomplete: str = "",
    label: str = "",
    placeholder: str = "",
    inputmode: str = "",
    rows: int = 0,
    lang: str = "",
    look: str = "",
    notes: Mapping[str, str] = NOTHING,
    icons: Mapping[str, str] = NOTHING,
    small: bool = False,
    suggestions: Sequence[str] = (),
    describedby: str = "",
) -> Markup:
    """Return a field; the component says what it may be given."""
    if hasattr(f.widget, "html_tag"):
        options = Options(f, look, notes, icons)
        return draw("group", (f,), {"hint": html(hint), "options": options.drawn()}, (optional, options.look), label)
    texts = {
        "hint": html(hint),
        "unit": html(unit),
        "placeholder": quoted(placeholder),
        "suggestions": _suggested(tuple(suggestions)) if suggestions else "",
    }
    return draw("single", (f,), texts, (optional, autocomplete, inputmode, rows, lang, small, describedby), label)


def drawn_pair(legend: str, vi: Any, en: Any, lang: str, *, hint: str = "", optional: bool = False) -> Markup:
    """Return the same text in both languages, the page's first."""
    return draw("both", (vi, en), {"legend": html(legend), "hint": html(hint)}, (lang, optional))


def has_errors(form: Any) -> bool:
    """Whether a form has errors, or one that is nested in it or in a list of lines."""
    return bool(getattr(form, "form_errors", ())) or any(map(_has_errors, form))


def _has_errors(f: Any) -> bool:
    if isinstance(f, FieldList):
        return has_errors(f.entries)
    is_nested = isinstance(f, FormField) or not isinstance(f, Field)
    return has_errors(f.form) if is_nested else bool(f.errors)


@lru_cache(maxsize=LISTS_KEPT)
def _suggested(suggestions: tuple[str, ...]) -> str:
    return "".join(f'<option value="{quoted(one)}">' for one in suggestions)
