"""The organizer's schedule."""

from matchmaker.web.scheduling import by_hand, comparing, moving
from matchmaker.web.scheduling.views import blueprint

__all__ = ["blueprint", "by_hand", "comparing", "moving"]
