"""Registering at a fair, and the addresses that people say are theirs."""

from matchmaker.web.registration import addresses
from matchmaker.web.registration.routes import blueprint
from matchmaker.web.registration.views import register

__all__ = ["addresses", "blueprint", "register"]
