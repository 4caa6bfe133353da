"""Companies: their pages, the organizer's list of them, and bringing them in from a spreadsheet."""

from matchmaker.web.companies import acting, decisions, exports, imports, terms, twins, views
from matchmaker.web.companies.routes import blueprint

__all__ = ["acting", "blueprint", "decisions", "exports", "imports", "terms", "twins", "views"]
