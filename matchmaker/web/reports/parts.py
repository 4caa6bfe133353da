"""Parts of a report's pages that its figures alone say: drawn once for each language, and gone with the report."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request
from markupsafe import Markup

from matchmaker.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from matchmaker.services.reports import FairResults

# A page of a list takes some 40 KB; of each kind so many are kept with a report.
PAGES_KEPT = 16
Made = TypeVar("Made")


def part(results: FairResults, name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what was made of a report for a page like this one before, or make it.

    It may ask for texts, for addresses, and for whether someone only reads the report; for nothing else of the request.
    The addresses of a kept version name it, and its results are its own.
    """
    return results.once((name, language(), request.root_path, g.get("is_reader_page")), make)


def page_of_list(results: FairResults, name: str, make: Callable[[], Made]) -> Made:
    """Return the same of a part that differs with the query of the address, such as a page of a long list.

    The last ones are kept, as a list is gone through page by page and back.
    """
    pages: OrderedDict[bytes, Made] = part(results, ("pages", name), OrderedDict)
    found = pages.get(request.query_string)
    if found is None:
        found = pages[request.query_string] = make()
        while len(pages) > PAGES_KEPT:
            pages.popitem(last=False)
    return found


def drawn(template: str, **given: Any) -> Markup:
    """Return what a template draws of some values; what it asks for besides is as in ``part``."""
    return Markup(current_app.jinja_env.get_template(template).render(given))  # noqa: S704 - It escapes its values.
