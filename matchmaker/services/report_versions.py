"""Keep a fair's report as it stood on a day, read it again, and show one version to everyone."""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import Phase
from matchmaker.domain.names import clean_text
from matchmaker.domain.reporting.archive import lines_from
from matchmaker.domain.reporting.fair_report import Version
from matchmaker.models import ReportVersion
from matchmaker.services import history
from matchmaker.services.fairs import all_fairs
from matchmaker.services.report_archive import results_from, text_of
from matchmaker.services.reports import due_on, results_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from matchmaker.domain.reporting.lines import Line
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.reports import FairResults

BY_HAND = "by_hand"
NOTE_LENGTH = 250
# A version that could not be kept in this time is left out: its figures would be those of another day.
LATEST = timedelta(days=30)
FACTS = (
    ReportVersion.id,
    ReportVersion.kind,
    ReportVersion.note,
    ReportVersion.as_of,
    ReportVersion.frozen_at,
    ReportVersion.digest,
    ReportVersion.published_at,
)
LISTED = (
    select(*FACTS)
    .where(ReportVersion.fair_id == bindparam("fair_id"))
    .order_by(ReportVersion.as_of.desc(), ReportVersion.frozen_at.desc(), ReportVersion.id)
)
_OTHER = aliased(ReportVersion)
_NEWEST = select(func.max(_OTHER.as_of)).where(_OTHER.fair_id == ReportVersion.fair_id).scalar_subquery()
CLOSING_AND_NEWEST = (
    select(ReportVersion.fair_id, ReportVersion.id, ReportVersion.kind, ReportVersion.as_of, ReportVersion.content)
    .where(
        ReportVersion.fair_id.in_(bindparam("fair_ids", expanding=True)),
        or_(ReportVersion.kind == Version.CLOSING, ReportVersion.as_of == _NEWEST),
    )
    .order_by(ReportVersion.as_of, ReportVersion.frozen_at)
)
CONTENT = select(ReportVersion.content).where(
    ReportVersion.fair_id == bindparam("fair_id"), ReportVersion.id == bindparam("version_id")
)
PUBLISHED = select(*FACTS).where(ReportVersion.fair_id == bindparam("fair_id"), ReportVersion.published_at.is_not(None))
PUBLISHED_AMONG = select(ReportVersion.fair_id).where(
    ReportVersion.fair_id.in_(bindparam("fair_ids", expanding=True)), ReportVersion.published_at.is_not(None)
)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A kept version without its rows."""

    id: uuid.UUID
    kind: str
    note: str
    as_of: datetime
    frozen_at: datetime
    digest: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """The figures of a kept version by key, and the moment they are of."""

    version_id: uuid.UUID
    as_of: datetime
    lines: Mapping[str, Line]


def due(session: Session, *, now: datetime) -> list[tuple[FairFacts, Version]]:
    """Return the versions whose day has come and that are not kept yet, of fairs that have ended."""
    kept = {(row.fair_id, row.kind) for row in session.execute(select(ReportVersion.fair_id, ReportVersion.kind))}
    return [
        (fair, version)
        for fair in all_fairs(session)
        if fair.phase in {Phase.FAIR_DAYS, Phase.FOLLOW_UP}
        for version, day in due_on(fair).items()
        if _midnight(fair, day) <= now < _midnight(fair, day) + LATEST and (fair.id, version) not in kept
    ]


def freeze_due(session: Session, *, fair: FairFacts, version: Version, now: datetime) -> VersionFacts:
    """Keep a version that is due, as of the end of its day, however much later this runs."""
    moment = _midnight(fair, due_on(fair)[version])
    return _freeze(session, fair=fair, kind=version, note="", as_of=moment, by=None, now=now)


def freeze_by_hand(session: Session, *, fair: FairFacts, note: str, by: uuid.UUID, now: datetime) -> VersionFacts:
    """Keep the report as it stands now, with a note saying what for."""
    return _freeze(session, fair=fair, kind=BY_HAND, note=clean_text(note), as_of=now, by=by, now=now)


def listed(session: Session, *, fair_id: uuid.UUID) -> list[VersionFacts]:
    """Return a fair's versions, the newest first."""
    return [VersionFacts(*row) for row in session.execute(LISTED, {"fair_id": fair_id})]


