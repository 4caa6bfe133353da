"""The address of the page that is shown, with changes to its query: for links that filter, sort or turn pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, url_for
from jinja2.utils import url_quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

# A choice of a filter, as templates/components/chips.html draws it: words, address, count, whether it is chosen.
Chip = tuple[str, str, int | None, bool]
LEFT_OUT = "page"
KEPT_AS = "matchmaker.asked"


def register(app: Flask) -> None:
    """Make ``address_with`` known to every template and macro."""
    app.add_template_global(address_with)


def address_with(changes: Mapping[str, object], path: str = "") -> str:
    """Return the address of this page with changes to its query; a change to None takes the key away.

    The page number is dropped unless given. The query is put behind the address and never handed to ``url_for``, which
    would take keys such as ``_scheme`` or ``endpoint`` for its own options.
    """
    own, written = _asked()
    now = written | {key: "" if value is None else _pair(key, value) for key, value in changes.items()}
    query = "&".join(filter(None, now.values()))
    return f"{path or own}?{query}" if query else path or own


def _asked() -> tuple[str, dict[str, str]]:
    """The page's address without its query, and by key what stands in the query: written once for all its links."""
    asked: tuple[str, dict[str, str]] | None = request.environ.get(KEPT_AS)
    if asked is None:
        # What a feature puts behind all its addresses by itself is in the query already.
        path, _, _ = url_for(str(request.endpoint), **(request.view_args or {})).partition("?")
        lists = request.args.lists()
        written = {key: "&".join([_pair(key, one) for one in given]) for key, given in lists if key != LEFT_OUT}
        asked = request.environ[KEPT_AS] = (path, written)
    return asked


def _pair(key: str, value: object) -> str:
    return f"{url_quote(key, for_qs=True)}={url_quote(value, for_qs=True)}"
