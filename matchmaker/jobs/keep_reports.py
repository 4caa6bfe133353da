"""Keep the versions of reports whose day has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import report_versions

if TYPE_CHECKING:
    from datetime import datetime


def run(now: datetime) -> int:
    """Keep what is due and return how many versions. It looks before it begins to write, as every timer does."""
    waiting = report_versions.due(db.session, now=now)
    db.session.rollback()
    for fair, version in waiting:
        begin_writing(db.session)
        report_versions.freeze_due(db.session, fair=fair, version=version, now=now)
        db.session.commit()
    return len(waiting)
