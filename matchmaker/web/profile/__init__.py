"""A company's own profile in three steps: the company, what it offers and needs, when it is free."""

from matchmaker.web.profile import availability, company, items, partners
from matchmaker.web.profile.routes import blueprint

__all__ = ["availability", "blueprint", "company", "items", "partners"]
