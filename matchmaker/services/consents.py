"""Ask whether someone agreed to a purpose at a fair; give and withdraw consent, with the proof kept.

A company that an organizer brought in, and none of whose people has answered yet, rests on the organizer's statement to
have asked them (the import records it where there is a person to record it for). Whoever registered answers for
themselves: what they did not agree to, they did not agree to. Advertising rests on nobody's statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Uuid, bindparam, exists, insert, select, update

from matchmaker.domain.consents import OF_THE_COMPANY, STATED_BY_IMPORT, Channel, Purpose
from matchmaker.models import Account, Consent, Participation, Representative
from matchmaker.services import consent_texts, history, rematching
from matchmaker.services.visibility import company_agrees, person_agrees

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a person: what was agreed to, from when until when."""

    purpose: Purpose
    version: str
    channel: str
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


STANDING = select(Consent.id).where(
    Consent.account_id == bindparam("account_id"),
    Consent.fair_id == bindparam("fair_id"),
    Consent.purpose == bindparam("purpose"),
    Consent.withdrawn_at.is_(None),
)
ANSWERS = (
    select(Consent.purpose, Consent.text_version, Consent.channel, Consent.given_at, Consent.withdrawn_at)
    .where(Consent.account_id == bindparam("account_id"), Consent.fair_id == bindparam("fair_id"))
    .order_by(Consent.given_at.desc(), Consent.purpose)
)
# What the organizer may have stated, in its order: of a company by its participation, of a person by their own row.
AGREES = select(
    *(
        exists().where(
            Participation.company_id == bindparam("company_id"),
            Participation.fair_id == bindparam("fair_id"),
            company_agrees(purpose),
        )
        if purpose in OF_THE_COMPANY
        else exists().where(
            Representative.id == bindparam("representative_id"),
            person_agrees(purpose, fair_id=bindparam("fair_id", type_=Uuid())),
        )
        for purpose in STATED_BY_IMPORT
    )
)


def has(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID, purpose: Purpose) -> bool:
    """Whether a person's own consent to a purpose stands at a fair. Nobody's statement counts here."""
    found = session.scalar(STANDING, {"account_id": account_id, "fair_id": fair_id, "purpose": purpose})
    return found is not None


def agreed_to(
    session: Session, *, fair_id: uuid.UUID, company_id: uuid.UUID, representative_id: uuid.UUID | None
) -> frozenset[Purpose]:
    """Return what counts as agreed to at a fair, by an own answer or by the organizer's statement.

    What is the company's counts for a company that takes part, the rest for one of its people. Advertising is left
    out, as nobody states it for others.
    """
    asked = {"company_id": company_id, "fair_id": fair_id, "representative_id": representative_id}
    agrees = session.execute(AGREES, asked).one()
    return frozenset(purpose for purpose, is_agreed in zip(STATED_BY_IMPORT, agrees, strict=True) if is_agreed)


def answers(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID) -> list[Answer]:
    """Return all that a person has answered at a fair, the newest first."""
    rows = session.execute(ANSWERS, {"fair_id": fair_id, "account_id": account_id})
    return [
        Answer(Purpose(purpose), version, channel, given_at, withdrawn_at)
        for purpose, version, channel, given_at, withdrawn_at in rows
    ]


def give(
    session: Session,
    *,
    fair_id: uuid.UUID,
    account_id: uuid.UUID,
    purposes: Iterable[Purpose],
    now: datetime,
    channel: Channel = Channel.WEB,
) -> None:
    """Record that a person agrees to these purposes in their present wording. What stands already stays as it is."""
    # Two answers of one person wait for each other here, so that the same consent never stands twice.
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    texts = consent_texts.current(session, fair_id=fair_id)
    for purpose in purposes:
        if has(session, fair_id=fair_id, account_id=account_id, purpose=purpose):
            continue
        version = texts[purpose].version
        session.add(
            Consent(
                account_id=account_id,
                fair_id=fair_id,
                purpose=purpose,
                text_version=version,
                channel=channel,
                given_at=now,
            )
        )
        _record(session, "consent_given", fair_id, account_id, purpose=purpose, version=version, now=now)
    session.flush()


def agree(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID, purpose: Purpose, now: datetime) -> None:
    """Give consent to one purpose later on, and let what depends on it follow."""
    give(session, fair_id=fair_id, account_id=account_id, purposes=[purpose], now=now)
    _has_changed(session, fair_id, account_id, purpose, now)


def withdraw(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID, purpose: Purpose, now: datetime) -> None:
    """Take a person's consent back; for what is the company's, that of its other people too.

    Someone who rested on the organizer's statement so far gets an answer of their own, which says no.
    """
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    people = {account_id, *(_colleagues(session, account_id) if purpose in OF_THE_COMPANY else ())}
    if not has(session, fair_id=fair_id, account_id=account_id, purpose=purpose):
        session.add(
            Consent(
                account_id=account_id,
                fair_id=fair_id,
                purpose=purpose,
                text_version=consent_texts.current(session, fair_id=fair_id)[purpose].version,
                channel=Channel.WEB,
                given_at=now,
                withdrawn_at=now,
            )
        )
    session.execute(
        update(Consent)
        .where(
            Consent.account_id.in_(people),
            Consent.fair_id == fair_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    _record(session, "consent_withdrawn", fair_id, account_id, purpose=purpose, now=now)
    _has_changed(session, fair_id, account_id, purpose, now)


def state_for(session: Session, *, fair_id: uuid.UUID, account_ids: Collection[uuid.UUID], now: datetime) -> None:
    """Record an organizer's statement for the people of an imported list who have not answered themselves."""
    if not account_ids:
        return
    asked = select(Consent.account_id, Consent.purpose).where(
        Consent.fair_id == fair_id, Consent.account_id.in_(account_ids)
    )
    answered = {(account_id, purpose) for account_id, purpose in session.execute(asked)}
    texts = consent_texts.current(session, fair_id=fair_id)
    rows = [
        {
            "account_id": account_id,
            "fair_id": fair_id,
            "purpose": purpose,
            "text_version": texts[purpose].version,
            "channel": Channel.IMPORT,
            "given_at": now,
        }
        for account_id in sorted(account_ids)
        for purpose in STATED_BY_IMPORT
        if (account_id, purpose) not in answered
    ]
    if rows:
        session.execute(insert(Consent), rows)


def _colleagues(session: Session, account_id: uuid.UUID) -> list[uuid.UUID]:
    companies = select(Representative.company_id).where(Representative.account_id == account_id)
    people = select(Representative.account_id).where(
        Representative.company_id.in_(companies), Representative.account_id.is_not(None)
    )
    return [one for one in session.scalars(people) if one is not None]


def _has_changed(session: Session, fair_id: uuid.UUID, account_id: uuid.UUID, purpose: Purpose, now: datetime) -> None:
    """Let the lists and the directory follow a company's consents: its profiles count as changed."""
    session.flush()
    if purpose not in OF_THE_COMPANY:
        return
    companies = select(Representative.company_id).where(Representative.account_id == account_id)
    here = select(Participation.id).where(Participation.fair_id == fair_id, Participation.company_id.in_(companies))
    for participation_id in list(session.scalars(here)):
        rematching.profile_changed(session, fair_id=fair_id, participation_id=participation_id, now=now)


def _record(
    session: Session, action: str, fair_id: uuid.UUID, account_id: uuid.UUID, *, now: datetime, **facts: str
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="account",
        subject_id=account_id,
        by=account_id,
        now=now,
        fair_id=fair_id,
        **facts,
    )
