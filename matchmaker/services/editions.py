"""Which fair is the earlier edition of which.

An organizer of both says so, and with that shows the few figures that editions are compared by to whoever reads the
report of the later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, literal, select

from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Fair, FairEdition, FairStaff
from matchmaker.services import fairs, history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

# So many editions fit side by side, the fair itself among them.
MOST = 5
# From a fair to the one before it and on; a day that was changed later may have closed a circle, so steps are counted.
_FIRST = select(FairEdition.earlier_id.label("fair_id"), literal(1).label("step")).where(
    FairEdition.fair_id == bindparam("fair_id")
)
_WALK = _FIRST.cte("walk", recursive=True)
_BACK = _WALK.union_all(
    select(FairEdition.earlier_id, _WALK.c.step + 1)
    .join(_WALK, FairEdition.fair_id == _WALK.c.fair_id)
    .where(_WALK.c.step < MOST - 1)
)
EARLIER = select(*fairs.FACTS).join(_BACK, _BACK.c.fair_id == Fair.id).order_by(_BACK.c.step)
READABLE = select(FairStaff.fair_id).where(
    FairStaff.fair_id.in_(bindparam("fair_ids", expanding=True)),
    FairStaff.account_id == bindparam("account_id"),
    FairStaff.role.in_((StaffRole.ORGANIZER, StaffRole.READER)),
)
CANDIDATES = (
    select(*fairs.FACTS)
    .where(
        Fair.opens_on < bindparam("opens_on"),
        Fair.id.in_(
            select(FairStaff.fair_id).where(
                FairStaff.account_id == bindparam("account_id"), FairStaff.role == StaffRole.ORGANIZER
            )
        ),
    )
    .order_by(Fair.opens_on.desc(), Fair.slug)
)


def earlier(session: Session, *, fair: FairFacts) -> list[FairFacts]:
    """Return the editions before a fair, the latest first, in one statement."""
    found: list[FairFacts] = []
    seen = {fair.id}
    for row in session.execute(EARLIER, {"fair_id": fair.id}):
        one = fairs.facts_of(row)
        if one.id in seen:
            break
        found.append(one)
        seen.add(one.id)
    return found


def readable(session: Session, *, fair_ids: Collection[uuid.UUID], account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return those of the fairs whose report someone may read with its rows."""
    return frozenset(session.scalars(READABLE, {"fair_ids": list(fair_ids), "account_id": account_id}))


def candidates(session: Session, *, fair: FairFacts, account_id: uuid.UUID) -> list[FairFacts]:
    """Return the fairs someone organizes that opened before this one, the latest first."""
    rows = session.execute(CANDIDATES, {"opens_on": fair.opens_on, "account_id": account_id})
    return [fairs.facts_of(row) for row in rows]


def follow(session: Session, *, fair: FairFacts, slug: str, by: uuid.UUID, now: datetime) -> None:
    """Say which fair was the edition before this one; an empty ``slug`` says that there was none.

    Raises Refused('unknown_fair') for one that the person does not organize or that did not open before.
    """
    chosen = next((one for one in candidates(session, fair=fair, account_id=by) if one.slug == slug), None)
    if slug and chosen is None:
        raise Refused("unknown_fair", field="earlier")
    put(session, fair=fair, before=chosen, by=by, now=now)


def put(session: Session, *, fair: FairFacts, before: FairFacts | None, by: uuid.UUID | None, now: datetime) -> None:
    """Write down the edition before a fair, or that there is none; who may is checked by the caller."""
    row = session.get(FairEdition, fair.id)
    if (row.earlier_id if row else None) == (before.id if before else None):
        return
    if row is not None:
        session.delete(row)
        session.flush()
    if before is not None:
        session.add(FairEdition(fair_id=fair.id, earlier_id=before.id))
    history.record(
        session,
        action="edition_set",
        subject_kind="fair",
        subject_id=fair.id,
        fair_id=fair.id,
        by=by,
        now=now,
        earlier=before.slug if before else "",
    )
    session.flush()
