"""Parts that many pages share: drawn once for each language and for what they are given."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request
from markupsafe import Markup

from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask import Flask

KEPT = 2048

R = TypeVar("R")


def register(app: Flask) -> None:
    """Make ``fragment`` and ``part`` known to every template and macro."""
    app.add_template_global(fragment)
    app.add_template_global(part)


def same_for_all(build: Callable[..., R]) -> Callable[..., R]:
    """Keep what a function returns by what it is given, the page's language, and the path the site lies below.

    It may ask for texts and addresses, and for nothing else of the request.
    """

    # By their types too: a text and the same text as HTML are equal, and True is 1.
    @lru_cache(maxsize=KEPT, typed=True)
    def kept(_language: str, _root: str, *given: Any) -> R:
        return build(*given)

    @wraps(build)
    def found(*given: Any) -> R:
        return kept(language(), request.root_path, *given)

    return found


@same_for_all
def fragment(component: str, macro: str, *given: Hashable) -> Markup:
    """Return what a macro of templates/components draws of values that say all about it and name no person."""
    return _drawn(f"components/{component}.html", macro, given)


@same_for_all
def part(template: str, macro: str, *given: Hashable) -> Markup:
    """Return the same of a macro that stands among a feature's own templates."""
    return _drawn(template, macro, given)


def _drawn(template: str, macro: str, given: tuple[Hashable, ...]) -> Markup:
    drawn = getattr(current_app.jinja_env.get_template(template).module, macro)(*given)
    return Markup(drawn)  # noqa: S704 - Macros escape what they are given.
