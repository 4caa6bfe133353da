"""Send a one-time link to whom it was asked for. Only here is it looked up whether the address has an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import accounts, notices

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {accounts.SIGN_IN: "sign_in_link", accounts.RESET: "password_reset"}


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Make the link and queue its mail; nothing for an address without an account, or with many links lately."""
    del renew  # This takes no time.
    now = clock.now()
    begin_writing(db.session)
    link = accounts.ask_for_link(db.session, now=now, **facts)
    if link is not None:
        kind = KINDS[facts["purpose"]]
        once = f"{kind} {link.id}"
        notices.queue(db.session, account_id=link.account_id, kind=kind, once=once, now=now, link_id=link.id.hex)
    db.session.commit()
