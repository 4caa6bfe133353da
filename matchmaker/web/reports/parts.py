"""Parts of a report's pages that its figures alone say: drawn once for each language, and gone with the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request
from markupsafe import Markup

from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from matchmaker.services.reports import FairResults

Made = TypeVar("Made")


def part(results: FairResults, name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what was made of a report for a page like this one before, or make it.

    It may ask for texts, for addresses, and for whether someone only reads the report; for nothing else of the request.
    The addresses of a kept version name it, which is opened anew each time.
    """
    return results.once((name, language(), request.root_path, g.get("is_reader_page")), make)


def drawn(template: str, **given: Any) -> Markup:
    """Return what a template draws of some values; what it asks for besides is as in ``part``."""
    return Markup(current_app.jinja_env.get_template(template).render(given))  # noqa: S704 - It escapes its values.
