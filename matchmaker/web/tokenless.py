"""Parts of pages with forms in them, drawn without the page's token so that they can be kept, which is then put in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from markupsafe import Markup

from matchmaker.web.links import page_token, token_left_out

if TYPE_CHECKING:
    from collections.abc import Callable

# Nobody can write this into a text, as nobody knows it.
PLACE = secrets.token_hex()


class Tokenless:
    """HTML in pieces, between which the token of the page belongs."""

    __slots__ = ("_pieces",)

    def __init__(self, draw: Callable[[], str]) -> None:
        """Draw it."""
        with token_left_out(PLACE):
            self._pieces = tuple(str(draw()).split(PLACE))

    def __html__(self) -> Markup:
        """Return it with the token of the page that is shown; a template may be given it as it is."""
        token = str(Markup.escape(page_token()))
        return Markup(token.join(self._pieces))  # noqa: S704 - Drawn by templates.

    drawn = __html__
