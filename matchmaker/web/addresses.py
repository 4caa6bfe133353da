"""What an e-mail address looks like, for every form that asks for one, and a name that leads to none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

if TYPE_CHECKING:
    from wtforms import Field, Form

ADDRESS = r"^[^@\s<>\"]{1,64}@[^@\s.<>\"]{1,60}(\.[^@\s.<>\"]{1,60}){1,4}$"
OWN_MISSING = _l("Enter your e-mail address.")
IN_TEXT = re.compile(r"https?:|www\.|//|@", re.IGNORECASE)


def address_field(missing: Any = OWN_MISSING) -> EmailField:
    """Return a field for one address; ``missing`` says that there is none.

    Whether mail arrives there only the mail itself can tell. The address is folded before it is measured, as it is
    kept: some letters become three by that.
    """
    return EmailField(
        _l("E-mail"),
        filters=[str.casefold],
        validators=[
            DataRequired(missing),
            Length(max=254, message=_l("An e-mail address has at most 254 characters.")),
            Regexp(ADDRESS, message=_l("This does not look like an e-mail address. It has the form name@example.com.")),
        ],
    )


def no_address(_form: Form, field: Field) -> None:
    """Refuse a name with an address in it: mail to people who know nobody here carries names, and leads nowhere."""
    if IN_TEXT.search(field.data or ""):
        raise ValidationError(_("Write the name alone, without a web or e-mail address."))
