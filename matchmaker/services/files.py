"""Keep the files of companies: logos, photos, certificates, evidence.

The row is written in the caller's transaction. The bytes are on disk before it commits, under a random name; where
it does not commit, the purge takes them away again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, or_, select, update

from matchmaker.domain.errors import NotFound, Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.uploads import (
    LONGEST_SIDE,
    MOST_PHOTOS,
    PDF,
    SMALL_SIDE,
    FileKind,
    checked_type,
    file_name,
)
from matchmaker.models import Certificate, Company, Participation, StoredFile
from matchmaker.services import history, pictures
from matchmaker.services.visibility import is_shown

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import Membership

SMALL = ".small"
PLACE_BYTES = 16
UNDO_WITHIN = timedelta(minutes=10)
# A file whose row was not committed yet must not be taken for one that nobody wants.
UNWANTED_AFTER = timedelta(hours=1)
BATCH = 100
# Of these a company has one of each subject, and a new one takes the place of the old.
REPLACED = frozenset({FileKind.LOGO, FileKind.CERTIFICATE})


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file as pages and downloads need it."""

    id: uuid.UUID
    company_id: uuid.UUID
    kind: str
    subject: str
    place: str
    sha256: str
    size: int
    media_type: str
    name: str
    uploaded_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether browsers show it; a document is only handed out."""
        return self.media_type != PDF


F = StoredFile
COLUMNS = (F.id, F.company_id, F.kind, F.subject, F.place, F.sha256, F.size, F.media_type, F.name, F.uploaded_at)
STANDING = select(*COLUMNS).where(F.removed_at.is_(None))
OF_COMPANY = STANDING.where(F.company_id == bindparam("company_id")).order_by(F.uploaded_at, F.id)
ONE = STANDING.where(F.id == bindparam("file_id"))
# One's own company's files, and what companies of the other role show of themselves at this fair.
TAKES_PART = select(Participation.id).where(
    Participation.fair_id == bindparam("fair_id"), Participation.company_id == F.company_id
)
FOR_PARTICIPANT = ONE.where(
    or_(
        F.company_id == bindparam("my_company"),
        and_(
            bindparam("acts"),
            F.kind.in_([kind for kind in FileKind if kind.is_public]),
            TAKES_PART.where(
                Participation.role == bindparam("other_role"),
                is_shown(),
            ).exists(),
        ),
    )
)
FOR_ORGANIZER = ONE.where(TAKES_PART.exists())
# For lists of companies: the file of a company's logo, beside the columns of the company itself.
LOGO_OF_COMPANY = (
    select(F.id)
    .where(F.company_id == Company.id, F.kind == FileKind.LOGO, F.removed_at.is_(None))
    .correlate(Company)
    .scalar_subquery()
)


def of_company(session: Session, *, company_id: uuid.UUID) -> list[FileFacts]:
    """Return all files of a company, the oldest first."""
    return [FileFacts(*tuple(row)) for row in session.execute(OF_COMPANY, {"company_id": company_id})]


def for_participant(session: Session, *, fair_id: uuid.UUID, me: Membership, file_id: uuid.UUID) -> FileFacts:
    """Return a file that someone at the fair may see; raise NotFound for any other."""
    values = {"my_company": me.company_id, "acts": me.status.acts, "other_role": Role(me.role).other}
    return _one(session, FOR_PARTICIPANT, fair_id=fair_id, file_id=file_id, **values)


def for_organizer(session: Session, *, fair_id: uuid.UUID, file_id: uuid.UUID) -> FileFacts:
    """Return a file of any company that takes part in the fair; raise NotFound for any other."""
    return _one(session, FOR_ORGANIZER, fair_id=fair_id, file_id=file_id)


def store(
    session: Session,
    *,
    folder: Path,
    company_id: uuid.UUID,
    kind: FileKind,
    content: bytes,
    name: str,
    by: uuid.UUID,
    now: datetime,
    subject: str = "",
) -> uuid.UUID:
    """Keep a file of a company and return its key; a new logo, or a new paper of one certificate, replaces the old one.

    The same file a second time is kept once. Raises Refused for what domain.uploads and pictures do not take, and for
    a photo too many.
    """
    media_type, kept, small = _made_safe(content, kind)
    digest = hashlib.sha256(kept).hexdigest()
    same = _make_room(session, company_id=company_id, kind=kind, subject=subject, digest=digest, now=now)
    if same is not None:
        return same
    row = StoredFile(
        company_id=company_id,
        kind=kind,
        subject=subject,
        place=secrets.token_hex(PLACE_BYTES),
        sha256=digest,
        size=len(kept),
        media_type=media_type,
        name=file_name(name, media_type),
        uploaded_by=by,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    _write(folder, {row.place: kept, row.place + SMALL: small})
    _leave_unseen(session, row)
    _record(session, "file_added", file_id=row.id, kind=kind, company_id=company_id, by=by, now=now)
    return row.id


def _made_safe(content: bytes, kind: FileKind) -> tuple[str, bytes, bytes]:
    """A file's media type, what is kept of it, and the small picture beside it if there is one."""
    media_type = checked_type(content, kind)
    if media_type == PDF:
        return PDF, content, b""
    return pictures.written_anew(content, longest=LONGEST_SIDE[kind], small=SMALL_SIDE.get(kind))


def _make_room(
    session: Session, *, company_id: uuid.UUID, kind: FileKind, subject: str, digest: str, now: datetime
) -> uuid.UUID | None:
    """Take away what a new file replaces; return the key of the same file instead where it is kept already."""
    session.get_one(Company, company_id, with_for_update=True)
    standing = [one for one in of_company(session, company_id=company_id) if (one.kind, one.subject) == (kind, subject)]
    same = next((one.id for one in standing if one.sha256 == digest), None)
    if same is not None:
        return same
    if kind is FileKind.PHOTO and len(standing) >= MOST_PHOTOS:
        raise Refused("too_many_photos", field="file", most=MOST_PHOTOS)
    if kind in REPLACED:
        _take_away(session, [one.id for one in standing], now)
    return None


