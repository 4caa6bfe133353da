"""The report of a fair, its rows, both as files, and what an organizer looks at before it goes out."""

from matchmaker.web.reports import files, outcomes, public, versions
from matchmaker.web.reports.views import blueprint

__all__ = ["blueprint", "files", "outcomes", "public", "versions"]
