"""How far others can rely on a company: its own page, and what the organizer decides about it."""

from matchmaker.web.reliability.views import blueprint

__all__ = ["blueprint"]
