"""HTML that is kept with blanks: what belongs to one browser, or names a person, is put in each time it is shown."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from matchmaker.web.drawing import html
from matchmaker.web.links import page_token

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

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
        # Forms are drawn with the token of whoever comes first. It is cut out of what is kept.
        self._names: dict[str, Hashable] = {page_token(): TOKEN}

    def of(self, name: Hashable) -> str:
        """Return what stands for a value until the page is shown."""
        mark = uuid.uuid4().hex
        self._names[mark] = name
        return mark

    def cut(self, drawn: str) -> Blanks:
        """Return what was drawn, with a blank wherever one of the marks stands."""
        parts = re.split(f"({'|'.join(map(re.escape, self._names))})", str(drawn))
        return Blanks(tuple(parts[::2]), tuple([self._names[mark] for mark in parts[1::2]]))
