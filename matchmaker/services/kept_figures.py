"""Figures of fairs that are kept so that a programme need not count every row again, and how it is seen that they hold.

Kept figures carry a hash of the state they were counted at: every company's part in the fair, the fair's rates, and how
many meetings of each kind, deals and statements there are and when a meeting last changed. Statements are only ever
added, so their number tells of all of them. A fair whose state has another hash by now is counted anew.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, select

from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.reporting.kept_figures import figures_from, text_of
from matchmaker.models import Company, Deal, DealMeeting, Fair, FairFigure, Meeting, OutcomeReport, Participation

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Session

    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.reporting.roll_up import FairFigures

# Another number makes all that is kept be counted anew, as it must when a rule of counting changes.
RULES = "1"
ROWS_AT_ONCE = 1000
FAIR_IDS: BindParameter[Any] = bindparam("fair_ids", expanding=True)
PARTS = (
    select(
        Participation.fair_id,
        Participation.id,
        Participation.company_id,
        Participation.role,
        Participation.status,
        Participation.is_hosted,
        Participation.is_supported,
        Company.country,
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id.in_(FAIR_IDS))
    .order_by(Participation.fair_id, Participation.id)
)
MET = (
    select(
        Meeting.fair_id,
        func.count().label("meetings"),
        func.max(Meeting.changed_at).label("changed"),
        func.count(Meeting.slot_id).label("placed"),
        *(func.sum(case((Meeting.state == state, 1), else_=0)).label(str(state)) for state in MeetingState),
        *(func.sum(case((flag, 1), else_=0)).label(flag.key) for flag in (Meeting.is_walk_in, Meeting.is_online)),
    )
    .where(Meeting.fair_id.in_(FAIR_IDS))
    .group_by(Meeting.fair_id)
    .subquery()
)
SAID = (
    select(func.count())
    .where(OutcomeReport.fair_id == Fair.id, OutcomeReport.stated_at <= bindparam("now"))
    .scalar_subquery()
)
LINKED = (
    select(func.count(DealMeeting.meeting_id))
    .join(Deal, Deal.id == DealMeeting.deal_id)
    .where(Deal.fair_id == Fair.id)
    .scalar_subquery()
)
DEALS = select(func.count()).where(Deal.fair_id == Fair.id).scalar_subquery()
STATES = (
    select(Fair.id, FairFigure.state, FairFigure.content, SAID, LINKED, DEALS, *MET.c)
    .select_from(Fair)
    .outerjoin(MET, MET.c.fair_id == Fair.id)
    .outerjoin(FairFigure, FairFigure.fair_id == Fair.id)
    .where(Fair.id.in_(FAIR_IDS))
    .order_by(Fair.id)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The state a fair is in now, and its figures where those that are kept were counted at that state."""

    fair_id: uuid.UUID
    state: str
    content: bytes | None

    @property
    def figures(self) -> FairFigures | None:
        """The figures in the fair's own currency; None where they have to be counted."""
        return None if self.content is None else figures_from(zlib.decompress(self.content).decode())


def look(session: Session, *, rates: Mapping[uuid.UUID, FixedRates], now: datetime) -> Iterator[Kept]:
    """Yield what is kept of fairs, with two statements for all of them; ``rates`` are each fair's own."""
    keys = sorted(rates)
    parts = _parts(session, keys)
    for row in session.execute(STATES, {"fair_ids": keys, "now": now}, execution_options={"yield_per": 1}):
        fair_id, kept_at, content, *counts = row
        said = (RULES, rates[fair_id], parts.get(fair_id, ""), *counts)
        state = hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()
        yield Kept(fair_id, state, content if kept_at == state else None)


def keep(session: Session, *, fair_id: uuid.UUID, state: str, figures: FairFigures, now: datetime) -> None:
    """Keep what was counted of a fair at a state, in place of what was kept before."""
    row = session.get(FairFigure, fair_id)
    if row is None:
        row = FairFigure(fair_id=fair_id)
        session.add(row)
    row.state, row.content, row.counted_at = state, zlib.compress(text_of(figures).encode()), now
    session.flush()


def _parts(session: Session, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """A hash of each fair's companies, what they are there and where they are registered."""
    rows = session.execute(PARTS, {"fair_ids": keys}, execution_options={"yield_per": ROWS_AT_ONCE})
    found = {}
    for fair_id, parts in groupby(rows, key=lambda row: row.fair_id):
        digest = hashlib.sha256()
        for part in parts:
            digest.update("|".join(map(str, part)).encode() + b"\n")
        found[fair_id] = digest.hexdigest()
    return found
