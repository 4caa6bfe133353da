"""The report of a fair, its rows, and both as CSV."""

from matchmaker.web.reports.views import blueprint

__all__ = ["blueprint"]
