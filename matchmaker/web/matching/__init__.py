"""Suggested partners for companies, and the run of the matcher for the organizer."""

from matchmaker.web.matching import tuning, views
from matchmaker.web.matching.routes import blueprint

__all__ = ["blueprint", "tuning", "views"]
