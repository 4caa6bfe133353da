"""Long files: asked for, made by the jobs process, handed out for a day to who asked, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.domain.errors import Conflict, NotFound
from matchmaker.domain.privacy.retention import FILE_LIFE
from matchmaker.models import Fair, MadeFile
from matchmaker.services import history, jobs
from matchmaker.services.runs import UNDER_WAY, RunState

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

JOB = "make_file"
# A file that ended its worker this often is given up, so that it does not end the next one too.
MOST_TRIES = 3
# Between two parts lie seconds, before the first one the jobs that were asked for earlier.
LONGEST_SILENCE = timedelta(hours=1)
_record = partial(history.record, subject_kind="made_file")


@dataclass(frozen=True, slots=True)
class FileWanted:
    """Which file somebody wants: its kind with its options, in a language, as an organizer or as a reader sees it."""

    fair_id: uuid.UUID
    account_id: uuid.UUID
    kind: str
    options: str
    is_for_reader: bool
    locale: str


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What the jobs process has to know to make a file."""

    id: uuid.UUID
    fair_slug: str
    kind: str
    options: str
    is_for_reader: bool
    locale: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file as its page needs it."""

    id: uuid.UUID
    kind: str
    options: str
    is_for_reader: bool
    locale: str
    state: str
    done: int
    total: int
    seen_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    basis: str
    size: int

    def is_under_way(self, now: datetime) -> bool:
        """Whether it is worth waiting for."""
        return self.state in UNDER_WAY and now - self.seen_at <= LONGEST_SILENCE

    def is_(self, wanted: FileWanted) -> bool:
        """Whether it is the file that somebody wants."""
        mine = (self.kind, self.options, self.is_for_reader, self.locale)
        return mine == (wanted.kind, wanted.options, wanted.is_for_reader, wanted.locale)


@dataclass(frozen=True, slots=True)
class MadeContent:
    """A finished file."""

    name: str
    media_type: str
    basis: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MakingStep:
    """How far a file is, in parts; the last step has the file."""

    done: int
    total: int
    made: MadeContent | None = None


OF_PERSON = (
    select(
        MadeFile.id,
        MadeFile.kind,
        MadeFile.options,
        MadeFile.is_for_reader,
        MadeFile.locale,
        MadeFile.state,
        MadeFile.done,
        MadeFile.total,
        MadeFile.seen_at,
        MadeFile.ready_at,
        MadeFile.expires_at,
        MadeFile.basis,
        MadeFile.size,
    )
    .where(
        MadeFile.fair_id == bindparam("fair_id"),
        MadeFile.account_id == bindparam("account_id"),
        MadeFile.expires_at > bindparam("now"),
    )
    .order_by(MadeFile.asked_at.desc(), MadeFile.id)
)


def of_person(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID, now: datetime) -> list[FileFacts]:
    """Return the files of a fair that somebody has asked for and that have not expired, the newest first."""
    rows = session.execute(OF_PERSON, {"fair_id": fair_id, "account_id": account_id, "now": now})
    return [FileFacts(*tuple(row)) for row in rows]


def ask(session: Session, *, wanted: FileWanted, now: datetime) -> None:
    """Have a file made; it takes the place of the same file made before.

    Asking for what is being made already asks for nothing new. Raises Conflict('file_under_way') while another file is
    being made for the same person.
    """
    _give_up(session, MadeFile.account_id == wanted.account_id, MadeFile.seen_at < now - LONGEST_SILENCE)
    under_way = MadeFile.state.in_(sorted(UNDER_WAY))
    same = (
        MadeFile.account_id == wanted.account_id,
        MadeFile.fair_id == wanted.fair_id,
        MadeFile.kind == wanted.kind,
        MadeFile.options == wanted.options,
        MadeFile.is_for_reader.is_(wanted.is_for_reader),
        MadeFile.locale == wanted.locale,
    )
    if session.scalar(select(MadeFile.id).where(*same, under_way)) is not None:
        return
    session.execute(delete(MadeFile).where(*same).execution_options(synchronize_session=False))
    key = _add(session, wanted, now=now)
    if key is None:
        if session.scalar(select(MadeFile.id).where(*same, under_way)) is None:
            raise Conflict("file_under_way")
        return
    jobs.enqueue(session, kind=JOB, once=f"{JOB} {key}", now=now, file_id=key.hex)
    _record(
        session,
        action="file_asked",
        subject_id=key,
        by=wanted.account_id,
        now=now,
        fair_id=wanted.fair_id,
        kind=wanted.kind,
        options=wanted.options,
    )


def start(session: Session, *, file_id: uuid.UUID, now: datetime) -> FileOrder | None:
    """Note that a file is being made, and return which; None when nobody waits for it any more.

    A file whose worker was killed is begun again, a few times at most.
    """
    row = session.get(MadeFile, file_id)
    if row is None or row.state not in UNDER_WAY or row.expires_at <= now:
        return None
    row.tries += 1
    row.state = RunState.RUNNING if row.tries <= MOST_TRIES else RunState.FAILED
    row.done, row.seen_at = 0, now
    session.flush()
    if row.state == RunState.FAILED:
        return None
    slug = session.scalars(select(Fair.slug).where(Fair.id == row.fair_id)).one()
    return FileOrder(row.id, slug, row.kind, row.options, row.is_for_reader, row.locale)


def note(session: Session, *, file_id: uuid.UUID, step: MakingStep, now: datetime) -> None:
    """Note how far a file is, and keep it with its last step.

    A file that was forgotten meanwhile, as after an erasure, is not kept: it may name who is erased.
    """
    values = {"done": step.done, "total": step.total, "seen_at": now}
    made = step.made
    if made is not None:
        values |= {"state": RunState.DONE, "ready_at": now, "expires_at": now + FILE_LIFE, "size": len(made.content)}
        values |= {"name": made.name, "media_type": made.media_type, "basis": made.basis, "content": made.content}
    session.execute(
        update(MadeFile)
        .where(MadeFile.id == file_id, MadeFile.state == RunState.RUNNING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def fail(session: Session, *, file_id: uuid.UUID) -> None:
    """Note that a file could not be made; it can be asked for again."""
    _give_up(session, MadeFile.id == file_id)


def fetch(
    session: Session,
    *,
    fair_id: uuid.UUID,
    account_id: uuid.UUID,
    file_id: uuid.UUID,
    is_reader: bool,
    now: datetime,
) -> MadeContent:
    """Return a file for who asked for it, and record that it was handed out.

    Raises NotFound when there is none, when it is not made yet, expired or someone else's, and when it shows an
    organizer's view to somebody who may only read the report now.
    """
    row = session.execute(
        select(MadeFile.name, MadeFile.media_type, MadeFile.basis, MadeFile.content, MadeFile.is_for_reader).where(
            MadeFile.id == file_id,
            MadeFile.fair_id == fair_id,
            MadeFile.account_id == account_id,
            MadeFile.state == RunState.DONE,
            MadeFile.expires_at > now,
        )
    ).one_or_none()
    if row is None or (is_reader and not row.is_for_reader):
        raise NotFound("no_such_file")
    session.execute(update(MadeFile).where(MadeFile.id == file_id).values(fetched=MadeFile.fetched + 1))
    _record(session, action="file_fetched", subject_id=file_id, by=account_id, now=now, fair_id=fair_id)
    session.flush()
    return MadeContent(row.name, row.media_type, row.basis, row.content)


def forget_begun(session: Session) -> None:
    """Forget every file that is made or being made: each may name a person who is erased now.

    Nobody works out whom a file names; it is asked for again within a minute. Those that only wait are made from what
    is there afterwards.
    """
    begun = MadeFile.state != RunState.WAITING
    session.execute(delete(MadeFile).where(begun).execution_options(synchronize_session=False))


def _add(session: Session, wanted: FileWanted, *, now: datetime) -> uuid.UUID | None:
    """Add a file that waits; None where one is under way already for the same person."""
    row = MadeFile(
        fair_id=wanted.fair_id,
        account_id=wanted.account_id,
        kind=wanted.kind,
        options=wanted.options,
        is_for_reader=wanted.is_for_reader,
        locale=wanted.locale,
        state=RunState.WAITING,
        asked_at=now,
        seen_at=now,
        expires_at=now + FILE_LIFE,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row.id


def _give_up(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(MadeFile)
        .where(*which, MadeFile.state.in_(sorted(UNDER_WAY)))
        .values(state=RunState.FAILED)
        .execution_options(synchronize_session=False)
    )
