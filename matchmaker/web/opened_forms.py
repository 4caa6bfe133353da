"""Forms as they stand when their page is opened: drawn once, with blanks for what their fields hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.widgets import Select

from matchmaker.web.blanks import Blanks, mark
from matchmaker.web.choices import Awaited, Choices, choices_for, chosen_as, options_with
from matchmaker.web.field_shapes import options_left_out
from matchmaker.web.fragments import drawn_by, same_for_all

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from matchmaker.web.fields import Form

    Offered = Iterable[SelectChoice] | None
    Fill = Callable[[Any, Offered], str]

NOTHING: Mapping[str, Any] = {}


def opened(
    template: str,
    macro: str,
    kind: Callable[..., Form],
    shown: Mapping[str, Any],
    *given: Hashable,
    choices: Mapping[str, Sequence[SelectChoice]] = NOTHING,
) -> Markup:
    """Return what a macro draws of a form as it is opened, without making its fields.

    ``shown`` is what stands in the fields by their names: the text of a box, what is chosen of a list, whether a box is
    ticked. ``choices`` is what lists offer that are not the same for everyone. The macro may ask the form for its
    fields, and besides for texts and addresses; what it hangs on else has to be ``given``.
    """
    kept = _kept(template, macro, kind, *given)
    return kept.blanks.filled({name: fill(shown.get(name), choices.get(name)) for name, fill in kept.fills.items()})


class _Opened(NamedTuple):
    """What was drawn of a form, and what fills the blank of each of its fields."""

    blanks: Blanks
    fills: Mapping[str, Fill]


@same_for_all
def _kept(template: str, macro: str, kind: Callable[..., Form], *given: Hashable) -> _Opened:
    form = kind(formdata=None)
    fills = {f.short_name: _fill(f, mark(f.short_name)) for f in form}

    def draw() -> str:
        drawn = str(drawn_by(template, macro, form, *given))
        for f in form:
            drawn = _with_blank(drawn, f, mark(f.short_name))
        return drawn

    blanks = Blanks.of(draw)
    return _Opened(blanks, {name: fill for name, fill in fills.items() if name in blanks.names})


def _fill(f: Any, place: str) -> Fill:
    """Put a mark into a field, and return what its place is filled with."""
    if isinstance(f, BooleanField):
        f.data = True
        return lambda is_ticked, _: "checked " if is_ticked else ""
    if not hasattr(f, "choices"):
        f._value = lambda: place  # noqa: SLF001 - What widgets ask for.
        return lambda text, _: text or ""
    usual = f.choices if isinstance(f.choices, Choices) else Choices(choices_for(f))
    if isinstance(f.widget, Select):
        f.choices, f.coerce, f.data = [SelectChoice(place)], str, None
        return lambda chosen, own: Markup(options_with(own or usual, chosen_as(chosen)))  # noqa: S704 - As lists are drawn.
    awaited = f.choices = Awaited(place)
    f.data = None
    return lambda chosen, own: Markup(awaited.options.of(own or usual, chosen_as(chosen)))  # noqa: S704 - The same.


def _with_blank(drawn: str, f: Any, place: str) -> str:
    """Leave the mark alone where a field that holds it was drawn with more around it."""
    if isinstance(f, BooleanField):
        ticked = re.compile(rf'(<input [^>]*?)checked ([^>]*name="{re.escape(f.name)}")')
        return ticked.sub(rf"\g<1>{place}\g<2>", drawn, count=1)
    return options_left_out(drawn, place)
