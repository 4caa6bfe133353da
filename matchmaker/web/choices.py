"""What there is to choose from in a form, and how much of its drawing is kept."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

from flask_babel.speaklater import LazyString
from markupsafe import escape
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.widgets import Select

from matchmaker.domain.money.currencies import CURRENCIES
from matchmaker.web.filters import countries
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LISTS_KEPT = 64
OPTION = re.compile('<option value="([^"]*)">')


class Choices(tuple[SelectChoice, ...]):  # noqa: SLOT001 - It keeps what a tuple has no place for.
    """Choices that are the same for everyone, such as all countries: what is drawn of them is kept with them.

    It is kept for each language, as names may be looked up in the page's.
    """

    drawn: dict[Any, Any]

    def __new__(cls, choices: Iterable[SelectChoice]) -> Self:
        """Take what there is to choose from."""
        made = super().__new__(cls, choices)
        made.drawn = {}
        return made

    @cached_property
    def values(self) -> frozenset[str]:
        """What a page sends for each of them."""
        return frozenset(str(one.value) for one in self)

    @cached_property
    def are_plain(self) -> bool:
        """Whether none of them has attributes of its own."""
        return not any(one.render_kw for one in self)


class Awaited(Choices):
    """What stands for choices that are put in later. Who draws them leaves the options here that can draw any others.

    ``mark`` is what is drawn in their place.
    """

    mark: str
    options: Any

    def __new__(cls, mark: str) -> Self:
        """Take what is drawn in the place of choices."""
        made = super().__new__(cls, ())
        made.mark = mark
        return made


def named(codes: Iterable[str], name: Callable[[str], str]) -> Choices:
    """Return codes to choose from; a function knows their names in the page's language."""
    return Choices(SelectChoice(code, LazyString(name, code)) for code in codes)


@lru_cache(maxsize=LISTS_KEPT)
def shared(choices: tuple[tuple[str, str], ...]) -> Choices:
    """Return codes with their names to choose from; what is drawn of the same ones is kept with them."""
    return Choices(SelectChoice(code, name) for code, name in choices)


def all_countries(*, none: str = "") -> Choices:
    """Return every country in the order of names in the page's language; before them none, where it has a name."""
    return _all_countries(language(), none)


def all_currencies(*, but: str = "") -> Choices:
    """Return every currency known here but one, by its code with its name in the page's language."""
    return _all_currencies(language(), but)


@cache
def _all_countries(_lang: str, none: str) -> Choices:
    first = [("", none)] if none else []
    return Choices(SelectChoice(code, name) for code, name in first + countries())


@cache
def _all_currencies(lang: str, but: str) -> Choices:
    return Choices(
        SelectChoice(code, f"{code} – {one.name_vi if lang == 'vi' else one.name_en}")
        for code, one in sorted(CURRENCIES.items())
        if code != but
    )


def choices_for(field: Any) -> Sequence[SelectChoice]:
    """Return what a field offers. A view that sets choices of its own may do so in any way that WTForms knows."""
    offered: Sequence[SelectChoice] = field.choices
    return offered if type(offered) is Choices else field._choices_from_input(offered) or ()  # noqa: SLF001


def chosen_in(field: Any, choices: Sequence[SelectChoice]) -> set[str]:
    """Return the values of the choices that are chosen; what somebody typed that is none of them is not among these."""
    data, is_many = field.data, isinstance(field, SelectMultipleField)
    if field.coerce is str and isinstance(choices, Choices):
        return {one for one in (data or () if is_many else (data,)) if one in choices.values}
    read = field.coerce
    if is_many:
        return {str(one.value) for one in choices if read(one.value) in (data or ())}
    return {str(one.value) for one in choices if read(one.value) == data}


def chosen_as(value: Any) -> set[str]:
    """Return what is chosen where one code is, or several are, or nothing is."""
    return {value} if isinstance(value, str) else set(value or ())


def are_plain(choices: Sequence[SelectChoice]) -> bool:
    """Whether no choice has attributes of its own."""
    return choices.are_plain if isinstance(choices, Choices) else not any(one.render_kw for one in choices)


def label_of(choice: SelectChoice) -> str:
    """Return what a choice is called, which is looked up in the page's language each time it is asked for."""
    return ("" if choice.label is None else str(choice.label)) or str(choice.value)


def options_of(field: Any) -> str:
    """Return the options of a list with what is chosen in it."""
    choices = choices_for(field)
    if not are_plain(choices):
        return Select()(field).partition(">")[2].removesuffix("</select>")
    return options_with(choices, chosen_in(field, choices))


def options_with(choices: Iterable[SelectChoice], chosen: Iterable[str]) -> str:
    """Return options without attributes of their own, with what is chosen among them."""
    drawn, places = _kept(choices) if isinstance(choices, Choices) else _with_places(choices)
    found = [place for value in chosen for place in places.get(escape(value), ())]
    for place in sorted(found, reverse=True):
        drawn = f"{drawn[:place]} selected{drawn[place:]}"
    return drawn


def _kept(choices: Choices) -> tuple[str, dict[str, list[int]]]:
    kept: tuple[str, dict[str, list[int]]] | None = choices.drawn.get(language())
    if kept is None:
        kept = choices.drawn[language()] = _with_places(choices)
    return kept


def _with_places(choices: Iterable[SelectChoice]) -> tuple[str, dict[str, list[int]]]:
    """Draw options, none of them chosen, and say by their values where they would say that they are.

    To look for one among all countries takes as long as several statements.
    """
    drawn = _drawn(choices)
    places: dict[str, list[int]] = {}
    for found in OPTION.finditer(drawn):
        places.setdefault(found[1], []).append(found.start() + len("<option"))
    return drawn, places


def _drawn(choices: Iterable[SelectChoice]) -> str:
    written = []
    for group, options in groupby(choices, key=lambda one: one.optgroup):
        within = "".join(
            f'<option value="{escape(str(one.value))}">{escape(label_of(one))}</option>' for one in options
        )
        written.append(within if group is None else f'<optgroup label="{escape(group)}">{within}</optgroup>')
    return "".join(written)
