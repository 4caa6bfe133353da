"""Sign in and out."""

from matchmaker.web.accounts.views import blueprint

__all__ = ["blueprint"]