def remove(session: Session, *, company_id: uuid.UUID, file_id: uuid.UUID, by: uuid.UUID, now: datetime) -> FileFacts:
    """Take a file of a company away and return what it was. For UNDO_WITHIN it can be put back; then its bytes go.

    Evidence stays: the ledger rests on it. Raises NotFound for it and for what is not the company's.
    """
    row = session.execute(ONE, {"file_id": file_id}).one_or_none()
    if row is None or row.company_id != company_id or row.kind == FileKind.EVIDENCE:
        raise NotFound("no_such_file")
    _take_away(session, [file_id], now)
    _record(session, "file_removed", file_id=file_id, kind=row.kind, company_id=company_id, by=by, now=now)
    return FileFacts(*tuple(row))


def put_back(session: Session, *, company_id: uuid.UUID, file_id: uuid.UUID, by: uuid.UUID, now: datetime) -> None:
    """Put a removed file back. Raises NotFound when it is gone for good, Refused when something stands in its place."""
    session.get_one(Company, company_id, with_for_update=True)
    row = session.get(StoredFile, file_id)
    if row is None or row.company_id != company_id or (row.removed_at and now - row.removed_at > UNDO_WITHIN):
        raise NotFound("no_such_file")
    if row.removed_at is None:
        return
    standing = [one for one in of_company(session, company_id=company_id) if one.kind == row.kind]
    if row.kind in REPLACED and any(one.subject == row.subject for one in standing):
        raise Refused("file_replaced", field="file")
    if row.kind == FileKind.PHOTO and len(standing) >= MOST_PHOTOS:
        raise Refused("too_many_photos", field="file", most=MOST_PHOTOS)
    _leave_unseen(session, row, since=row.removed_at)
    row.removed_at = None
    session.flush()
    _record(session, "file_put_back", file_id=file_id, kind=row.kind, company_id=company_id, by=by, now=now)


def is_any_removed(session: Session, *, now: datetime) -> bool:
    """Return whether a file has been removed so long that it can go for good."""
    return session.scalar(_gone(now).limit(1)) is not None


def forget_removed(session: Session, *, now: datetime) -> list[str]:
    """Delete the rows of files removed for good; return their places, whose bytes go once this is committed."""
    places = list(session.scalars(_gone(now).limit(BATCH)))
    session.execute(delete(StoredFile).where(StoredFile.place.in_(places)))
    return places


def take_away_unheld(session: Session, *, now: datetime) -> None:
    """Take away the papers of certificates that their company no longer lists."""
    listed = select(Certificate.id).where(Certificate.company_id == F.company_id, Certificate.code == F.subject)
    session.execute(
        update(StoredFile)
        .where(F.kind == FileKind.CERTIFICATE, F.removed_at.is_(None), ~listed.exists())
        .values(removed_at=now)
        .execution_options(synchronize_session=False)
    )


def unlink(folder: Path, places: Iterable[str]) -> None:
    """Take bytes off the disk; what is gone already is gone."""
    for place in places:
        for name in (place, place + SMALL):
            (folder / name).unlink(missing_ok=True)


def unwanted(session: Session, *, folder: Path, now: datetime) -> list[str]:
    """Return the places on disk that no row knows: of uploads that were never committed, or of erased companies."""
    before = (now - UNWANTED_AFTER).timestamp()
    old = {path.name.removesuffix(SMALL) for path in folder.glob("*") if path.stat().st_mtime < before}
    known = set(session.scalars(select(StoredFile.place)))
    return sorted(old - known)


def path_of(folder: Path, facts: FileFacts, *, is_small: bool) -> Path:
    """Return where a file's bytes lie; the small picture where one is wanted and there."""
    small = folder / (facts.place + SMALL)
    path = small if is_small and small.exists() else folder / facts.place
    if not path.exists():
        raise NotFound("no_such_file")
    return path


def _one(session: Session, statement: Any, **values: Any) -> FileFacts:
    row = session.execute(statement, values).one_or_none()
    if row is None:
        raise NotFound("no_such_file")
    return FileFacts(*tuple(row))


def _leave_unseen(session: Session, row: StoredFile, *, since: datetime | None = None) -> None:
    """Take an organizer's mark off a certificate whose paper is another one than was seen.

    What was marked ``since`` a paper was taken away is not that paper.
    """
    if row.kind == FileKind.CERTIFICATE:
        one = [Certificate.company_id == row.company_id, Certificate.code == row.subject]
        one += [Certificate.verified_at >= since] if since else []
        session.execute(update(Certificate).where(*one).values(verified_at=None, verified_by=None))


def _gone(now: datetime) -> Any:
    return select(F.place).where(F.removed_at < now - UNDO_WITHIN).order_by(F.removed_at)


def _take_away(session: Session, ids: list[uuid.UUID], now: datetime) -> None:
    session.execute(update(StoredFile).where(StoredFile.id.in_(ids)).values(removed_at=now))


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files for their owner's eyes alone, safely on disk when this returns; an empty one is left out."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in contents.items():
        if content:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())


def _record(
    session: Session,
    action: str,
    *,
    file_id: uuid.UUID,
    kind: str,
    company_id: uuid.UUID,
    by: uuid.UUID,
    now: datetime,
) -> None:
    history.record(
        session,
        action=action,
        subject_kind="company",
        subject_id=company_id,
        by=by,
        now=now,
        file=str(file_id),
        kind=kind,
    )
