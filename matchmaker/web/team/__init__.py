"""A company's team: who speaks for it, who comes, who may fill in for it, and for whom one acts."""

from matchmaker.web.team import invitations, views
from matchmaker.web.team.routes import blueprint

__all__ = ["blueprint", "invitations", "views"]
