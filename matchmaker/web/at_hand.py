"""What a request is about, without the detour of Flask's names for it: those ask on every use which request this is.

Both raise RuntimeError where there is none. For what every page asks for many times over; anywhere else ``g`` and
``request`` say it better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request

_globals: Callable[[], Any] = g._get_current_object  # noqa: SLF001 - Named so by Werkzeug.
this_request: Callable[[], Request] = request._get_current_object  # type: ignore[attr-defined]  # noqa: SLF001


def held() -> dict[str, Any]:
    """Return what is held for this request, by name: what ``g`` has."""
    found: dict[str, Any] = _globals().__dict__
    return found
