"""The forms of a company's team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import DataRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.services.invitations import InvitationKind
from matchmaker.web.addresses import address_field, no_address
from matchmaker.web.fields import Form
from matchmaker.web.filters import tongue

if TYPE_CHECKING:
    from matchmaker.services.team import Member

PHONE = r"^$|^\+?[0-9(][0-9 ().\-/]{4,28}[0-9]$"
NAME_LENGTH, TITLE_LENGTH = 120, 120
TONGUES = ("vi", "en", "zh", "ja", "ko", "fr", "de", "ru", "es", "th", "lo", "km", "id", "hi", "ar", "it", "pt", "nl")


class InviteForm(Form):
    """Whom to invite, as what, and whether they come to the fair."""

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Enter the person's name.")),
            Length(max=NAME_LENGTH, message=_l("Write at most %(n)s characters.", n=NAME_LENGTH)),
            no_address,
        ],
    )
    email = address_field(_l("Enter an e-mail address."))
    kind = RadioField(
        _l("As what"),
        choices=[
            SelectChoice(InvitationKind.MEMBER.value, _l("Member of the team")),
            SelectChoice(InvitationKind.HELPER.value, _l("Helper from outside")),
        ],
        default=InvitationKind.MEMBER.value,
    )
    comes = BooleanField(_l("Comes to the fair"), default=True)


class MemberForm(Form):
    """What the team page says of one person."""

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Enter the person's name.")),
            Length(max=NAME_LENGTH, message=_l("Write at most %(n)s characters.", n=NAME_LENGTH)),
            no_address,
        ],
    )
    title_vi = StringField(
        _l("Position"),
        validators=[Length(max=TITLE_LENGTH, message=_l("Write at most %(n)s characters.", n=TITLE_LENGTH))],
    )
    title_en = StringField(
        _l("Position"),
        validators=[Length(max=TITLE_LENGTH, message=_l("Write at most %(n)s characters.", n=TITLE_LENGTH))],
    )
    phone = StringField(
        _l("Telephone"),
        validators=[
            Regexp(
                PHONE, message=_l("This is not a telephone number. It has digits, and + in front of a country code.")
            )
        ],
    )
    languages = SelectMultipleField(
        _l("Languages"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Choose at least one language. Meetings are matched by it."))],
    )


def member_form(member: Member) -> Any:
    """Return the form of one person with what is known; languages known already can be kept, whichever they are."""
    form = MemberForm(
        name=member.name,
        title_vi=member.title_vi,
        title_en=member.title_en,
        phone=member.phone,
        languages=member.languages,
    )
    codes = dict.fromkeys((*member.languages, *TONGUES))
    form.languages.choices = [SelectChoice(code, tongue(code)) for code in codes]
    return form
