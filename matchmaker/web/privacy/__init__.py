"""What is kept about people: their copies, their erasure, their requests, and how long things are kept."""

from matchmaker.web.privacy import keeping, own, views
from matchmaker.web.privacy.routes import blueprint

__all__ = ["blueprint", "keeping", "own", "views"]
