"""What every page of a participant begins with, in one statement: the fair, who someone is there, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from matchmaker.domain.errors import NotFound
from matchmaker.models import Fair, Meeting
from matchmaker.services.fairs import ACTING, FACTS, FIRST, facts_of, memberships_from
from matchmaker.services.held_back import untold
from matchmaker.services.meetings import waits_for

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts, Membership


@dataclass(frozen=True, slots=True)
class Entrance:
    """A fair with someone's roles there, the first one first, and how many requests wait for each of them."""

    fair: FairFacts
    roles: list[Membership]
    waiting: dict[uuid.UUID, int]


WAITING = select(func.count(Meeting.id)).where(waits_for(ACTING.c.participation_id)).correlate(ACTING).scalar_subquery()
ENTRANCE = (
    select(*FACTS, WAITING, *ACTING.c)
    .select_from(Fair)
    .outerjoin(ACTING, ACTING.c.fair_id == Fair.id)
    .where(Fair.slug == bindparam("slug"))
    .order_by(*FIRST)
)
COUNT, ROLE = len(FACTS), len(FACTS) + 1


def enter(session: Session, *, slug: str, account_id: uuid.UUID, now: datetime) -> Entrance:
    """Return what someone enters the fair of that address with; raise NotFound where there is no such fair."""
    rows: Sequence[Any] = session.execute(ENTRANCE, {"slug": slug, "account_id": account_id, **untold(now)}).all()
    if not rows:
        raise NotFound("no_such_fair", slug=slug)
    held = [row for row in rows if row.participation_id is not None]
    return Entrance(
        fair=facts_of(rows[0]),
        roles=memberships_from((row[ROLE:] for row in held), account_id=account_id),
        waiting={row.participation_id: row[COUNT] for row in held},
    )
