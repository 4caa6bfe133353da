"""Requests, the agenda, one meeting, and its time."""

from matchmaker.web.meetings import times
from matchmaker.web.meetings.views import blueprint

__all__ = ["blueprint", "times"]
