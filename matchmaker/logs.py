"""What the application logs: one JSON object a line, so that no text of a visitor can pose as a line of its own."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

# What every record has; the rest are the facts that the call gave as ``extra``.
COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Writes time in UTC, level, logger and message, the facts given beside it, and the trace of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in COMMON},
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up() -> None:
    """Send what the application's own loggers say to stderr as JSON lines; a second call changes nothing."""
    logger = logging.getLogger("matchmaker")
    if any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)  # Who signed in is worth a line too, not only what failed.
