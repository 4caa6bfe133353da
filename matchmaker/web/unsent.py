"""Forms that nothing was entered into yet: the same for everyone, so what a page shows of one is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.web.fragments import drawn_by, same_for_all

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from markupsafe import Markup

    from matchmaker.web.fields import Form


@same_for_all
def unsent(template: str, macro: str, kind: Callable[..., Form], *given: Hashable) -> Markup:
    """Return what a macro draws of an empty form of some kind, and of values that name no person.

    The macro leaves out what belongs to one browser, as ``form_token()``; that stands around it.
    """
    return drawn_by(template, macro, kind(formdata=None), *given)
