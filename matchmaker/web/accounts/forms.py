"""The forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from matchmaker.web.fields import Form, choices_of
from matchmaker.web.language import NAMES

ADDRESS = r"^[^@\s]{1,64}@[^@\s]{1,189}$"
PASSWORD_LENGTH = Length(max=256, message=_l("A password has at most 256 characters."))


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("An e-mail address has at most 254 characters.")),
        ],
    )
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password.")), PASSWORD_LENGTH])


class LinkForm(Form):
    """The address a link is sent to."""

    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Regexp(ADDRESS, message=_l("This does not look like an e-mail address. It has the form name@example.com.")),
        ],
    )


class CodeForm(Form):
    """A code from the app, or a recovery code."""

    code = StringField(
        _l("Code"),
        validators=[
            DataRequired(_l("Enter the code.")),
            Length(max=40, message=_l("A code is shorter than that.")),
        ],
    )


class PasswordForm(Form):
    """The password once more."""

    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password.")), PASSWORD_LENGTH])


class NewPasswordForm(Form):
    """A password to be."""

    new_password = PasswordField(_l("New password"), validators=[DataRequired(_l("Enter a new password."))])


class ChangePasswordForm(NewPasswordForm):
    """A password to be, and the one that is."""

    current = PasswordField(
        _l("Present password"), validators=[DataRequired(_l("Enter your present password.")), PASSWORD_LENGTH]
    )


class LanguageForm(Form):
    """The language of pages and mail."""

    locale = RadioField(_l("Language of pages and mail"), choices=choices_of(NAMES))
