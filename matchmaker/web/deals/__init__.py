"""What came of a meeting, and a company's results."""

from matchmaker.web.deals.views import blueprint

__all__ = ["blueprint"]