def opened(session: Session, *, fair_id: uuid.UUID, version_id: uuid.UUID) -> FairResults:
    """Return a version's results with their rows; raise NotFound for one of another fair."""
    return results_from(text(session, fair_id=fair_id, version_id=version_id))


def figures(session: Session, *, fair_id: uuid.UUID, version_ids: Iterable[uuid.UUID]) -> list[dict[str, Any]]:
    """Return the figures of versions by key, as they were written down on their day."""
    return [json.loads(text(session, fair_id=fair_id, version_id=key))["figures"] for key in version_ids]


def closing_and_newest(
    session: Session, *, fair_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[KeptFigures, KeptFigures]]:
    """Return the figures of each fair's closing version and of its newest; others are not in it.

    One statement, however many fairs.
    """
    rows = session.execute(CLOSING_AND_NEWEST, {"fair_ids": list(fair_ids)})
    closing: dict[uuid.UUID, KeptFigures] = {}
    last: dict[uuid.UUID, KeptFigures] = {}
    for fair_id, version_id, kind, as_of, content in rows:
        lines = lines_from(json.loads(zlib.decompress(content))["figures"])
        last[fair_id] = KeptFigures(version_id, as_of, lines)
        if kind == Version.CLOSING:
            closing[fair_id] = last[fair_id]
    return {fair_id: (figures, last[fair_id]) for fair_id, figures in closing.items()}


def publish(
    session: Session, *, fair: FairFacts, version_id: uuid.UUID | None, by: uuid.UUID | None, now: datetime
) -> VersionFacts | None:
    """Show one version to everyone in place of any other; with None, show none. Raises NotFound for another fair's."""
    chosen = next((one for one in listed(session, fair_id=fair.id) if one.id == version_id), None)
    if version_id is not None and chosen is None:
        raise NotFound("no_such_version")
    # The old one first: the database holds that there is never more than one.
    session.execute(update(ReportVersion).where(ReportVersion.fair_id == fair.id).values(published_at=None))
    if chosen is not None:
        session.execute(update(ReportVersion).where(ReportVersion.id == chosen.id).values(published_at=now))
    history.record(
        session,
        action="report_published" if chosen else "report_withdrawn",
        subject_kind="report_version",
        subject_id=chosen.id if chosen else fair.id,
        fair_id=fair.id,
        by=by,
        now=now,
    )
    return chosen


def published(session: Session, *, fair_id: uuid.UUID) -> VersionFacts | None:
    """Return the version that everyone may see, if there is one."""
    row = session.execute(PUBLISHED, {"fair_id": fair_id}).one_or_none()
    return VersionFacts(*row) if row else None


def published_among(session: Session, *, fair_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return those of the fairs that show a version to everyone."""
    return frozenset(session.scalars(PUBLISHED_AMONG, {"fair_ids": list(fair_ids)}))


def _freeze(
    session: Session,
    *,
    fair: FairFacts,
    kind: str,
    note: str,
    as_of: datetime,
    by: uuid.UUID | None,
    now: datetime,
) -> VersionFacts:
    content = text_of(results_of(session, fair=fair, now=as_of)).encode()
    row = ReportVersion(
        id=uuid.uuid4(),
        fair_id=fair.id,
        kind=str(kind),
        note=note[:NOTE_LENGTH],
        as_of=as_of,
        frozen_at=now,
        frozen_by=by,
        digest=hashlib.sha256(content).hexdigest(),
        content=zlib.compress(content),
    )
    session.add(row)
    history.record(
        session,
        action="report_kept",
        subject_kind="report_version",
        subject_id=row.id,
        fair_id=fair.id,
        by=by,
        now=now,
        digest=row.digest,
    )
    session.flush()
    return VersionFacts(row.id, row.kind, row.note, as_of, now, row.digest, None)


def text(session: Session, *, fair_id: uuid.UUID, version_id: uuid.UUID) -> str:
    """Return a version to the letter; raise NotFound for one of another fair."""
    content = session.scalar(CONTENT, {"fair_id": fair_id, "version_id": version_id})
    if content is None:
        raise NotFound("no_such_version")
    return zlib.decompress(content).decode()


def _midnight(fair: FairFacts, day: Any) -> datetime:
    """The end of a day in the fair's time zone."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=fair.zone)
