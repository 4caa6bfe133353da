"""Copies of everything held about a person: asked for, made by a job, handed out for a few days, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from matchmaker.domain.errors import NotFound
from matchmaker.domain.privacy.retention import COPY_LIFE
from matchmaker.models import DataCopy
from matchmaker.services import copy_files, history, jobs, persons

if TYPE_CHECKING:
    import uuid
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

JOB = "make_data_copy"
LINK_PURPOSE = "data_copy"


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """One copy as pages and mail need it."""

    id: uuid.UUID
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    size: int
    fetched: int
    email: str
    locale: str


FACTS = select(
    DataCopy.id,
    DataCopy.asked_at,
    DataCopy.ready_at,
    DataCopy.expires_at,
    DataCopy.size,
    DataCopy.fetched,
    DataCopy.email,
    DataCopy.locale,
)


def ask(session: Session, *, account_id: uuid.UUID, locale: str, now: datetime) -> uuid.UUID:
    """Ask for a copy of one's own data; one that is still being made is not asked for twice.

    A new one takes the place of an older one.
    """
    mine = (DataCopy.account_id == account_id, DataCopy.email == "")
    making = session.scalar(select(DataCopy.id).where(*mine, DataCopy.ready_at.is_(None), DataCopy.expires_at > now))
    if making is not None:
        return making
    session.execute(delete(DataCopy).where(*mine))
    row = DataCopy(account_id=account_id, locale=locale, asked_by=account_id, asked_at=now, expires_at=now + COPY_LIFE)
    return _add(session, row, by=account_id, now=now)


def ask_for(session: Session, *, person: Person, by: uuid.UUID, now: datetime) -> uuid.UUID:
    """Have a copy made for someone else, whose link is mailed to the person alone."""
    row = DataCopy(
        account_id=person.account_id,
        representative_id=None if person.account_id else next(iter(person.representatives), None),
        email=person.email,
        locale=person.locale,
        asked_by=by,
        asked_at=now,
        expires_at=now + COPY_LIFE,
    )
    return _add(session, row, by=by, now=now)


LATEST = (
    FACTS.where(
        DataCopy.account_id == bindparam("account_id"), DataCopy.email == "", DataCopy.expires_at > bindparam("now")
    )
    .order_by(DataCopy.asked_at.desc(), DataCopy.id)
    .limit(1)
)


def latest(session: Session, *, account_id: uuid.UUID, now: datetime) -> CopyFacts | None:
    """Return the copy that someone asked for last and that has not expired."""
    row = session.execute(LATEST, {"account_id": account_id, "now": now}).one_or_none()
    return None if row is None else CopyFacts(*row)


def make(session: Session, *, copy_id: uuid.UUID, folder: Path, now: datetime) -> CopyFacts | None:
    """Make a copy that was asked for and return it; None when nobody wants it any more."""
    row = session.get(DataCopy, copy_id)
    if row is None or row.expires_at <= now:
        return None
    if row.ready_at is None:
        if row.account_id is not None:
            person = persons.of_account(session, account_id=row.account_id)
        else:
            person = persons.by_email(session, email=row.email)
        row.content = copy_files.zip_of(session, person=person, folder=folder, now=now)
        row.size, row.ready_at = len(row.content), now
        session.flush()
    return one(session, copy_id=copy_id, now=now)


def one(session: Session, *, copy_id: uuid.UUID, now: datetime) -> CopyFacts:
    """Return a copy that can be fetched or will be; raise NotFound when there is none or it expired."""
    row = session.execute(FACTS.where(DataCopy.id == copy_id, DataCopy.expires_at > now)).one_or_none()
    if row is None:
        raise NotFound("no_such_copy")
    return CopyFacts(*row)


def fetch(session: Session, *, copy_id: uuid.UUID, account_id: uuid.UUID | None, now: datetime) -> bytes:
    """Return a copy's content and count that it was handed out. With an account it must be that account's own.

    Raises NotFound when there is none, when it is not made yet, expired, or someone else's.
    """
    wanted = select(DataCopy.content, DataCopy.asked_by).where(
        DataCopy.id == copy_id, DataCopy.ready_at.is_not(None), DataCopy.expires_at > now
    )
    # Without an account it came by the link in the mail, which copies asked for on one's own page don't have.
    whose = DataCopy.email != "" if account_id is None else DataCopy.account_id == account_id
    row = session.execute(wanted.where(whose)).one_or_none()
    if row is None:
        raise NotFound("no_such_copy")
    session.execute(update(DataCopy).where(DataCopy.id == copy_id).values(fetched=DataCopy.fetched + 1))
    _record(session, "data_copy_fetched", copy_id, by=account_id, now=now)
    content: bytes = row.content
    return content


def _add(session: Session, row: DataCopy, *, by: uuid.UUID, now: datetime) -> uuid.UUID:
    session.add(row)
    session.flush()
    jobs.enqueue(session, kind=JOB, once=f"{JOB} {row.id}", now=now, copy_id=row.id.hex)
    _record(session, "data_copy_asked", row.id, by=by, now=now)
    return row.id


def _record(session: Session, action: str, copy_id: uuid.UUID, *, by: uuid.UUID | None, now: datetime) -> None:
    history.record(session, action=action, subject_kind="data_copy", subject_id=copy_id, by=by, now=now)
    session.flush()
