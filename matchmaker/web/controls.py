"""How the controls of forms are drawn: as WTForms draws them, in fewer steps."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import Input, Select, core

if TYPE_CHECKING:
    from flask import Flask

LISTS_KEPT = 64
ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})

Listed = tuple[tuple[str, str, str | None], ...]


def register(app: Flask) -> None:
    """Let every form write its attributes so. WTForms formats each of them by itself, and a page has hundreds."""
    del app
    core.html_params = attributes
    SelectField.widget = QuickSelect()  # type: ignore[misc]
    Input.html_params = staticmethod(attributes)  # type: ignore[method-assign]


def attributes(**given: Any) -> Markup:
    """Return attributes of HTML in the order of their names; True writes a name alone, False nothing."""
    written = []
    for name, value in sorted(given.items()):
        key = name.rstrip("_")
        if key.startswith(("data_", "aria_")):
            key = key.replace("_", "-")
        if value is True:
            written.append(key)
        elif value is not False:
            # What is HTML already is kept; all else is escaped in one step, as a page has hundreds of attributes.
            text = str(value).replace('"', "&quot;") if isinstance(value, Markup) else str(value).translate(ESCAPED)
            written.append(f'{key}="{text}"')
    return Markup(" ".join(written))  # noqa: S704 - Names are ours, values are escaped above.


def _drawn(listed: Listed) -> str:
    written = []
    for group, options in groupby(listed, key=itemgetter(2)):
        within = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label, _ in options)
        written.append(within if group is None else f"<optgroup {attributes(label=group)}>{within}</optgroup>")
    return "".join(written)


def _label_of(choice: SelectChoice) -> str:
    # Labels are looked up in the page's language each time they are asked for, so they are asked for once.
    return ("" if choice.label is None else str(choice.label)) or str(choice.value)


class QuickSelect(Select):
    """A choice of one from a list."""

    draw = staticmethod(_drawn)

    def __call__(self, field: Any, **options: Any) -> Markup:
        """Draw the list with what is chosen in it."""
        # A view that sets choices of its own may do so in any way that WTForms knows.
        if not all(isinstance(one, SelectChoice) and not one.render_kw for one in field.choices or ()):
            return super().__call__(field, **options)
        listed = tuple((str(one.value), _label_of(one), one.optgroup) for one in field.choices or ())
        flags = {name: True for name in self.validation_attrs if getattr(field.flags, name, False)}
        given = attributes(**{"id": field.id, "name": field.name, **flags, **options})
        drawn = self.draw(listed)
        for value in {str(one.value) for one in field.choices or () if field.coerce(one.value) == field.data}:
            drawn = drawn.replace(f'<option value="{escape(value)}">', f'<option selected value="{escape(value)}">')
        return Markup(f"<select {given}>{drawn}</select>")  # noqa: S704 - All of it is escaped where it is drawn.


class LongSelect(QuickSelect):
    """A choice from a list that is the same for everyone, such as all countries: its options are drawn once."""

    draw = staticmethod(lru_cache(maxsize=LISTS_KEPT)(_drawn))
