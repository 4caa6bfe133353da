"""What stands beside a meeting on its page: a third company, and what the two sides write to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, true

from matchmaker.domain.fairs import Role
from matchmaker.domain.third_company import STANDING, ThirdState
from matchmaker.models import Company, Fair, Meeting, Participation, ThirdCompany
from matchmaker.services.conversation import MESSAGES, Said
from matchmaker.services.third_companies import Third

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Asides:
    """The third company, the messages, the oldest first, and whether the organizer lets the two write more."""

    third: Third | None
    said: list[Said]
    has_messages: bool


# As third_companies.third_of chooses among those that were asked one after the other.
LAST_ASKED = (
    select(ThirdCompany.participation_id)
    .where(ThirdCompany.meeting_id == Meeting.id)
    .order_by(ThirdCompany.state.in_(sorted(STANDING)).desc(), ThirdCompany.asked_at.desc())
    .order_by(ThirdCompany.participation_id)
    .limit(1)
    .correlate(Meeting)
    .scalar_subquery()
)
WRITTEN = MESSAGES.subquery("written")
# One row for each message, and one where there is none.
ASIDES = (
    select(
        and_(Meeting.has_messages, Fair.has_messages),
        ThirdCompany.participation_id,
        Company.name,
        Company.country,
        ThirdCompany.state,
        ThirdCompany.is_present,
        *WRITTEN.c,
    )
    .join(Fair, Fair.id == Meeting.fair_id)
    .outerjoin(ThirdCompany, and_(ThirdCompany.meeting_id == Meeting.id, ThirdCompany.participation_id == LAST_ASKED))
    .outerjoin(Participation, Participation.id == ThirdCompany.participation_id)
    .outerjoin(Company, Company.id == Participation.company_id)
    .outerjoin(WRITTEN, true())
    .where(Meeting.id == bindparam("meeting_id"))
    .order_by(WRITTEN.c.at, WRITTEN.c.id.desc())
)


def asides_of(session: Session, *, meeting_id: uuid.UUID) -> Asides:
    """Return what stands beside a meeting, in one statement; who may read it is the caller's to ask."""
    rows = session.execute(ASIDES, {"meeting_id": meeting_id}).all()
    has_messages, third_id, name, country, state, is_present = rows[0][:6]
    third = None if third_id is None else Third(third_id, name, country, ThirdState(state), is_present)
    written = [row[6:] for row in rows]
    said = [Said(key, Role(side), text, at) for key, side, text, at in written if key is not None]
    return Asides(third, said, bool(has_messages))
