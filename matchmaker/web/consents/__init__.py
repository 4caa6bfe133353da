"""Consents: what someone agreed to, and the wording of the questions."""

from matchmaker.web.consents.views import blueprint

__all__ = ["blueprint"]
