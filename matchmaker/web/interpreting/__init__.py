"""An interpreter's own pages, and who takes over when one can't come."""

from matchmaker.web.interpreting import stand_ins, views  # noqa: F401 - their routes come with the import.
from matchmaker.web.interpreting.routes import blueprint

__all__ = ["blueprint"]
