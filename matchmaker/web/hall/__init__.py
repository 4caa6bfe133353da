"""The days of the fair as the hall sees them: the board on the wall, and what the organizer does about it."""

from matchmaker.web.hall import board, now, on_site, walk_in
from matchmaker.web.hall.routes import blueprint

__all__ = ["blueprint", "board", "now", "on_site", "walk_in"]
