"""What came of a meeting, a company's results, and the questions after the fair."""

from matchmaker.web.deals import by_host, evidence, follow_up
from matchmaker.web.deals.views import blueprint

blueprint.register_blueprint(follow_up.blueprint)

__all__ = ["blueprint", "by_host", "evidence"]
