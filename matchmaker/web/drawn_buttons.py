"""Forms of one button, which a page may have dozens of: drawn once for each look, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import shape_for
from matchmaker.web.fragments import drawn_by
from matchmaker.web.holes import mark
from matchmaker.web.links import page_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

COMPONENT = "components/form.html"
NOTHING: Mapping[str, Any] = {}


def register(app: Flask) -> None:
    """Make the function known to the component, where templates find it beside its macros."""
    app.add_template_global(drawn_button)


def drawn_button(
    url: str,
    label: str,
    cls: str = "btn",
    icon_name: str = "",
    name: str = "",
    *,
    fields: Mapping[str, Any] = NOTHING,
    swap: str = "",
    aria_label: str = "",
) -> Markup:
    """Return a form of one button; the component says what it may be given."""
    words = html(label)
    spoken = html(aria_label) or (f"{words} {html(name)}" if name or "btn-icon" in cls else "")
    names = tuple(fields)

    def drawn() -> str:
        sent = {one: _mark(f"sent{n}") for n, one in enumerate(names)}
        marks = _mark("url"), _mark("label"), cls, icon_name, _mark("spoken") if spoken else ""
        return drawn_by(COMPONENT, "one_button", *marks, sent, _mark("swap") if swap else "", _mark("token"))

    shape = shape_for(("one_button", cls, icon_name, bool(spoken), bool(swap), *names), drawn)
    values = {"url": html(url), "label": words, "spoken": spoken.strip(), "swap": html(swap)}
    values["token"] = html(page_token())
    for n, sent in enumerate(fields.values()):
        values[f"sent{n}"] = html(sent)
    return Markup(shape % values)  # noqa: S704 - The macro escapes what it is given, and so is what fills its HTML.


def _mark(name: str) -> Markup:
    return Markup(mark(name))  # noqa: S704 - Letters of our own.
