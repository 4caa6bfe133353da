"""Send a one-time link to whom it was asked for. Only here is it looked up whether the address has an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import credentials

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Make the link and queue its mail; nothing for an address without an account, or with many links lately."""
    del renew  # This takes no time.
    begin_writing(db.session)
    credentials.mail_link(db.session, now=clock.now(), **facts)
    db.session.commit()
