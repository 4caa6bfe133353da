"""The forms of suggestions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, RadioField
from wtforms.validators import AnyOf, InputRequired, NumberRange
from wtforms.widgets import TextInput

from matchmaker.domain.money.formatting import separators_of
from matchmaker.services.match_settings import DEFAULTS, HEAVIEST
from matchmaker.services.suggestions import NoInterest
from matchmaker.web.fields import Form, choices_of
from matchmaker.web.language import language
from matchmaker.web.reasons import factor_words

SKIP_REASONS = {
    NoInterest.NOT_RELEVANT: _l("Not what we look for"),
    NoInterest.COMPETITOR: _l("We compete with each other"),
    NoInterest.KNOWN_ALREADY: _l("We already work together"),
    NoInterest.OTHER: _l("Another reason"),
}


class SkipForm(Form):
    """Why a suggested company is of no interest."""

    reason = RadioField(
        _l("Reason"),
        choices=choices_of(SKIP_REASONS),
        validators=[AnyOf(list(SKIP_REASONS), _l("Choose a reason. Only the matching reads it."))],
        validate_choice=False,
    )


RANGE = _l("Enter a number from 0 to 2, such as 0.5.")


class WeightField(DecimalField):
    """What a factor counts: read with a point or a comma before its decimals, written as the page's language does.

    A field of text, because a browser shows nothing of a number written with a comma.
    """

    widget = TextInput()

    def _value(self) -> str:
        text = str(super()._value())  # type: ignore[misc]  # Missing from the published types.
        return text if self.raw_data else text.replace(".", separators_of(language())[1])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; raise ValueError with our words."""
        try:
            super().process_formdata([text.strip().replace(",", ".") for text in valuelist])
        except ValueError:
            raise ValueError(RANGE) from None


def _weight() -> Any:
    return WeightField(validators=[InputRequired(RANGE), NumberRange(0, HEAVIEST, RANGE)], places=2)


class WeightsForm(Form):
    """What each factor counts; a field for each of `match_settings.DEFAULTS`, named and labelled after it."""

    def __init__(self, *, has_encoder: bool, **values: Any) -> None:
        super().__init__(**values)
        if not has_encoder:
            del self["encoder"]
        for name in self.names:
            self[name].label.text = factor_words(name)

    @property
    def names(self) -> list[str]:
        """The factors that can be weighed here."""
        return [name for name in DEFAULTS if name in self]

    @property
    def weights(self) -> dict[str, float]:
        """The numbers typed, by factor."""
        return {name: float(self[name].data) for name in self.names}


for _name in DEFAULTS:
    setattr(WeightsForm, _name, _weight())
