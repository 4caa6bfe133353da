"""Meetings in one's own calendar: as a file, or by a private address that a calendar follows."""

from matchmaker.web.calendars.views import blueprint

__all__ = ["blueprint"]
