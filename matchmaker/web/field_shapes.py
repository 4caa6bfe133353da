"""The HTML around what a field holds: drawn once for each kind of field, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import Markup, escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.fields.core import Label
from wtforms.widgets import Select

from matchmaker.web.choices import options_of
from matchmaker.web.controls import quoted
from matchmaker.web.drawing import html
from matchmaker.web.holes import MARK, mark, pattern_of
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMPONENT = "components/field.html"
KEPT = 2048

# What is drawn, with marks in the place of names, texts and values, by all that it hangs on besides these. So nothing
# that anybody wrote is kept here.
_shapes: dict[tuple[Any, ...], str] = {}


def draw(
    macro: str, fields: tuple[Any, ...], texts: Mapping[str, str], settings: tuple[Any, ...] = (), label: str = ""
) -> Markup:
    """Return what a macro of the component draws of fields, of texts, which are HTML by now, and of settings.

    A label takes the place of the first field's own.
    """
    key = (macro, language(), *map(kind_of, fields), *map(bool, texts.values()), *settings)
    shape = _shapes.get(key)
    if shape is None:
        shape = _keep(key, _drawn(macro, fields, texts, settings))
    values = {**texts}
    for n, f in enumerate(fields):
        values[f"id{n}"], values[f"name{n}"] = escape(f.id), escape(f.name)
        values[f"label{n}"] = html((label if not n else "") or f.label.text)
        values[f"value{n}"] = _value(f)
        if f.errors:
            values[f"error{n}"] = html(f.errors[0])
    return Markup(shape % values)  # noqa: S704 - Macros escape what they are given, and what fills their HTML is escaped.


def draw_control(f: Any, given: Mapping[str, Any]) -> Markup:
    """Return a field's control alone, as its widget draws it with the attributes that are given."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    settings = {name: value for name, value in given.items() if not isinstance(value, str)}
    key = ("control", kind_of(f), *texts, *settings.items())
    shape = _shapes.get(key)
    if shape is None:
        one = _for_any_value(stand_in(f, 0))
        marks = {name: Markup(mark(f"given{n}")) for n, name in enumerate(texts)}  # noqa: S704 - Letters of our own.
        shape = _keep(key, _with_options(str(f.widget(one, **marks, **settings)), 0))
    values = {f"given{n}": quoted(value) for n, value in enumerate(texts.values())}
    values |= {"id0": escape(f.id), "name0": escape(f.name), "value0": _value(f)}
    return Markup(shape % values)  # noqa: S704 - Widgets escape what they are given, and so is what fills their HTML.


def kind_of(f: Any) -> tuple[Any, ...]:
    """Return what the HTML of a field hangs on besides its names, its texts and what it holds."""
    widget = f.widget
    is_checked = getattr(widget, "input_type", "") == "checkbox" and bool(f.data)
    return widget, is_checked, bool(f.errors), *vars(f.flags).items(), *(f.render_kw or {}).items()


def shape_for(key: tuple[Any, ...], draw: Callable[[], str]) -> str:
    """Return the shape that is kept by a key; the first time, what is drawn with marks is made one."""
    shape = _shapes.get(key)
    return shape if shape is not None else _keep(key, draw())


def macro_of(name: str) -> Any:
    """Return a macro of the component."""
    return getattr(current_app.jinja_env.get_template(COMPONENT).module, name)


def stand_in(f: Any, n: int) -> Any:
    """Return a field of the same kind with marks for its names and texts, and for what it holds."""
    one = object.__new__(type(f))  # A call of the class would only note down what the field should become.
    one.__dict__ = {**vars(f)}
    one.id, one.name = mark(f"id{n}"), mark(f"name{n}")
    one.label = Label(one.id, mark(f"label{n}"))
    one.errors = [mark(f"error{n}")] if f.errors else []
    one._value = lambda: mark(f"value{n}")
    return one


def _drawn(macro: str, fields: tuple[Any, ...], texts: Mapping[str, str], settings: tuple[Any, ...]) -> str:
    stand_ins = [_for_any_value(stand_in(f, n)) for n, f in enumerate(fields)]
    marks = [Markup(mark(name)) if text else "" for name, text in texts.items()]  # noqa: S704 - Letters of our own.
    drawn = str(macro_of(macro)(*stand_ins, *marks, *settings))
    for n in range(len(fields)):
        drawn = _with_options(drawn, n)
    return drawn


def _for_any_value(one: Any) -> Any:
    """Let a list offer one thing alone, where its options are put in."""
    if isinstance(one.widget, Select):
        one.choices, one.coerce, one.data = [SelectChoice(MARK)], str, None
    return one


def _with_options(drawn: str, n: int) -> str:
    return drawn.replace(f'<option value="{MARK}">{MARK}</option>', mark(f"value{n}"), 1)


def _keep(key: tuple[Any, ...], drawn: str) -> str:
    """Make what is drawn a pattern that values are put into where the marks are, and keep it."""
    if len(_shapes) >= KEPT:
        _shapes.clear()  # The site has fewer; so many come only where settings differ from opening to opening.
    shape = _shapes[key] = pattern_of(drawn)
    return shape


def _value(f: Any) -> str:
    if isinstance(f.widget, Select):
        return options_of(f)
    return quoted(f._value()) if hasattr(f, "_value") else ""  # noqa: SLF001 - What widgets ask for.
