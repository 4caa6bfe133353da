"""What happens at the door, as one JSON line each: who, what, from where. Never a password, code or link."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    import uuid

log = logging.getLogger("matchmaker.security")


def note(event: str, *, account_id: uuid.UUID | None = None, **facts: str) -> None:
    """Log an event with the visitor's address, and the account it is about where one is known."""
    about = {"account": str(account_id)} if account_id else {}
    log.info(event, extra={"address": request.remote_addr, **about, **facts})
