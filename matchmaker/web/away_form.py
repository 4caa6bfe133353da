"""Why somebody who interprets can't come, asked of them and of organizers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from matchmaker.services.interpreters import LONGEST_REASON
from matchmaker.web.fields import Form, words


class AwayForm(Form):
    """The reason; the times beside it are read from what was ticked."""

    reason = words(_l("Why"), most=LONGEST_REASON, needed=False)
