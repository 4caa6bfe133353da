"""Requests, the agenda, one meeting, its time, and what is written about it."""

from matchmaker.web.meetings import conversation, objecting, switches, third, times
from matchmaker.web.meetings.views import blueprint

__all__ = ["blueprint", "conversation", "objecting", "switches", "third", "times"]
