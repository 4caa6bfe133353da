"""Find a company of the fair that could join a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam

from matchmaker.models import Company, Participation
from matchmaker.services import pair_rules
from matchmaker.services.name_search import NAMED, pattern
from matchmaker.services.third_companies import ASKABLE, IS_VETOED, SHOWN, SIDES

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.meeting_notices import MeetingFacts

MOST_FOUND = 12
FOUND = (
    ASKABLE.where(
        Participation.fair_id == bindparam("fair_id"),
        NAMED,
        SHOWN,
        ~IS_VETOED,
    )
    .order_by(Company.name_key, Participation.id)
    .limit(MOST_FOUND * 2)
)


@dataclass(frozen=True, slots=True)
class Askable:
    """A company that could be asked to join."""

    id: uuid.UUID
    name: str
    country: str


def find(session: Session, *, meeting: MeetingFacts, query: str) -> list[Askable]:
    """Return the companies whose name holds what was typed and nothing keeps apart from the two, twelve at most."""
    if not query.strip():
        return []
    pair = [meeting.exhibitor_id, meeting.buyer_id]
    companies = session.scalars(SIDES, {"pair": pair}).all()
    rules = pair_rules.rules_of(session, fair_id=meeting.fair_id)
    rows = session.execute(FOUND, {"fair_id": meeting.fair_id, "pair": pair, "pattern": pattern(query)})
    found = [
        Askable(row.id, row.name, row.country)
        for row in rows
        if row.company_id not in companies
        and not any(rules.forbids(str(row.company_id), str(company)) for company in companies)
    ]
    return found[:MOST_FOUND]
