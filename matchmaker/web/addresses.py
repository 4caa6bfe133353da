"""What an e-mail address looks like, for every form that asks for one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import DataRequired, Length, Regexp

ADDRESS = r"^[^@\s]{1,64}@[^@\s.]{1,60}(\.[^@\s.]{1,60}){1,4}$"


def address_field() -> EmailField:
    """Return a field for one address. Whether mail arrives there only the mail itself can tell."""
    return EmailField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("An e-mail address has at most 254 characters.")),
            Regexp(ADDRESS, message=_l("This does not look like an e-mail address. It has the form name@example.com.")),
        ],
    )
