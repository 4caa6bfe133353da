"""The reason why a request is declined."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import AnyOf

from matchmaker.domain.meetings import DeclineReason
from matchmaker.web.fields import Form, choices_of

REASONS = {
    DeclineReason.NO_TIME: _l("No time left"),
    DeclineReason.NOT_RELEVANT: _l("Not what we look for"),
    DeclineReason.COMPETITOR: _l("We compete with each other"),
    DeclineReason.OTHER: _l("Another reason"),
}


class DeclineForm(Form):
    """Why a request is declined; the other side reads it."""

    reason = RadioField(
        _l("Reason"),
        choices=choices_of(REASONS),
        validators=[AnyOf(list(REASONS), _l("Choose a reason. The other side will read it."))],
        validate_choice=False,
    )
