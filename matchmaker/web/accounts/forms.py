"""The forms of signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Length, Regexp

ADDRESS = r"^[^@\s]{1,64}@[^@\s]{1,189}$"


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail and password."""

    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("An e-mail address has at most 254 characters.")),
        ],
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            DataRequired(_l("Enter your password.")),
            Length(max=256, message=_l("A password has at most 256 characters.")),
        ],
    )


class LinkForm(FlaskForm):  # type: ignore[misc]
    """The address a sign-in link is sent to."""

    email = EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Regexp(ADDRESS, message=_l("This does not look like an e-mail address. It has the form name@example.com.")),
        ],
    )
