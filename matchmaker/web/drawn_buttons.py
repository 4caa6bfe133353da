"""Forms of one button, and those that ask first: drawn once for each look, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaker.web.blanks import TOKEN, mark
from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import shape_for
from matchmaker.web.fragments import drawn_by
from matchmaker.web.language import language
from matchmaker.web.links import page_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from markupsafe import Markup

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
        sent = {one: mark(f"sent{n}") for n, one in enumerate(names)}
        marks = mark("url"), mark("label"), cls, icon_name, mark("spoken") if spoken else ""
        return drawn_by(COMPONENT, "one_button", *marks, sent, mark("swap") if swap else "", mark(TOKEN))

    shape = shape_for(("one_button", cls, icon_name, bool(spoken), bool(swap), *names), drawn)
    values: dict[str, str] = {"url": html(url), "label": words, "spoken": spoken.strip(), "swap": html(swap)}
    values[TOKEN] = html(page_token())
    for n, sent in enumerate(fields.values()):
        values[f"sent{n}"] = html(sent)
    return shape.joined(values)


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
        sent = {one: mark(f"sent{n}") for n, one in enumerate(names)}
        marks = [mark(name) for name in (*TEXTS, "body")]
        return drawn_by(COMPONENT, "asked_first", *marks, cls, icon_name, danger, sent, mark(TOKEN))

    shape = shape_for(("asked_first", language(), cls, icon_name, danger, *names), drawn)
    values: dict[str, str] = {name: html(text) for name, text in zip(TEXTS, given, strict=True)}
    values |= {f"sent{n}": html(sent) for n, sent in enumerate(fields.values())}
    values |= {"body": html(caller()) if caller else "", TOKEN: html(page_token())}
    return shape.joined(values)
