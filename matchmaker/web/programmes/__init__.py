"""Programmes: fairs and chains of several years on one page, as files, and what counts in them."""

from matchmaker.web.programmes import keeping, views
from matchmaker.web.programmes.routes import blueprint

__all__ = ["blueprint", "keeping", "views"]
