"""The organizer's schedule."""

from matchmaker.web.scheduling import moving
from matchmaker.web.scheduling.views import blueprint

__all__ = ["blueprint", "moving"]
