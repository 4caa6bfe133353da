"""Fields that only a profile has: clean texts, quantities, lists of countries and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.domain.money.errors import AmbiguousAmount, UnreadableAmount
from matchmaker.domain.money.formatting import format_number
from matchmaker.domain.money.parsing import read_amount
from matchmaker.domain.profiles import MOST_CODES, is_quantity
from matchmaker.domain.spreadsheets.countries import country_code
from matchmaker.web.choices import Choices, named
from matchmaker.web.fields import at_most
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.

LONGEST_LIST = 600


class QuantityField(StringField):
    """A quantity as people type it: ``12 nghìn``, ``1,5``, ``35 000``. ``amount`` is the number, None when empty."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, **options)
        self.amount: Decimal | None = None

    def process_data(self, value: Any) -> None:
        """Show a stored number without grouping, so that it reads the same in both languages."""
        self.data = quantity_text(value)

    def pre_validate(self, form: Any) -> None:
        """Read what was typed. A text with two meanings is refused with both, for no page guesses a thousandfold."""
        del form
        self.amount = None
        if not self.data:
            return
        try:
            amount = read_amount(self.data, lang=language()).amount
        except AmbiguousAmount as error:
            low, high = sorted(reading.amount for reading in error.readings)[:2]
            raise ValidationError(
                _(
                    "This can mean %(low)s or %(high)s. Write it without separators.",
                    low=format_number(low, lang=language()),
                    high=format_number(high, lang=language()),
                )
            ) from error
        except UnreadableAmount as error:
            raise ValidationError(_("Enter the number alone, for example 35; its unit goes into “Unit”.")) from error
        if not is_quantity(amount):
            raise ValidationError(_("Enter a number above 0 with at most two decimals, for example 35."))
        self.amount = amount


class ChoiceField(SelectField):
    """One of several choices, or none; a form sent without it chooses none."""

    def pre_validate(self, form: Any) -> None:
        """Take the empty choice for what was not sent at all."""
        if self.data in {None, "None"}:
            self.data = ""
        super().pre_validate(form)


class ChipsField(SelectMultipleField):
    """Several choices at once, as boxes that can be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MoreField(StringField):
    """What is not among the choices beside it, typed with commas between."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, validators=[at_most(LONGEST_LIST)], **options)

    @property
    def parts(self) -> list[str]:
        """What was typed, part by part."""
        return [part.strip() for part in (self.data or "").replace(";", ",").split(",") if part.strip()]


class MoreCountriesField(MoreField):
    """Countries by their names in either language; ``codes`` holds them once the form is valid."""

    codes: tuple[str, ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Refuse the first name that is no country's."""
        del form
        found = {part: country_code(part) for part in self.parts}
        unknown = next((part for part, code in found.items() if code is None), None)
        if unknown is not None:
            raise ValidationError(_("We don't know the country “%(name)s”. Check its spelling.", name=unknown[:60]))
        self.codes = tuple(code for code in found.values() if code)


def with_own(usual: Choices, codes: Iterable[str], name: Callable[[str], str]) -> Sequence[SelectChoice]:
    """Return the usual choices, and beside them what was chosen before and is none of them."""
    more = [code for code in dict.fromkeys(codes) if code not in usual.values]
    return [*usual, *named(more, name)] if more else usual


def few(codes: Iterable[str]) -> list[str]:
    """Each code once, in order, and no more of them than are kept."""
    return list(dict.fromkeys(codes))[:MOST_CODES]


def quantity_text(value: Decimal | None) -> str:
    """Return a stored number as it stands in its field."""
    if value is None:
        return ""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if language() == "vi" else text
