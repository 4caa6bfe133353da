"""Sheets of paper for a fair's days, each kind as one PDF or one sheet alone."""

from matchmaker.web.printing.views import blueprint

__all__ = ["blueprint"]
