"""What of the schedule is drawn once for all who look at it: the links to its parts, and a grid that holds nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import Markup

from matchmaker.web.scheduling.grid import grid_of
from matchmaker.web.scheduling.window import WINDOWS_KEPT, setting_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Set as AbstractSet

    from matchmaker.domain.hand_plan import Held
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.plan_window import InPlaces
    from matchmaker.web.scheduling.window import Setting, Window

GRID = ("components/slot_grid.html", "slot_grid")
TOOLS = ("scheduling/tools.html", "tools")


def tools(fair: FairFacts, window: Window) -> Markup:
    """Return the links to the other parts of the grid."""
    return _tools(setting_of(fair), window)


def grid(
    fair: FairFacts, window: Window, shown: InPlaces, *, held: Held | None, marked: AbstractSet[uuid.UUID]
) -> Markup:
    """Return the part of the grid that is looked at; ``marked`` are the meetings with a broken rule."""
    if held is not None:
        return _draw(*GRID, grid_of(fair.slug, window, shown, held=held, marked=marked))
    # Only what the plan has of its own was looked at for broken rules.
    return _grid(setting_of(fair), window, shown, marked & {one.id for one in shown.own})


@lru_cache(maxsize=WINDOWS_KEPT)
def _tools(_setting: Setting, window: Window) -> Markup:
    return _draw(*TOOLS, window)


@lru_cache(maxsize=WINDOWS_KEPT)
def _grid(setting: Setting, window: Window, shown: InPlaces, marked: frozenset[uuid.UUID]) -> Markup:
    return _draw(*GRID, grid_of(setting.slug, window, shown, held=None, marked=marked))


def _draw(template: str, macro: str, shown: object) -> Markup:
    parts: Any = current_app.jinja_env.get_template(template).module
    return Markup(getattr(parts, macro)(shown))  # noqa: S704 - Macros escape what they are given.
