"""All routes of checking in, gathered on one blueprint."""

from matchmaker.web.attendance import host, own, table
from matchmaker.web.attendance.blueprint import blueprint

__all__ = ["blueprint", "host", "own", "table"]
