"""The forms of checking in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Optional

from matchmaker.domain.fairs import Role
from matchmaker.domain.third_company import THIRD
from matchmaker.web.fields import at_most
from matchmaker.web.statements import StatementForm

BADGE_LENGTH = 20
BOTH = "both"


class BadgeForm(StatementForm):
    """Who one is, where nobody is signed in."""

    badge = StringField(_l("Code on your badge"), validators=[Optional(), at_most(BADGE_LENGTH)])


class PresenceForm(StatementForm):
    """What a host sees of one side, of both, or of a third company."""

    side = HiddenField(validators=[AnyOf([*Role, BOTH, THIRD])])
    there = HiddenField(validators=[AnyOf(["0", "1"])])
