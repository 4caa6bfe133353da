"""The report of a fair, its rows, both as CSV, and what an organizer looks at before it goes out."""

from matchmaker.web.reports import outcomes
from matchmaker.web.reports.views import blueprint

__all__ = ["blueprint", "outcomes"]
