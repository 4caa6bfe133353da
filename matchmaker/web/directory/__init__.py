"""The directory: find companies of the other side by words and filters."""

from matchmaker.web.directory.views import blueprint

__all__ = ["blueprint"]
