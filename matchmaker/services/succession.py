"""Give what someone did for a company to colleagues: coming meetings, the company's own answers, running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from matchmaker.domain.consents import OF_THE_COMPANY
from matchmaker.models import Company, Consent, FollowUp, Participation, Registration, Representative
from matchmaker.services import handing_over, history, holdings, notices

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

KIND = "company_handed_over"
COLLEAGUES = (
    select(
        Representative.company_id,
        Representative.id,
        Representative.account_id,
        Representative.name,
        Representative.is_admin,
    )
    .where(
        Representative.company_id.in_(holdings.COMPANIES),
        Representative.removed_at.is_(None),
        Representative.id.not_in(holdings.PEOPLE),
    )
    .order_by(Representative.account_id.is_(None), Representative.is_admin.desc(), Representative.id)
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of a company's other people; without an account they can't act for it."""

    id: uuid.UUID
    account_id: uuid.UUID | None
    name: str
    is_admin: bool


def colleagues(session: Session, *, person: Person) -> dict[uuid.UUID, list[Colleague]]:
    """Return the others of each of a person's companies, those who run it and those who can sign in first."""
    rows = session.execute(COLLEAGUES, holdings.asked_of(person))
    found: dict[uuid.UUID, list[Colleague]] = {company_id: [] for company_id in person.companies}
    for company_id, key, account_id, name, is_admin in rows:
        found[company_id].append(Colleague(key, account_id, name, is_admin))
    return found


def hand_over(
    session: Session,
    *,
    person: Person,
    company_id: uuid.UUID,
    heirs: Sequence[Colleague],
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    """Give a person's part in a company to ``heirs``, the first of whom who can sign in runs it if nobody else does.

    Meetings that nobody is free for are called off. Without heirs nothing but the meetings is seen to.
    """
    for key in person.representatives:
        handing_over.hand_over(
            session, representative_id=key, company_id=company_id, fair_id=None, by=by, now=now, or_call_off=True
        )
    heir = next((one for one in heirs if one.account_id is not None), None)
    if heir is None or heir.account_id is None or person.account_id is None:
        return
    _hand_over_answers(session, person.account_id, heir.account_id, company_id)
    if not any(one.is_admin and one.account_id for one in heirs):
        _let_run(session, heir, company_id=company_id, by=by, now=now)


def _hand_over_answers(session: Session, former: uuid.UUID, heir: uuid.UUID, company_id: uuid.UUID) -> None:
    """Give the company's own answers and questions to the heir; what was only the person's stays with the person.

    Without this a company would seem never to have been asked, once the one who answered for it is gone.
    """
    here = select(Participation.id).where(Participation.company_id == company_id)
    at = select(Participation.fair_id).where(Participation.company_id == company_id)
    quietly = {"synchronize_session": False}
    also = aliased(Consent)
    answered = exists().where(also.account_id == heir, also.fair_id == Consent.fair_id, also.purpose == Consent.purpose)
    session.execute(
        update(Consent)
        .where(
            Consent.account_id == former,
            Consent.purpose.in_(sorted(OF_THE_COMPANY)),
            Consent.fair_id.in_(at),
            ~answered,
        )
        .values(account_id=heir),
        execution_options=quietly,
    )
    session.execute(
        update(FollowUp)
        .where(FollowUp.account_id == former, FollowUp.participation_id.in_(here))
        .values(account_id=heir),
        execution_options=quietly,
    )
    session.execute(
        update(Registration)
        .where(Registration.account_id == former, Registration.company_id == company_id)
        .values(account_id=heir),
        execution_options=quietly,
    )


def _let_run(session: Session, heir: Colleague, *, company_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    session.execute(update(Representative).where(Representative.id == heir.id).values(is_admin=True))
    history.record(session, action="admin_made", subject_kind="representative", subject_id=heir.id, by=by, now=now)
    if heir.account_id is not None:
        notices.queue(
            session,
            account_id=heir.account_id,
            kind=KIND,
            once=f"{KIND} {company_id.hex} {heir.account_id.hex} {now:%Y%m%d%H%M%S}",
            now=now,
            company=_company_name(session, company_id),
            path="/",
        )


def _company_name(session: Session, company_id: uuid.UUID) -> str:
    return session.scalar(select(Company.name).where(Company.id == company_id)) or ""
