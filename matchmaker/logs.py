"""What the application logs: one JSON object a line, so that no text of a visitor can pose as a line of its own."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

# What every record has; the rest are the facts that the call gave as ``extra``.
COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

DETAIL, STATEMENT = "\nDETAIL:", "\n[SQL:"


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
            line["trace"] = _without_values(self.formatException(record.exc_info), record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_values(trace: str, error: BaseException | None) -> str:
    """Return a trace without the rows that PostgreSQL quotes when it refuses one: they name people.

    Which constraint refused it stays, and the statement, whose values SQLAlchemy leaves out (``hide_parameters``).
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        said = str(error)
        words, detail, rest = said.partition(DETAIL)
        if detail:
            _, statement, after = rest.rpartition(STATEMENT)
            trace = trace.replace(said, words + (statement + after if statement else ""))
        error = error.__cause__ or error.__context__
    return trace


def set_up() -> None:
    """Send what the application's own loggers say to stderr as JSON lines; a second call changes nothing."""
    logger = logging.getLogger("matchmaker")
    if any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)  # Who signed in is worth a line too, not only what failed.
