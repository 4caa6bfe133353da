"""Requests, the agenda, and one meeting."""

from matchmaker.web.meetings.views import blueprint

__all__ = ["blueprint"]
