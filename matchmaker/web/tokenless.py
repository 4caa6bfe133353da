"""Parts of pages with forms in them, drawn without the page's token so that they can be kept, which is then put in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from markupsafe import Markup

from matchmaker.web.links import page_token, token_left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def together(parts: Iterable[Tokenless]) -> Markup:
    """Return several of them one after the other, for which the token is asked for once."""
    token = str(Markup.escape(page_token()))
    return Markup("".join([token.join(one._pieces) for one in parts]))  # noqa: S704, SLF001 - As above.
