"""HTML that is drawn once and kept with blanks, which are filled each time it is shown.

While it is drawn, marks stand for what differs from page to page: what belongs to one browser, such as the token of
forms, what names a person, and what somebody wrote. So nothing of that is kept.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from matchmaker.web.drawing import html
from matchmaker.web.links import page_token, token_left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

# Nobody knows it, so no text that is drawn holds a mark.
MARK = f"blank{secrets.token_hex()}"
MARKED = re.compile(f"{MARK}-(\\w+)-{MARK}")
TOKEN = "_token"  # noqa: S105 - What the blank of a form's token is called: no field's name begins like this.


def mark(name: str) -> str:
    """Return what stands for a value while HTML is drawn that is kept."""
    return f"{MARK}-{name}-{MARK}"


@dataclass(frozen=True, slots=True)
class Blanks:
    """What was drawn, in pieces, and what the blanks between each two of them are called."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, draw: Callable[[], str]) -> Self:
        """Return what is drawn, with a blank wherever a mark stands, and for the token of each form."""
        with token_left_out(mark(TOKEN)):
            parts = MARKED.split(str(draw()))
        return cls(tuple(parts[::2]), tuple(parts[1::2]))

    def filled(self, values: Mapping[str, str]) -> Markup:
        """Return the HTML with values by the names of their blanks, and with the token of the page that is shown."""
        known = {name: html(value) for name, value in values.items()}
        known[TOKEN] = html(page_token())
        return self.joined(known)

    def joined(self, known: Mapping[str, str]) -> Markup:
        """Return the same with values that are HTML by now; where there are forms, the token is one of them."""
        whole = [""] * (2 * len(self.pieces) - 1)
        whole[::2] = self.pieces
        whole[1::2] = map(known.__getitem__, self.names)
        return Markup("".join(whole))  # noqa: S704 - Macros escape what they are given, and what is put in is escaped.


@dataclass(frozen=True, slots=True)
class Tokenless(Blanks):
    """HTML whose blanks are for the token alone."""

    def __post_init__(self) -> None:
        """Refuse others, which the token would be put into as well."""
        others = {*self.names} - {TOKEN}
        if others:
            message = f"Blanks for more than the token: {', '.join(sorted(others))}"
            raise ValueError(message)

    def __html__(self) -> Markup:
        """Return it with the token of the page that is shown; a template may be given it as it is."""
        return together((self,))


def together(parts: Iterable[Tokenless]) -> Markup:
    """Return several of them one after the other, for which the token is asked for once."""
    token = str(html(page_token()))
    return Markup("".join([token.join(one.pieces) for one in parts]))  # noqa: S704 - As above.
