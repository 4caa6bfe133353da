"""Who is at the table: by the card on it, by the agenda, by a host."""

from matchmaker.web.attendance.routes import blueprint

__all__ = ["blueprint"]
