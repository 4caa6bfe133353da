"""Long files: asked for, watched, handed out."""

from matchmaker.web.made_files.views import blueprint

__all__ = ["blueprint"]
