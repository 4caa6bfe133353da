"""What the organizer states for the official report: kept entry by entry, the last one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict
from matchmaker.domain.names import clean_text
from matchmaker.domain.reporting.official import ASKED
from matchmaker.models import OfficialStatement
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def stated(session: Session, *, fair_id: uuid.UUID) -> dict[str, str]:
    """Return what the organizer has stated last, by name; empty before the first time."""
    row = _last(session, fair_id)
    return dict(row.stated) if row else {}


def state(session: Session, *, fair_id: uuid.UUID, said: Mapping[str, str], by: uuid.UUID, now: datetime) -> bool:
    """Add an entry and return whether it says anything new; raise Conflict when two people save at once."""
    kept = {one.name: text for one in ASKED if (text := clean_text(said.get(one.name, ""), keep_lines=True).strip())}
    last = _last(session, fair_id)
    before = dict(last.stated) if last else {}
    if kept == before:
        return False
    try:
        with session.begin_nested():
            session.add(
                OfficialStatement(
                    fair_id=fair_id,
                    entry=last.entry + 1 if last else 1,
                    stated=kept,
                    stated_at=now,
                    stated_by=by,
                )
            )
    except IntegrityError as error:
        raise Conflict("stated_meanwhile") from error
    history.record(
        session,
        action="official_report_stated",
        subject_kind="fair",
        subject_id=fair_id,
        fair_id=fair_id,
        by=by,
        now=now,
        changed=sorted(name for name in {*kept, *before} if kept.get(name) != before.get(name)),
    )
    return True


def _last(session: Session, fair_id: uuid.UUID) -> OfficialStatement | None:
    return session.scalars(
        select(OfficialStatement)
        .where(OfficialStatement.fair_id == fair_id)
        .order_by(OfficialStatement.entry.desc())
        .limit(1)
    ).first()
