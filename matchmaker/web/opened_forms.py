"""Forms as they stand when their page is opened: drawn once, with blanks for what their fields hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.widgets import Select

from matchmaker.web.blanks import Blanks, Marks
from matchmaker.web.choices import Awaited, Choices, choices_for, chosen_as, options_with
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
    form, marks = kind(formdata=None), Marks()
    fields = {f.short_name: (f, marks.of(f.short_name)) for f in form}
    fills = {name: _fill(f, mark) for name, (f, mark) in fields.items()}

    def draw() -> str:
        drawn = str(drawn_by(template, macro, form, *given))
        for f, mark in fields.values():
            drawn = _marked(drawn, f, mark)
        return drawn

    blanks = marks.cut(draw)
    return _Opened(blanks, {name: fill for name, fill in fills.items() if name in blanks.between})


def _fill(f: Any, mark: str) -> Fill:
    """Put a mark into a field, and return what its place is filled with."""
    if isinstance(f, BooleanField):
        f.data = True
        return lambda is_ticked, _: "checked " if is_ticked else ""
    if not hasattr(f, "choices"):
        f._value = lambda: mark  # noqa: SLF001 - What widgets ask for.
        return lambda text, _: text or ""
    usual = f.choices if isinstance(f.choices, Choices) else Choices(choices_for(f))
    if isinstance(f.widget, Select):
        f.choices, f.coerce, f.data = [SelectChoice(mark)], str, None
        return lambda chosen, own: Markup(options_with(own or usual, chosen_as(chosen)))  # noqa: S704 - As lists are drawn.
    awaited = f.choices = Awaited(mark)
    f.data = None
    return lambda chosen, own: Markup(awaited.options.of(own or usual, chosen_as(chosen)))  # noqa: S704 - The same.


def _marked(drawn: str, f: Any, mark: str) -> str:
    """Leave the mark alone where a field that holds it was drawn with more around it."""
    if isinstance(f, BooleanField):
        ticked = re.compile(rf'(<input [^>]*?)checked ([^>]*name="{re.escape(f.name)}")')
        return ticked.sub(rf"\g<1>{mark}\g<2>", drawn, count=1)
    return drawn.replace(f'<option value="{mark}">{mark}</option>', mark, 1)
