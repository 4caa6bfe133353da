"""The forms of suggestions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import AnyOf

from matchmaker.services.suggestions import NoInterest

SKIP_REASONS = {
    NoInterest.NOT_RELEVANT: _l("Not what we look for"),
    NoInterest.COMPETITOR: _l("We compete with each other"),
    NoInterest.KNOWN_ALREADY: _l("We already work together"),
    NoInterest.OTHER: _l("Another reason"),
}


class SkipForm(FlaskForm):  # type: ignore[misc]
    """Why a suggested company is of no interest."""

    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(str(code), words) for code, words in SKIP_REASONS.items()],
        validators=[AnyOf(list(SKIP_REASONS), _l("Choose a reason. Only the matching reads it."))],
        validate_choice=False,
    )
