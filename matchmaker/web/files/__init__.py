"""Files of companies: hand them in, look at them, hand them out."""

from matchmaker.web.files import downloads, uploads
from matchmaker.web.files.routes import blueprint

__all__ = ["blueprint", "downloads", "uploads"]
