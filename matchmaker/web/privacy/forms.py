"""The forms about personal data."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired


class EraseForm(FlaskForm):  # type: ignore[misc]
    """The one tick without which nothing is erased."""

    is_sure = BooleanField(
        _l("I have read this. Erase my account and my data for good."),
        validators=[DataRequired(_l("Tick this to go on. It cannot be undone."))],
    )
