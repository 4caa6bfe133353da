"""What the organizer states for the official report: kept entry by entry, the last one holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - A dataclass field's type.
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict
from matchmaker.domain.names import clean_text
from matchmaker.domain.reporting.official import ASKED
from matchmaker.models import Account, OfficialStatement
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What stood at an entry of the organizers' statements, by whom and when; entry 0 is the empty beginning."""

    entry: int
    stated: dict[str, str]
    by: str = ""
    at: datetime | None = None


NOTHING = Statement(entry=0, stated={})
_STATED = (
    select(OfficialStatement.entry, OfficialStatement.stated, Account.name, OfficialStatement.stated_at)
    .outerjoin(Account, Account.id == OfficialStatement.stated_by)
    .where(OfficialStatement.fair_id == bindparam("fair_id"))
)
LATEST = _STATED.order_by(OfficialStatement.entry.desc()).limit(1)
AT_ENTRY = _STATED.where(OfficialStatement.entry == bindparam("entry"))


def latest(session: Session, *, fair_id: uuid.UUID, entry: int | None = None) -> Statement:
    """Return what the organizers have stated last, or what they had at an entry; empty before the first time."""
    if entry is None:
        rows = session.execute(LATEST, {"fair_id": fair_id})
    else:
        rows = session.execute(AT_ENTRY, {"fair_id": fair_id, "entry": entry})
    found = rows.one_or_none()
    if found is None:
        return NOTHING
    return Statement(entry=found.entry, stated=dict(found.stated), by=found.name or "", at=found.stated_at)


def stated(session: Session, *, fair_id: uuid.UUID) -> dict[str, str]:
    """Return what the organizer has stated last, by name; empty before the first time."""
    return latest(session, fair_id=fair_id).stated


def state(
    session: Session, *, fair_id: uuid.UUID, said: Mapping[str, str], seen: int, by: uuid.UUID, now: datetime
) -> bool:
    """Add an entry and return whether it says anything new; ``said`` is as ``entry_of`` keeps it.

    ``seen`` is the entry it was written on. Raises Conflict when there is a later one by now.
    """
    kept = {one.name: text for one in ASKED if (text := clean_text(said.get(one.name, ""), keep_lines=True).strip())}
    last = latest(session, fair_id=fair_id)
    if kept == last.stated:
        return False
    if seen != last.entry:
        raise Conflict("stated_meanwhile")
    try:
        with session.begin_nested():
            session.add(
                OfficialStatement(fair_id=fair_id, entry=last.entry + 1, stated=kept, stated_at=now, stated_by=by)
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
        changed=sorted(name for name in {*kept, *last.stated} if kept.get(name) != last.stated.get(name)),
    )
    return True
