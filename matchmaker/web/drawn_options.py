"""Radio buttons and checkboxes as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.

from matchmaker.web.blanks import Blanks, mark
from matchmaker.web.choices import Awaited, Choices, choices_for, chosen_in, label_of
from matchmaker.web.controls import quoted
from matchmaker.web.drawing import html
from matchmaker.web.field_shapes import kind_of, macro_of, shape_for, stand_in
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    Pieces = tuple[str, ...]


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
        name = str(escape(self._field.name))
        # What is the same for everyone is drawn once, unless words of this page stand beside it.
        if isinstance(choices, Choices) and not self._notes and not self._icons:
            kept = self._kept(choices)
            return "".join([name.join(on if value in chosen else off) for value, off, on in kept])
        each = []
        for choice in choices:
            value = str(choice.value)
            texts = {"name": name, "value": quoted(value), "label": html(label_of(choice))}
            texts["note"] = html(self._notes.get(value, ""))
            each.append(self._shape(value, is_on=value in chosen).joined(texts))
        return "".join(each)

    def _kept(self, choices: Choices) -> list[tuple[str, Pieces, Pieces]]:
        """Each choice by its value, in pieces around the field's name: as it looks unchosen, and as it looks chosen."""
        kept: list[tuple[str, Pieces, Pieces]] | None = choices.drawn.get(self._kind)
        if kept is None:
            off, on = self._shape("", is_on=False), self._shape("", is_on=True)
            kept = choices.drawn[self._kind] = []
            for choice in choices:
                texts = {"value": quoted(choice.value), "label": html(label_of(choice))}
                kept.append((str(choice.value), _around_name(off, texts), _around_name(on, texts)))
        return kept

    def _shape(self, value: str, *, is_on: bool) -> Blanks:
        has_note, icon = value in self._notes, self._icons.get(value, "")

        def draw() -> str:
            one = stand_in(self._field, 0)
            one.name, one.coerce, one.data = mark("name"), str, None
            one.choices = [SelectChoice(mark("value"), mark("label"))]
            option = next(iter(one))
            option.checked = is_on
            return str(macro_of("option")(option, self.look, has_note, mark("note"), icon))

        return shape_for((*self._kind, has_note, icon, is_on), draw)


def _around_name(shape: Blanks, texts: Mapping[str, str]) -> Pieces:
    """Put the texts of a choice in and leave the blanks of the name, which is another from page to page."""
    return Blanks.of(lambda: shape.joined({**texts, "note": "", "name": mark("name")})).pieces
