"""HTML that is kept with blanks: what belongs to one browser, or names a person, is put in each time it is shown."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from matchmaker.web.drawing import html
from matchmaker.web.links import page_token, token_left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

TOKEN = "token"  # noqa: S105 - What the blank of a form's token is called.


class Blanks(NamedTuple):
    """What was drawn, in pieces, and what goes between each two of them."""

    pieces: tuple[str, ...]
    between: tuple[Hashable, ...]

    def filled(self, values: Mapping[Any, str]) -> Markup:
        """Return the HTML with the token of this browser's forms, and the values by the names of their blanks."""
        known: dict[Hashable, str] = {name: html(value) for name, value in values.items()}
        known[TOKEN] = page_token()
        whole = [""] * (2 * len(self.pieces) - 1)
        whole[::2] = self.pieces
        whole[1::2] = [known[name] for name in self.between]
        return Markup("".join(whole))  # noqa: S704 - Macros escape what they are given, and so are values above.


class Marks:
    """What stands for values while HTML is drawn that is kept: nobody can guess it, so no text of a row holds it."""

    def __init__(self) -> None:
        self._names: dict[str, Hashable] = {}
        self._token = self.of(TOKEN)

    def of(self, name: Hashable) -> str:
        """Return what stands for a value until the page is shown."""
        mark = uuid.uuid4().hex
        self._names[mark] = name
        return mark

    def cut(self, draw: Callable[[], str]) -> Blanks:
        """Return what is drawn, with a blank wherever one of the marks stands, and for the token of each form."""
        with token_left_out(self._token):
            drawn = str(draw())
        parts = re.split(f"({'|'.join(self._names)})", drawn)
        return Blanks(tuple(parts[::2]), tuple([self._names[mark] for mark in parts[1::2]]))
