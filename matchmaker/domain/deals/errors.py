"""What a report of an outcome may be refused for."""

from __future__ import annotations

from matchmaker.domain.errors import Refused


class InvalidReport(Refused):
    """A report contradicts itself; ``code`` says how and ``field`` where."""


class ValueWithoutMeeting(Refused):
    """A side states a value for a meeting that was not held."""

    def __init__(self, *, report_id: str) -> None:
        super().__init__("value_without_meeting", field="value", report_id=report_id)
