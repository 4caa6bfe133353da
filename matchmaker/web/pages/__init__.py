"""Pages that belong to no fair."""

from matchmaker.web.pages.views import blueprint

__all__ = ["blueprint"]
