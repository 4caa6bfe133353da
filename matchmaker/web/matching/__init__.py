"""Suggested partners for companies, and the run of the matcher for the organizer."""

from matchmaker.web.matching.views import blueprint

__all__ = ["blueprint"]
