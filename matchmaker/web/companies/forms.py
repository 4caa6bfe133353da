"""The forms of the companies' pages: deciding about them and importing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from matchmaker.domain.spreadsheets.companies import COMPANY_COLUMNS
from matchmaker.services.terms import MOST_MEETINGS
from matchmaker.services.verification import LONGEST_WHAT
from matchmaker.web.companies.wording import REFUSALS, REQUIRED_COLUMN, STATUS_REASONS
from matchmaker.web.fields import Form, choices_of, one_line
from matchmaker.web.import_words import column_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


LONGEST_NOTE = 250


class DecisionForm(Form):
    """Why a company is held or refused; the service says which reasons there are and when a note is needed."""

    reason = RadioField(
        _l("Reason"),
        choices=choices_of(STATUS_REASONS),
        validate_choice=False,
    )
    note = TextAreaField(
        _l("In your words"),
        validators=[Length(max=LONGEST_NOTE, message=_l("Write at most %(n)s characters.", n=LONGEST_NOTE))],
        filters=[one_line],
    )


class TermsForm(Form):
    """On which terms a company takes part."""

    badge_code = StringField(_l("Badge"), validators=[InputRequired(_l("Enter the badge code."))])
    booth = StringField(_l("Booth"))
    is_hosted = BooleanField(_l("Hosted buyer"))
    is_supported = BooleanField(_l("Supported by the fair"))
    meetings_cap = IntegerField(
        _l("Most meetings"),
        validators=[Optional(), NumberRange(0, MOST_MEETINGS, message=REFUSALS["bad_cap"])],
    )


class VerifyForm(Form):
    """Which papers of a company were seen."""

    what = StringField(
        _l("Papers seen"),
        validators=[Length(max=LONGEST_WHAT, message=_l("Write at most %(n)s characters.", n=LONGEST_WHAT))],
    )


class UploadForm(Form):
    """The spreadsheet that is handed in."""

    file = FileField(_l("Spreadsheet"), validators=[FileRequired(_l("Choose the file with your list of companies."))])


def columns_form(headers: Sequence[str], mapping: Mapping[str, str]) -> Any:
    """Return a form with one choice for each field: which of the file's headers says it, or none."""
    choices = [SelectChoice("", _("Not in this file")), *(SelectChoice(header, header) for header in headers)]
    fields = {
        column.field: SelectField(
            column_name(column.field),
            choices=choices,
            default=mapping.get(column.field, ""),
            validators=[DataRequired(REQUIRED_COLUMN)] if column.is_required else [],
        )
        for column in COMPANY_COLUMNS
    }
    return type("ColumnsForm", (Form,), fields)(prefix="column")
