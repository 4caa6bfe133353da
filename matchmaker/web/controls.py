"""How the controls of forms are drawn: as WTForms draws them, in fewer steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from wtforms import SelectField
from wtforms.widgets import Input, Select, core

from matchmaker.web.choices import options_of

if TYPE_CHECKING:
    from flask import Flask

ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


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
        key = attribute(name)
        if value is True:
            written.append(key)
        elif value is not False:
            written.append(f'{key}="{quoted(value)}"')
    return Markup(" ".join(written))  # noqa: S704 - Names are ours, values are escaped above.


def attribute(name: str) -> str:
    """Return the name of an attribute as it stands in HTML."""
    key = name.rstrip("_")
    return key.replace("_", "-") if key.startswith(("data_", "aria_")) else key


def quoted(value: Any) -> str:
    """Return a value as it stands between the quotes of an attribute. What is HTML already is kept."""
    # All else is escaped in one step, as a page has hundreds of attributes.
    return str(value).replace('"', "&quot;") if isinstance(value, Markup) else str(value).translate(ESCAPED)


class QuickSelect(Select):
    """A choice of one from a list."""

    def __call__(self, field: Any, **options: Any) -> Markup:
        """Draw the list with what is chosen in it."""
        flags = {name: True for name in self.validation_attrs if getattr(field.flags, name, False)}
        given = attributes(**{"id": field.id, "name": field.name, **flags, **options})
        return Markup(f"<select {given}>{options_of(field)}</select>")  # noqa: S704 - All of it is escaped where it is drawn.
