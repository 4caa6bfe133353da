"""The report of a fair, its rows, both as files, and what an organizer looks at before it goes out."""

from matchmaker.web.reports import editions, files, official, outcomes, public, versions
from matchmaker.web.reports.views import blueprint

__all__ = ["blueprint", "editions", "files", "official", "outcomes", "public", "versions"]
