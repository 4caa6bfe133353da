"""Sign in and out, and keep one's own account safe."""

from matchmaker.web.accounts import confirm, password, security, two_step, views
from matchmaker.web.accounts.routes import blueprint

__all__ = ["blueprint", "confirm", "password", "security", "two_step", "views"]
