"""Take the bytes of files off the disk that nobody can ask for any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app

from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import files

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

SWEEP_EVERY = timedelta(hours=1)
_swept: dict[str, datetime] = {}


def run(now: datetime) -> int:
    """Purge one batch of removed files and return how many; once an hour look for bytes without a row as well.

    The bytes go after the commit: a file whose row stands must always be there.
    """
    folder: Path = current_app.extensions["matchmaker"].instance / "files"
    if now - _swept.get(str(folder), now - SWEEP_EVERY) >= SWEEP_EVERY:
        _swept[str(folder)] = now
        sweep(folder, now)
    is_any = files.is_any_removed(db.session, now=now)
    db.session.rollback()
    if not is_any:
        return 0
    begin_writing(db.session)
    places = files.forget_removed(db.session, now=now)
    db.session.commit()
    files.unlink(folder, places)
    return len(places)


def sweep(folder: Path, now: datetime) -> None:
    """Take away papers of certificates that are no longer listed, and bytes that no row knows."""
    begin_writing(db.session)
    files.take_away_unheld(db.session, now=now)
    db.session.commit()
    places = files.unwanted(db.session, folder=folder, now=now)
    db.session.rollback()
    files.unlink(folder, places)
