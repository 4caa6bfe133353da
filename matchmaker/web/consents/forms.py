"""The form for a new wording of a consent question."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from matchmaker.domain.consents import LONGEST_TEXT
from matchmaker.web.fields import Form

LENGTH = Length(max=LONGEST_TEXT, message=_l("A text has at most 2,000 characters here."))


class WordingForm(Form):
    """One question in both languages."""

    text_vi = TextAreaField(
        "Tiếng Việt", validators=[DataRequired(_l("Write the question in Vietnamese too.")), LENGTH]
    )
    text_en = TextAreaField("English", validators=[DataRequired(_l("Write the question in English too.")), LENGTH])
