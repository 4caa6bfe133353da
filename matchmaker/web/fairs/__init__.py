"""A fair's own pages: its home for everyone, its overview for the organizer."""

from matchmaker.web.fairs.views import blueprint

__all__ = ["blueprint"]
