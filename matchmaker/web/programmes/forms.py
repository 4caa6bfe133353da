"""The forms of programmes. They check shape; services check truth."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from matchmaker.web.fields import NUMBER, Form, ManyField, WholeField, words


class NamesForm(Form):
    """What a programme is called."""

    name_vi = words(_l("Name, Vietnamese"), needed=False)
    name_en = words(_l("Name, English"), needed=False)


class NewForm(NamesForm):
    """What a programme begins with."""

    slug = words(_l("Address"), most=60)
    report_currency = SelectField(_l("Report currency"))
    fairs = ManyField(_l("Which fairs count?"))


class FairForm(Form):
    """A fair, its year, and the branch it keeps to if it is a chain."""

    fair = SelectField(_l("Fair"))
    year = WholeField(_l("Counts for the year"), validators=[InputRequired(NUMBER)])
    branch = SelectField(_l("Linkage chain of"))
