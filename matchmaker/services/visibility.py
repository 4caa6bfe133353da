"""Who is shown to others at a fair: the one place that puts an organizer's decision and a company's consents together.

Each function returns a condition on a participation, for use in a statement. A company that waits, is on hold or was
refused is shown to nobody; so is one whose registration nobody has confirmed, for it can't be let in before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from matchmaker.domain.consents import Purpose
from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import Account, Consent, Participation, Registration, Representative

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def company_agrees(purpose: Purpose, *, participation: Any = Participation) -> ColumnElement[bool]:
    """Whether a participation's company agrees to a purpose: by one of its people, or by the organizer's statement."""
    person = aliased(Representative)
    asked = (
        select(Consent.id)
        .join(person, person.account_id == Consent.account_id)
        .where(
            person.company_id == participation.company_id,
            Consent.fair_id == participation.fair_id,
            Consent.purpose == purpose,
        )
        .correlate(participation)
    )
    registered = (
        select(Registration.id)
        .where(Registration.company_id == participation.company_id, Registration.fair_id == participation.fair_id)
        .correlate(participation)
    )
    agreed = asked.where(Consent.withdrawn_at.is_(None)).exists()
    return or_(agreed, and_(~asked.exists(), ~registered.exists()))


def person_agrees(purpose: Purpose, *, fair_id: Any, person: Any = Representative) -> ColumnElement[bool]:
    """Whether a representative agrees to a purpose at a fair: by an own answer, or by the organizer's statement."""
    asked = (
        select(Consent.id)
        .where(Consent.account_id == person.account_id, Consent.fair_id == fair_id, Consent.purpose == purpose)
        .correlate_except(Consent)
    )
    registered = (
        select(Registration.id)
        .where(Registration.company_id == person.company_id, Registration.fair_id == fair_id)
        .correlate_except(Registration)
    )
    agreed = asked.where(Consent.withdrawn_at.is_(None)).exists()
    return or_(agreed, and_(~asked.exists(), ~registered.exists()))


def took_back(purpose: Purpose, *, fair_id: Any, account_id: Any) -> ColumnElement[bool]:
    """Whether a person has answered a question at a fair and does not agree to it now."""
    asked = (
        select(Consent.id)
        .where(Consent.account_id == account_id, Consent.fair_id == fair_id, Consent.purpose == purpose)
        .correlate_except(Consent)
    )
    return and_(asked.exists(), ~asked.where(Consent.withdrawn_at.is_(None)).exists())


def is_let_in(*, participation: Any = Participation) -> ColumnElement[bool]:
    """Whether the organizer has let a company in."""
    approved: ColumnElement[bool] = participation.status == ParticipationStatus.APPROVED
    return approved


def is_shown(*, participation: Any = Participation) -> ColumnElement[bool]:
    """Whether other participants may see a company: it is let in and agrees to be shown."""
    return and_(is_let_in(participation=participation), company_agrees(Purpose.PROFILE, participation=participation))


def is_suggested(*, participation: Any = Participation) -> ColumnElement[bool]:
    """Whether a company may be suggested to others: it is shown, and agrees to be matched."""
    return and_(is_shown(participation=participation), company_agrees(Purpose.MATCHING, participation=participation))


def is_unconfirmed(*, participation: Any = Participation) -> ColumnElement[bool]:
    """Whether nobody has confirmed the address with which a company was registered at this fair."""
    return (
        select(Registration.id)
        .join(Account, Account.id == Registration.account_id)
        .where(
            Registration.company_id == participation.company_id,
            Registration.fair_id == participation.fair_id,
            Account.email.is_(None),
        )
        .correlate(participation)
        .exists()
    )
