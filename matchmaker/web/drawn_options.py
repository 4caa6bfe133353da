"""Radio buttons and checkboxes as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.

from matchmaker.web.choices import Awaited, Choices, choices_for, chosen_in, label_of
from matchmaker.web.controls import quoted
from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import kind_of, macro_of, shape_for, stand_in
from matchmaker.web.holes import mark
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class Options:
    """What a field offers, each with its button or box."""

    def __init__(self, f: Any, look: str, notes: Mapping[str, str], icons: Mapping[str, str]) -> None:
        self._field, self._notes, self._icons = f, notes, icons
        self.look = look or ("chips" if f.option_widget.input_type == "checkbox" else "choice")
        self._kind = language(), self.look, f.option_widget, kind_of(f)

    def drawn(self) -> str:
        """Return all of them, with what is chosen."""
        offered = self._field.choices
        if type(offered) is Awaited:
            offered.options = self
            return offered.mark
        choices = choices_for(self._field)
        return self.of(choices, chosen_in(self._field, choices))

    def of(self, choices: Sequence[SelectChoice], chosen: Collection[str]) -> str:
        """Return choices, with what is chosen of them."""
        name = escape(self._field.name)
        # What is the same for everyone is drawn once, unless words of this page stand beside it.
        if isinstance(choices, Choices) and not self._notes and not self._icons:
            each = [on if value in chosen else off for value, off, on in self._kept(choices)]
            return "".join(each) % {"name": name}
        each = []
        for choice in choices:
            value = str(choice.value)
            texts = {"name": name, "value": quoted(value), "label": html(label_of(choice))}
            texts["note"] = html(self._notes.get(value, ""))
            each.append(self._shape(value, is_on=value in chosen) % texts)
        return "".join(each)

    def _kept(self, choices: Choices) -> list[tuple[str, str, str]]:
        """Each choice by its value, as it looks when it is not chosen and when it is, without the field's names."""
        kept: list[tuple[str, str, str]] | None = choices.drawn.get(self._kind)
        if kept is None:
            # Their texts are put in now and the names later, so signs of percent are doubled twice.
            off, on = (self._shape("", is_on=is_on).replace("%%", "%%%%") for is_on in (False, True))
            kept = choices.drawn[self._kind] = []
            for choice in choices:
                texts = {"value": quoted(choice.value), "label": html(label_of(choice))}
                texts = {what: text.replace("%", "%%") for what, text in texts.items()}
                texts["name"] = "%(name)s"
                kept.append((str(choice.value), off % texts, on % texts))
        return kept

    def _shape(self, value: str, *, is_on: bool) -> str:
        has_note, icon = value in self._notes, self._icons.get(value, "")

        def draw() -> str:
            one = stand_in(self._field, 0)
            one.name, one.coerce, one.data = mark("name"), str, None
            one.choices = [SelectChoice(mark("value"), mark("label"))]
            option = next(iter(one))
            option.checked = is_on
            return str(macro_of("option")(option, self.look, has_note, mark("note"), icon))

        return shape_for((*self._kind, has_note, icon, is_on), draw)
