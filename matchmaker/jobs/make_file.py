"""Make a long file part by part, as the pages say how it is laid out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import current_app

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import made_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matchmaker.services.made_files import FileOrder, MakingStep


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> Iterator[None]:
    """Make the file that the job names, and stop after each part so that other work can pass.

    Nothing of it is kept before all of it is there, so a worker that is killed leaves nothing half. After an error the
    page says that it did not work, and nothing is tried again until somebody asks.
    """
    del renew  # The runner renews the lease between the parts.
    file_id = uuid.UUID(facts["file_id"])
    begin_writing(db.session)
    order = made_files.start(db.session, file_id=file_id, now=clock.now())
    db.session.commit()
    if order is None:
        return
    make: Callable[[FileOrder], Iterator[MakingStep]] = current_app.extensions["make_file"]
    try:
        for step in make(order):
            begin_writing(db.session)
            made_files.note(db.session, file_id=file_id, step=step, now=clock.now())
            db.session.commit()
            yield
    except Exception:
        db.session.rollback()
        begin_writing(db.session)
        made_files.fail(db.session, file_id=file_id)
        db.session.commit()
        raise
