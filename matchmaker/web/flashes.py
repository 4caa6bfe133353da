"""Messages on the next page that offer to undo what was just done."""

from __future__ import annotations

from flask import flash


def flash_with_undo(text: str, *, undo_url: str, fields: dict[str, str] | None = None) -> None:
    """Say what was done, with a button that posts ``fields`` to ``undo_url``."""
    message = {"text": text, "undo_url": undo_url, "fields": fields or {}}
    flash(message, "done")  # type: ignore[arg-type]  # Any JSON value may be flashed; the macro reads this one.
