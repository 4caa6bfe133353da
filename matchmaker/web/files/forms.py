"""The forms that take files in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, Optional

from matchmaker.web.fields import Form

CHOOSE = _l("Choose the file first.")


class LogoForm(Form):
    """The company's logo."""

    file = FileField(_l("Logo"), validators=[FileRequired(CHOOSE)])


class PhotoForm(Form):
    """A photo of what the company makes."""

    file = FileField(_l("Photo"), validators=[FileRequired(CHOOSE)])


class PaperForm(Form):
    """A certificate with its paper."""

    name = StringField(
        _l("Certificate"),
        validators=[
            DataRequired(_l("Say which certificate it is.")),
            Length(max=60, message=_l("At most 60 letters.")),
        ],
    )
    expires_on = DateField(
        _l("Valid until"),
        validators=[Optional()],
        render_kw={"type": "date"},
    )
    file = FileField(_l("Certificate as PDF or picture"), validators=[FileRequired(CHOOSE)])
