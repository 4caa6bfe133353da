"""The HTML around what a field holds: drawn once for each kind of field, and then filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.fields.core import Label
from wtforms.widgets import Select

from matchmaker.web.blanks import Blanks, mark
from matchmaker.web.choices import options_of
from matchmaker.web.controls import quoted
from matchmaker.web.drawing import html
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

COMPONENT = "components/field.html"
KEPT = 2048

# What is drawn, with marks in the place of names, texts and values, by all that it hangs on besides these. So nothing
# that anybody wrote is kept here.
_shapes: dict[tuple[Any, ...], Blanks] = {}


def draw(
    macro: str, fields: tuple[Any, ...], texts: Mapping[str, str], settings: tuple[Any, ...] = (), label: str = ""
) -> Markup:
    """Return what a macro of the component draws of fields, of texts, which are HTML by now, and of settings.

    A label takes the place of the first field's own.
    """
    key = (macro, language(), *map(kind_of, fields), *map(bool, texts.values()), *settings)
    shape = shape_for(key, lambda: _drawn(macro, fields, texts, settings))
    values: dict[str, str] = {**texts}
    for n, f in enumerate(fields):
        values[f"id{n}"], values[f"name{n}"] = escape(f.id), escape(f.name)
        values[f"label{n}"] = html((label if not n else "") or f.label.text)
        values[f"value{n}"] = _value(f)
        if f.errors:
            values[f"error{n}"] = html(f.errors[0])
    return shape.joined(values)


def draw_control(f: Any, given: Mapping[str, Any]) -> Markup:
    """Return a field's control alone, as its widget draws it with the attributes that are given."""
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    settings = {name: value for name, value in given.items() if not isinstance(value, str)}
    key = ("control", kind_of(f), *texts, *settings.items())

    def drawn() -> str:
        one = _for_any_value(stand_in(f, 0), 0)
        marks = {name: mark(f"given{n}") for n, name in enumerate(texts)}
        return options_left_out(str(f.widget(one, **marks, **settings)), mark("value0"))

    shape = shape_for(key, drawn)
    values = {f"given{n}": quoted(value) for n, value in enumerate(texts.values())}
    values |= {"id0": escape(f.id), "name0": escape(f.name), "value0": _value(f)}
    return shape.joined(values)


def kind_of(f: Any) -> tuple[Any, ...]:
    """Return what the HTML of a field hangs on besides its names, its texts and what it holds."""
    widget = f.widget
    is_checked = getattr(widget, "input_type", "") == "checkbox" and bool(f.data)
    return widget, is_checked, bool(f.errors), *vars(f.flags).items(), *(f.render_kw or {}).items()


def shape_for(key: tuple[Any, ...], draw: Callable[[], str]) -> Blanks:
    """Return the shape that is kept by a key; the first time it is made of what is drawn with marks."""
    shape = _shapes.get(key)
    return shape if shape is not None else _keep(key, draw)


def options_left_out(drawn: str, place: str) -> str:
    """Leave a mark alone where a list was drawn with it as its one option."""
    return drawn.replace(f'<option value="{place}">{place}</option>', place, 1)


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
    stand_ins = [_for_any_value(stand_in(f, n), n) for n, f in enumerate(fields)]
    marks = [mark(name) if text else "" for name, text in texts.items()]
    drawn = str(macro_of(macro)(*stand_ins, *marks, *settings))
    for n in range(len(fields)):
        drawn = options_left_out(drawn, mark(f"value{n}"))
    return drawn


def _for_any_value(one: Any, n: int) -> Any:
    """Let a list offer one thing alone, where its options are put in."""
    if isinstance(one.widget, Select):
        one.choices, one.coerce, one.data = [SelectChoice(mark(f"value{n}"))], str, None
    return one


def _keep(key: tuple[Any, ...], draw: Callable[[], str]) -> Blanks:
    """Draw what has marks in it, and keep it with blanks for them."""
    if len(_shapes) >= KEPT:
        _shapes.clear()  # The site has fewer; so many come only where settings differ from opening to opening.
    shape = _shapes[key] = Blanks.of(draw)
    return shape


def _value(f: Any) -> str:
    if isinstance(f.widget, Select):
        return options_of(f)
    return quoted(f._value()) if hasattr(f, "_value") else ""  # noqa: SLF001 - What widgets ask for.
