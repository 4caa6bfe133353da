"""Parts that many pages share: drawn once for each language and for what they are given."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app
from markupsafe import Markup

from matchmaker.web.at_hand import this_request
from matchmaker.web.blanks import Tokenless
from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from flask import Flask

KEPT = 2048
PAGES_KEPT = 64

R = TypeVar("R")


def register(app: Flask) -> None:
    """Make ``fragment`` and ``part`` known to every template and macro."""
    app.add_template_global(fragment)
    app.add_template_global(part)


def same_for_all(build: Callable[..., R], *, most: int = KEPT) -> Callable[..., R]:
    """Keep what a function returns by what it is given, the page's language, and the path the site lies below.

    It may ask for texts and addresses, and for nothing else of the request. What takes much room is kept for fewer.
    """

    # By their types too: a text and the same text as HTML are equal, and True is 1.
    @lru_cache(maxsize=most, typed=True)
    def kept(_language: str, _root: str, *given: Any) -> R:
        return build(*given)

    @wraps(build)
    def found(*given: Any) -> R:
        return kept(language(), this_request().root_path, *given)

    return found


def same_page_for_all(build: Callable[..., R]) -> Callable[..., R]:
    """Keep the same of a function that draws most of a page, some 30 KB."""
    return same_for_all(build, most=PAGES_KEPT)


def drawn_by(template: str, macro: str, *given: Any) -> Markup:
    """Return what a macro draws of what it is given."""
    drawn = getattr(current_app.jinja_env.get_template(template).module, macro)(*given)
    return Markup(drawn)  # noqa: S704 - Macros escape what they are given.


@same_for_all
def fragment(component: str, macro: str, *given: Hashable) -> Markup:
    """Return what a macro of templates/components draws of values that say all about it and name no person."""
    return drawn_by(f"components/{component}.html", macro, *given)


@same_for_all
def part(template: str, macro: str, *given: Hashable) -> Markup:
    """Return the same of a macro that stands among a feature's own templates."""
    return drawn_by(template, macro, *given)


def drawn_forms(template: str, macro: str, *given: Any) -> Tokenless:
    """Return what a macro with forms draws of what it is given, to be kept."""
    return Tokenless.of(lambda: drawn_by(template, macro, *given))
