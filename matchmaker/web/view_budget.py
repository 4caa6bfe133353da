"""Count the pages about companies that a person opens, and stop who opens them all."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import after_this_request

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import UNAVAILABLE, begin_writing
from matchmaker.services import view_budget

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from flask import Response

log = logging.getLogger("matchmaker.limits")
WRITTEN_EVERY = 8


@dataclass(slots=True)
class _Day:
    """What this process knows of one person's day: pages on record, and those it has not written yet."""

    day: date
    written: int = 0
    unwritten: int = 0


_days: dict[uuid.UUID, _Day] = {}


def spend(account_id: uuid.UUID) -> None:
    """Take one page off a person's day; raise TooMany where none is left.

    Pages are counted here first and written now and then, in a short transaction of their own that waits for nobody:
    reading should not queue behind those who write. At each writing a process learns what others have counted,
    so a page costs no question of its own.
    """
    now = clock.now()
    known = _days.get(account_id)
    if known is None or known.day != now.date():
        known = _days[account_id] = _Day(now.date())
    view_budget.check(known.written + known.unwritten, now=now)
    known.unwritten += 1
    if known.unwritten >= WRITTEN_EVERY:
        _write_afterwards(account_id, known)


def _write_afterwards(account_id: uuid.UUID, known: _Day) -> None:
    @after_this_request
    def write(response: Response) -> Response:
        db.session.rollback()
        pages = known.unwritten
        with contextlib.suppress(*UNAVAILABLE), db.sessionmaker() as own:
            begin_writing(own, waits=False)
            added = view_budget.add(own, account_id=account_id, pages=pages, day=known.day)
            own.commit()
            known.written, known.unwritten = added.pages, known.unwritten - pages
            if added.is_alarming:
                log.warning("very many company pages opened", extra={"account": str(account_id)})
        return response
