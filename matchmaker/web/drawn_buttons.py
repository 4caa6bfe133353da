"""Forms of one button, and those that ask first: drawn once for each look, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import shape_for
from matchmaker.web.fragments import drawn_by
from matchmaker.web.holes import mark
from matchmaker.web.language import language
from matchmaker.web.links import page_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

COMPONENT = "components/form.html"
# What every question has, in the order in which the component says it.
TEXTS = ("id", "label", "title", "text", "button", "url")
NOTHING: Mapping[str, Any] = {}


def register(app: Flask) -> None:
    """Make the functions known to the component, where templates find them beside its macros."""
    app.add_template_global(drawn_button)
    app.add_template_global(drawn_confirm)


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


def drawn_confirm(
    *given: str,
    fields: Mapping[str, Any] = NOTHING,
    cls: str = "btn btn-danger",
    icon_name: str = "",
    danger: bool = True,
    caller: Callable[[], str] | None = None,
) -> Markup:
    """Return what asks before something is done, of its six TEXTS, with what a template calls it around."""
    names = tuple(fields)

    def drawn() -> str:
        sent = {one: _mark(f"sent{n}") for n, one in enumerate(names)}
        marks = [_mark(name) for name in (*TEXTS, "body")]
        return drawn_by(COMPONENT, "asked_first", *marks, cls, icon_name, danger, sent, _mark("token"))

    shape = shape_for(("asked_first", language(), cls, icon_name, danger, *names), drawn)
    values = {name: html(text) for name, text in zip(TEXTS, given, strict=True)}
    values |= {f"sent{n}": html(sent) for n, sent in enumerate(fields.values())}
    values |= {"body": html(caller()) if caller else "", "token": html(page_token())}
    return Markup(shape % values)  # noqa: S704 - As above.


def _mark(name: str) -> Markup:
    return Markup(mark(name))  # noqa: S704 - Letters of our own.
