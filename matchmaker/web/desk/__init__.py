"""Entering the desk's paper list after everything was down."""

from matchmaker.web.desk.views import blueprint

__all__ = ["blueprint"]
