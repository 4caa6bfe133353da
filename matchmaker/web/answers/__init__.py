"""Answer a request from its mail, without signing in."""

from matchmaker.web.answers.views import blueprint

__all__ = ["blueprint"]
