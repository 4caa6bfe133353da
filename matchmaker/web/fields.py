"""Fields and choices that the forms of several features share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _is_submitted
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, Input, ListWidget, Select, TextArea

from matchmaker.domain.fairs import YEARS
from matchmaker.domain.names import clean_text
from matchmaker.web.controls import attribute
from matchmaker.web.field_shapes import draw_control
from matchmaker.web.made_fields import made_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LINE = 250
NUMBER = _l("Enter a whole number.")
WANTED = _l("This is needed.")


def one_line(text: str) -> str:
    """Return what was typed in a box of several lines as one; a filter for fields."""
    return " ".join(text.split())


def _cleaned(text: str | None) -> str:
    return clean_text(text or "")


def _cleaned_lines(text: str | None) -> str:
    return clean_text(text or "", keep_lines=True)


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose texts come in as they are stored: composed, trimmed, without marks that nobody sees.

    So what is measured, checked and mailed is what the database keeps. Passwords and what a page only carries along are
    taken letter by letter.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How fields are made."""

        @property
        def csrf(self) -> bool:
            """Whether the form looks at its token: where one is sent. Pages draw it by themselves (form_token)."""
            return _is_submitted() and bool(current_app.config.get("WTF_CSRF_ENABLED", True))

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Make a field; one for a text cleans it before its own filters see it."""

            def make() -> Any:
                field = super(Form.Meta, self).bind_field(form, unbound_field, options)
                if isinstance(field, StringField) and not isinstance(field, PasswordField | HiddenField):
                    clean = _cleaned_lines if isinstance(field, TextAreaField) else _cleaned
                    field.filters = (clean, *field.filters)
                return field

            return made_field(form, unbound_field, options, make)

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            """Show a field without a length: a browser would cut what is pasted, and not say so. The form says it."""
            if not isinstance(field.widget, Input | TextArea | Select) or hasattr(field, "choice"):
                return super().render_field(field, {"maxlength": False, **render_kw})
            given = {**(field.render_kw or {}), "maxlength": False, **render_kw}
            return draw_control(field, {attribute(name): value for name, value in given.items()})


def at_most(length: int) -> Length:
    """Return the rule that a text is not too long; the form keeps all of it and says how long it may be."""
    return Length(max=length, message=_l("Write at most %(max)d characters."))


def words(label: Any, *, most: int = LINE, needed: bool = True, kind: type = StringField) -> Any:
    """Return a field for a text."""
    rules = [at_most(most)]
    return kind(label, validators=[DataRequired(WANTED), *rules] if needed else rules)


class _Worded:
    """A field that says in our own words what it could not read."""

    unreadable: Any = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; raise ValueError with our words."""
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]  # The field that this is mixed into has it.
        except ValueError:
            raise ValueError(self.unreadable) from None


class WholeField(_Worded, IntegerField):
    """A whole number."""

    unreadable = NUMBER


class _Dated(_Worded):
    """A field that holds a day, with or without a time, of a year that somebody can mean."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; raise ValueError with our words, also for a day that is centuries away."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(_("Enter a day of the years %(first)d to %(last)d.", first=YEARS[0], last=YEARS[-1]))


class DayField(_Dated, DateField):
    """A day."""

    unreadable = _l("Enter a day.")


class ClockField(_Worded, TimeField):
    """A time of the day."""

    unreadable = _l("Enter a time, such as 09:00.")


class MomentField(_Dated, DateTimeLocalField):
    """A day with a time."""

    unreadable = _l("Enter a day and a time.")


class RateField(_Worded, DecimalField):
    """A rate, with a point or a comma before its decimals. Groups of three digits could be meant as thousands."""

    unreadable = _l("Enter a number, such as 25400 or 0.0000379, without separators between thousands.")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; refuse what a Vietnamese and an English reader would take for different ones."""
        typed = "".join(valuelist[:1]).strip()
        if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", typed) or not re.fullmatch(r"\d{0,12}([.,]\d{1,20})?", typed):
            raise ValueError(self.unreadable)
        super().process_formdata([typed.replace(",", ".")])


class ManyField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def in_both(form: Any, *names: str) -> dict[str, str]:
    """Return texts in both languages by their fields; one that was given in one language stands for both.

    The form stays as it was typed, so that a text corrected later is not left standing in the other language.
    """
    given = {f"{name}_{lang}": form[f"{name}_{lang}"].data for name in names for lang in ("vi", "en")}
    return {key: text or given[f"{key[:-2]}{'en' if key.endswith('vi') else 'vi'}"] for key, text in given.items()}


def choices_of(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return the codes of a table of words as what there is to choose from, each said by its word."""
    return [SelectChoice(str(code), word) for code, word in words.items()]


def offer(field: Any, choices: Iterable[tuple[str, str]]) -> None:
    """Give a field of choices what there is to choose from."""
    field.choices = [SelectChoice(value, text) for value, text in choices]
